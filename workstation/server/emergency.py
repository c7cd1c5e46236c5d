"""Emergency opening: a record is opened for one person, for a while, and everybody concerned can see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from sync.protocol.emergency import (
    LONGEST_REASON,
    OPEN_HOURS,
    SHORTEST_REASON,
    Opened,
    OpenRequest,
)
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action
from workstation.domain.clock import to_text
from workstation.domain.directory import CARE
from workstation.server.core import Core, NotAllowed
from workstation.server.store import directory, emergency

OPEN_FOR = timedelta(hours=OPEN_HOURS)
_OPEN_MS = OPEN_FOR // timedelta(milliseconds=1)


class NoReason(Exception):
    """What was given as reason says nothing, or is a whole note."""


@dataclass(frozen=True, kw_only=True, repr=False)
class _Opening:
    patient: UUID
    who: Staff
    now: int


async def open_record(core: Core, actor: Actor, request: OpenRequest) -> Opened:
    """Open a record to the actor for ``OPEN_FOR``; opening it again begins the time anew.

    Raises:
        NotAllowed: The actor may not, is of no profession of care, or there is no such patient.
        NoReason: As the class says.
    """
    decision = await core.allowed(actor, Action.OPEN_IN_EMERGENCY)
    assert isinstance(actor, Staff)
    who = await core.database.peek(lambda c: directory.person(c, actor.person))
    if who is None or who.profession not in CARE:
        await core.log(actor, "Nekad", "emergency", patients=(request.patient,))
        raise NotAllowed
    reason = " ".join(request.reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason
    if not await core.database.peek(lambda c: emergency.is_known(c, request.patient)):
        await core.log(actor, "Nekad", "emergency", reason=reason)
        raise NotAllowed
    event = core.event(
        actor,
        "Nödöppning",
        "emergency",
        basis=decision.basis,
        patients=(request.patient,),
        reason=reason,
    )
    now = core.now
    opening = _Opening(patient=request.patient, who=actor, now=now)
    await core.journal.store(event, _open_all, opening)
    return Opened(until=to_text(now + _OPEN_MS))


def _open_all(connection: Connection, openings: Sequence[_Opening]) -> list[None]:
    for opening in openings:
        emergency.open_until(
            connection,
            opening.patient,
            person=opening.who.person,
            assignment=opening.who.assignment,
            now=opening.now,
            until=opening.now + _OPEN_MS,
        )
    return [None] * len(openings)


async def close_record(core: Core, actor: Actor, patient: UUID) -> None:
    """Close it again before its time; nothing happens where it is not open."""
    await core.allowed(actor, Action.OPEN_IN_EMERGENCY)
    assert isinstance(actor, Staff)
    now = core.now
    await core.database.write(
        lambda c: emergency.close(
            c, patient, person=actor.person, assignment=actor.assignment, now=now
        )
    )
    await core.log(actor, "Administration", "emergency_closed", patients=(patient,))
