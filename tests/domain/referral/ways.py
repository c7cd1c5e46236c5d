"""Referrals taken along the table by records, one for each step, as units would write them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from tests import builders as made
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state
from workstation.domain.record import Record
from workstation.domain.referral import (
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    ReferralWatch,
    Side,
    Status,
    Step,
    referral_state,
)
from workstation.domain.referral.course import may
from workstation.domain.referral.table import ANSWERS

SENDER = HsaId("SE2321000016-SEND")
RECEIVER = HsaId("SE2321000016-RECV")
THIRD = HsaId("SE2321000016-THRD")
STRANGER = HsaId("SE2321000016-NONE")
FROM_THE_START = ("consultation", "takeover", "laboratory", "imaging", "own")


def sent(type_: str = "imaging") -> Record:
    """Return a request; an own one is the patient's, received by the unit it is written to."""
    own = type_ == "own"
    return made.a_referral(
        type=type_,
        to_unit=RECEIVER,
        author=made.an_author(unit=RECEIVER if own else SENDER),
        by="patient" if own else "",
    )


def after(records: Iterable[Record]) -> ReferralState:
    return referral_state(entity_state(records))


def written(
    step: Step, side: Side, records: list[Record], *, on: Iterable[Record] | None = None
) -> Record:
    """Return the record of a step as ``side`` writes it on what it builds on (by default all)."""
    state = after(records)
    bases = tuple(r.id for r in (entity_state(records).line.heads if on is None else on))
    following: dict[str, Any] = {
        "patient": records[0].patient,
        "entity": records[0].entity,
        "bases": bases,
        "author": made.an_author(unit=_unit(side, state)),
    }
    by = {Side.LAB: "system", Side.PATIENT: "patient"}.get(side, "")
    match step:
        case Step.AMENDED:
            now = state.request
            own = {"type": now.type, "to_unit": now.to_unit, "number": now.number + 1, "by": by}
            return made.a_referral(**following | own)
        case Step.WATCH:
            body: Any = ReferralWatch(unit=_unit(side, state), owner=HsaId("SE2321000016-NEW"))
        case Step.VOID:
            return made.a_void(records[0], **following)
        case _ if step in ANSWERS:
            body = ReferralAnswer(answer=str(step), text=f"Svar {len(records)}", by=by)  # type: ignore[arg-type]
        case _:
            body = ReferralEvent(
                event=str(step),  # type: ignore[arg-type]
                reason="skäl",
                to_unit=THIRD if step is Step.VID else HsaId(""),
                booked_for="2026-04-01T09:00:00.000Z" if step is Step.BOOKED else None,
                by=by,  # type: ignore[arg-type]
            )
    kinds: dict[type, str] = {
        ReferralWatch: "referral_watch",
        ReferralAnswer: "referral_answer",
    }
    return made.a_record(kinds.get(type(body), "referral_event"), body, **following)


def _unit(side: Side, state: ReferralState) -> HsaId:
    if side in (Side.RECEIVER, Side.LAB):
        return state.receiver
    return SENDER if side is Side.REQUESTER else RECEIVER


def ways(type_: str) -> dict[Status, list[Record]]:
    """Return the shortest way to every status a referral of that type can reach."""
    first = [sent(type_)]
    found: dict[Status, list[Record]] = {Status.SENT: first}
    waiting = deque([first])
    while waiting:
        way = waiting.popleft()
        for step, side in steps_and_sides():
            if not legal(step, side, way):
                continue
            longer = [*way, written(step, side, way)]
            status = Status(after(longer).status)
            if status not in found:
                found[status] = longer
                waiting.append(longer)
    return found


def legal(step: Step, side: Side, way: list[Record]) -> bool:
    """Whether the table lets that side take the step; an own request has the patient as sender."""
    point = after(way).point
    absent = Side.REQUESTER if point.type == "own" else Side.PATIENT
    return step is not Step.RESOLUTION and side is not absent and may(step, point, {side})


def steps_and_sides() -> Iterator[tuple[Step, Side]]:
    """Yield what can be written: neither a system nor a patient moves a watch or voids."""
    for step in Step:
        for side in Side:
            staff = side in (Side.REQUESTER, Side.RECEIVER)
            if staff or step not in (Step.WATCH, Step.VOID):
                yield step, side
