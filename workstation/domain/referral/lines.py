"""A referral in the lists: its one row, and what waits for whom and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.record import Record, Role
from workstation.domain.referral.bodies import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralWatch,
)
from workstation.domain.referral.state import ReferralState, referral_state
from workstation.domain.referral.table import UNASSESSED, Status
from workstation.domain.watching import RULES, WatchRules, deadline, escalating

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

_STAGES = {
    Status.SENT: "received",
    Status.FORWARDED: "received",
    Status.RECEIVED: "assessed",
    Status.COMPLETION: "completed",
    Status.ACCEPTED: "booked",
    Status.POSTPONED: "booked",
    Status.INTERRUPTED: "booked",
}
"""What must follow soon: receipt, assessment, completion, booking. Then only the answer's day."""
_TO_BOOK = frozenset({Status.ACCEPTED, Status.POSTPONED, Status.INTERRUPTED})


def _project(state: EntityState) -> Projection:
    referral = referral_state(state)
    request = referral.request
    return Projection(
        family="referral",
        group="past" if referral.closed else "current",
        status="undecided" if referral.undecided else referral.status,
        code=request.type,
        title=request.question,
        at=referral.taken[0].record.written_at.millis,
        patient_visible=all(v.approved_for_patient for v in state.line.versions),
        text="\n".join([request.question, request.background, *_answer_texts(referral)]),
        undecided=referral.undecided,
        sender=referral.request_record.author.unit_name,
        receiver=referral.receiver_name,
    )


def _answer_texts(referral: ReferralState) -> list[str]:
    return [a.body.text for a in referral.answers if isinstance(a.body, ReferralAnswer)]


def _waits(state: EntityState, rules: WatchRules) -> tuple[Work, ...]:
    return work_of(referral_state(state), rules)


def answer_due(referral: ReferralState, rules: WatchRules = RULES) -> int:
    """Return when the answer is late, ms UTC: the day that was asked for, else by the rules."""
    if referral.due is not None:
        return referral.due
    sent = referral.taken[0].record.written_at.millis
    return deadline(rules.answered, since=sent, urgency=referral.urgency)


def watch_due(referral: ReferralState, rules: WatchRules = RULES) -> int:
    """Return when whoever watches must look: the next stage's deadline or the answer's day."""
    stage = _STAGES.get(Status(referral.status))
    if stage is None:
        return answer_due(referral, rules)
    allowed = getattr(rules, stage)
    soon = deadline(allowed, since=referral.since, urgency=referral.urgency)
    return min(soon, answer_due(referral, rules))


def work_of(referral: ReferralState, rules: WatchRules = RULES) -> tuple[Work, ...]:
    """Return what waits: always something for the owner, until everything is seen and ended."""
    if referral.closed:
        return ()
    found = (*_owners(referral, rules), *_receivers(referral, rules))
    return tuple(escalating(work, rules) for work in found)


def _owners(referral: ReferralState, rules: WatchRules) -> tuple[Work, ...]:
    if referral.undecided:
        return (_for_owner(referral, "undecided", referral.since, None),)
    found = []
    if referral.unseen:
        since = referral.unseen[0].written_at.millis
        due = deadline(rules.unacknowledged, since=since, urgency=referral.urgency)
        found.append(_for_owner(referral, "acknowledge", since, due))
    late = watch_due(referral, rules)
    if referral.status == Status.COMPLETION and referral.request.by != "patient":
        found.append(_for_owner(referral, "complete", referral.since, late))
    elif referral.status not in _ANSWERS_END:
        found.append(_for_owner(referral, "watch", referral.since, late))
    return tuple(found)


_ANSWERS_END = frozenset(
    {Status.FINAL, Status.REJECTED, Status.OBSOLETE, Status.CANCELLED, Status.VOIDED}
)


def _for_owner(referral: ReferralState, reason: str, since: int, due: int | None) -> Work:
    return Work(
        reason=reason,
        unit=referral.owner_unit,
        person=referral.owner,
        since=since,
        due=due,
        urgency=referral.urgency,
    )


def _receivers(referral: ReferralState, rules: WatchRules) -> tuple[Work, ...]:
    """Return what the receiving unit has before it; the assignee's own where there is one."""
    reason = _receivers_reason(referral)
    if not reason:
        return ()
    return (
        Work(
            reason=reason,
            unit=referral.receiver,
            person=referral.assignee,
            since=referral.since,
            due=None if reason == "awaited" else watch_due(referral, rules),
            urgency=referral.urgency,
        ),
    )


def _receivers_reason(referral: ReferralState) -> str:
    status = Status(referral.status)
    if referral.undecided:
        return "undecided" if referral.receiver != referral.owner_unit else ""
    if status in _ANSWERS_END:
        return ""
    if status in UNASSESSED:
        return "assess"
    if status is Status.COMPLETION:
        return "awaited"
    return "book" if status in _TO_BOOK and referral.request.type != "laboratory" else "answer"


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    unit = ""
    if isinstance(body, (Referral, ReferralEvent)):
        unit = body.to_unit
    elif isinstance(body, ReferralWatch):
        unit = body.unit
    return (HsaId(unit),) if unit else ()


def _request_only(heads: tuple[Record, ...]) -> Record:
    """Side by side, show what was asked: nothing that somebody did apart is taken as done."""
    return min(heads, key=lambda r: (not isinstance(r.body, Referral), r.order))


KINDS = (
    Kind(
        name="referral",
        body=Referral,
        role=Role.INTENT,
        family="referral",
        project=_project,
        waits=_waits,
        safer=_request_only,
        concerned=_concerned,
    ),
    Kind(
        name="referral_event",
        body=ReferralEvent,
        role=Role.INTENT,
        family="referral",
        concerned=_concerned,
    ),
    Kind(name="referral_answer", body=ReferralAnswer, family="referral"),
    Kind(
        name="referral_watch",
        body=ReferralWatch,
        role=Role.INTENT,
        family="referral",
        concerned=_concerned,
    ),
)
