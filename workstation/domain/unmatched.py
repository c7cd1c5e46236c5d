"""Answers that came for an order and could not be attached to it: told in the order's patient's record.

The notice says which order, why, and where the answer lies; nothing of what the answer says, since it
may be about somebody else. It waits for the unit that watches the order until a person has settled it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.record import Body, Record, Role
from workstation.domain.watching import WatchRules, deadline, escalating

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState


class UnmatchedAnswer(Body, frozen=True, kw_only=True):
    """``answer``: the server's id of it. ``why``: as ``workstation.domain.results.Unmatched``.

    ``unit`` must settle it; ``question`` is the order's own. ``performer``: the laboratory's name.
    """

    answer: str
    why: str
    order: UUID
    question: str = ""
    requisition: str = ""
    performer: str = ""
    unit: HsaId


def _project(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, UnmatchedAnswer)
    settled = _settled(state)
    return Projection(
        family="unmatched_answer",
        group="past" if settled else "current",
        status="settled" if settled else body.why,
        code=body.why,
        title=body.question,
        at=state.first.written_at.millis,
        patient_visible=False,
        sender=body.performer,
        receiver=state.first.author.unit_name,
    )


def _settled(state: EntityState) -> bool:
    return state.voided or bool(state.acknowledgements)


def _waits(state: EntityState, rules: WatchRules) -> tuple[Work, ...]:
    body = state.current.body
    assert isinstance(body, UnmatchedAnswer)
    if _settled(state):
        return ()
    since = state.first.written_at.millis
    due = deadline(rules.unacknowledged, since=since, urgency=1)
    waits = Work(reason="unmatched", unit=body.unit, since=since, due=due, urgency=1)
    return (escalating(waits, rules),)


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    return (body.unit,) if isinstance(body, UnmatchedAnswer) and body.unit else ()


KINDS = (
    Kind(
        name="unmatched_answer",
        body=UnmatchedAnswer,
        role=Role.FACT,
        family="unmatched_answer",
        project=_project,
        waits=_waits,
        concerned=_concerned,
    ),
)
