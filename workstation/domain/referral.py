"""Referrals: the request, its events and its answers (SOSFS 2004:11; RIV request v2.2).

All three kinds live in the referral's entity. Every sent referral has an owner and a due date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from workstation.domain.attachment import Attachment
from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.record import Body, Record, Role
from workstation.domain.values import Concept, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

ReferralType = Literal["consultation", "takeover", "laboratory", "imaging", "own"]
Event = Literal["BEK", "KOM", "VID", "AVV", "AVB", "accepted", "booked", "performed"]


class Referral(Body, frozen=True, kw_only=True):
    """Remiss, whole, as one version. A completion or change is a new version, ``number`` raised.

    ``to_unit``: requested unit; ``due``: the day an answer is expected; ``owner``: HSA-id of the
    clinician who watches it. The text must stand alone: it may not merely point to the record.
    """

    type: ReferralType
    number: int = 1
    question: str
    background: str = ""
    to_unit: HsaId
    to_unit_name: str = ""
    priority: Literal["routine", "soon", "urgent", "immediate"] = "routine"
    requested: tuple[Concept, ...] = ()
    due: When | None = None
    owner: HsaId = HsaId("")
    phone: str = ""
    interpreter: str = ""
    patient_phone: str = ""
    diagnosis: Concept | None = None
    contact: UUID | None = None
    form: str = ""
    form_version: int = 0
    answers: str = ""
    attachments: tuple[Attachment, ...] = ()


class ReferralEvent(Body, frozen=True, kw_only=True):
    """A step: BEK received, KOM completion requested, VID forwarded, AVV rejected, AVB cancelled…

    ``to_unit`` only with VID. ``booked_for`` only with ``booked``.
    """

    event: Event
    reason: str = ""
    to_unit: HsaId = HsaId("")
    to_unit_name: str = ""
    priority: Literal["routine", "soon", "urgent", "immediate", ""] = ""
    booked_for: When | None = None


class ReferralAnswer(Body, frozen=True, kw_only=True):
    """Svar: DSV partial, PSV preliminary, SSV final. ``text`` arrives byte for byte (≤ 8,192 signs in RIV)."""

    answer: Literal["DSV", "PSV", "SSV"]
    text: str
    report: UUID | None = None
    conclusion: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class ReferralState:
    """Where a referral stands.

    ``status``: sent, received, completion, forwarded, accepted, booked, performed, partial,
    preliminary, final, rejected, cancelled. ``closed``: nothing more is waited for: rejected
    or cancelled, or the final answer acknowledged by the sender. ``newest_seen``: the newest
    answer, final or not, is acknowledged.
    """

    request: Referral
    request_record: Record
    status: str
    receiver: HsaId
    receiver_name: str
    events: tuple[Record, ...]
    answers: tuple[Record, ...]
    final: Record | None
    acknowledged: bool
    newest_seen: bool
    undecided: bool
    closed: bool
    due: int | None


_AFTER_EVENT = {
    "BEK": "received",
    "KOM": "completion",
    "VID": "forwarded",
    "AVV": "rejected",
    "AVB": "cancelled",
    "accepted": "accepted",
    "booked": "booked",
    "performed": "performed",
}
_AFTER_ANSWER = {"DSV": "partial", "PSV": "preliminary", "SSV": "final"}
_ENDS = frozenset({"rejected", "cancelled"})


def referral_state(state: EntityState) -> ReferralState:
    """Fold a referral's request, events and answers. Order of arrival changes nothing.

    Answers are facts: one that arrives after a cancellation still counts and still waits for
    somebody to acknowledge it. Two intents side by side (booked here, cancelled there) leave it
    undecided and open: the safer side is that somebody still watches.
    """
    line = state.line.versions
    requests = [v for v in line if isinstance(v.body, Referral)]
    events = tuple(v for v in line if isinstance(v.body, ReferralEvent))
    answers = tuple(v for v in line if isinstance(v.body, ReferralAnswer))
    if not requests:
        raise ValueError("no referral among the records")
    request_record = requests[-1]
    request = request_record.body
    assert isinstance(request, Referral)
    final = next((a for a in reversed(answers) if _is_final(a)), None)
    status = _status(line, final)
    acknowledged = final is not None and state.acknowledged(final.id) is not None
    receiver = _receiver(request, events)
    undecided = _undecided(state)
    ended = state.voided or (status in _ENDS and not answers)
    return ReferralState(
        request=request,
        request_record=request_record,
        status="voided" if state.voided else status,
        receiver=receiver[0],
        receiver_name=receiver[1],
        events=events,
        answers=answers,
        final=final,
        acknowledged=acknowledged,
        newest_seen=bool(answers) and state.acknowledged(answers[-1].id) is not None,
        undecided=undecided,
        closed=not undecided and (ended or acknowledged),
        due=millis_of(request.due) if request.due else None,
    )


def _is_final(record: Record) -> bool:
    return isinstance(record.body, ReferralAnswer) and record.body.answer == "SSV"


def _undecided(state: EntityState) -> bool:
    intents = [h for h in state.line.heads if not isinstance(h.body, ReferralAnswer)]
    return len(intents) > 1


def _status(line: tuple[Record, ...], final: Record | None) -> str:
    if final is not None:
        return "final"
    status = "sent"
    for version in line:
        body = version.body
        if isinstance(body, ReferralEvent):
            status = _AFTER_EVENT[body.event]
        elif isinstance(body, ReferralAnswer):
            status = _AFTER_ANSWER[body.answer]
        elif isinstance(body, Referral) and status == "completion":
            status = "sent"
    return status


def _receiver(request: Referral, events: tuple[Record, ...]) -> tuple[HsaId, str]:
    for record in reversed(events):
        body = record.body
        if isinstance(body, ReferralEvent) and body.event == "VID" and body.to_unit:
            return body.to_unit, body.to_unit_name
    return request.to_unit, request.to_unit_name


def _project(state: EntityState) -> Projection:
    referral = referral_state(state)
    request = referral.request
    return Projection(
        family="referral",
        group="past" if referral.closed else "current",
        status="undecided" if referral.undecided else referral.status,
        code=request.type,
        title=request.question,
        at=referral.request_record.written_at.millis,
        patient_visible=all(v.approved_for_patient for v in state.line.versions),
        text="\n".join([request.question, request.background, *_answer_texts(referral)]),
        undecided=referral.undecided,
        work=_work(referral),
    )


def _answer_texts(referral: ReferralState) -> list[str]:
    return [a.body.text for a in referral.answers if isinstance(a.body, ReferralAnswer)]


def _work(referral: ReferralState) -> tuple[Work, ...]:
    if referral.closed:
        return ()
    sender = referral.request_record.author
    owner = referral.request.owner or sender.hsa_id
    since = referral.request_record.written_at.millis
    if referral.undecided:
        return (Work(reason="undecided", unit=sender.unit, since=since),)
    if referral.answers and not referral.newest_seen:
        since = referral.answers[-1].written_at.millis
        return (Work(reason="acknowledge", unit=sender.unit, person=owner, since=since),)
    if referral.status == "completion":
        return (Work(reason="complete", unit=sender.unit, person=owner, since=since),)
    watch = Work(reason="watch", unit=sender.unit, person=owner, since=since, due=referral.due)
    reason = "assess" if referral.status in ("sent", "received", "forwarded") else "answer"
    return (watch, Work(reason=reason, unit=referral.receiver, since=since, due=referral.due))


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    unit = body.to_unit if isinstance(body, (Referral, ReferralEvent)) else ""
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
)
