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
from workstation.domain.watching import RULES, Stage, deadline, escalating

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

_STAGES: dict[str, Stage] = {
    Status.SENT: RULES.received,
    Status.FORWARDED: RULES.received,
    Status.RECEIVED: RULES.assessed,
    Status.COMPLETION: RULES.completed,
    Status.ACCEPTED: RULES.booked,
    Status.POSTPONED: RULES.booked,
    Status.INTERRUPTED: RULES.booked,
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
        work=work_of(referral),
        sender=referral.request_record.author.unit_name,
        receiver=referral.receiver_name,
    )


def _answer_texts(referral: ReferralState) -> list[str]:
    return [a.body.text for a in referral.answers if isinstance(a.body, ReferralAnswer)]


def answer_due(referral: ReferralState) -> int:
    """Return when the answer is late, ms UTC: the day that was asked for, else by the rules."""
    if referral.due is not None:
        return referral.due
    sent = referral.taken[0].record.written_at.millis
    return deadline(RULES.answered, since=sent, urgency=referral.urgency)


def watch_due(referral: ReferralState) -> int:
    """Return when whoever watches must look: the next stage's deadline or the answer's day."""
    stage = _STAGES.get(referral.status)
    if stage is None:
        return answer_due(referral)
    soon = deadline(stage, since=referral.since, urgency=referral.urgency)
    return min(soon, answer_due(referral))


def work_of(referral: ReferralState) -> tuple[Work, ...]:
    """Return what waits: always something for the owner, until everything is seen and ended."""
    if referral.closed:
        return ()
    return tuple(escalating(work) for work in (*_owners(referral), *_receivers(referral)))


def _owners(referral: ReferralState) -> tuple[Work, ...]:
    if referral.undecided:
        return (_for_owner(referral, "undecided", referral.since, None),)
    found = []
    if referral.unseen:
        since = referral.unseen[0].written_at.millis
        due = deadline(RULES.unacknowledged, since=since, urgency=referral.urgency)
        found.append(_for_owner(referral, "acknowledge", since, due))
    if referral.status == Status.COMPLETION and referral.request.by != "patient":
        found.append(_for_owner(referral, "complete", referral.since, watch_due(referral)))
    elif referral.status not in _ANSWERS_END:
        found.append(_for_owner(referral, "watch", referral.since, watch_due(referral)))
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


def _receivers(referral: ReferralState) -> tuple[Work, ...]:
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
            due=None if reason == "awaited" else watch_due(referral),
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
