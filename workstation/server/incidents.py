"""Taking in reports about the program: kept once, however often they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.protocol.incidents import (
    MOST_CHARACTERS,
    MOST_IN_A_NAME,
    IncidentReceived,
    IncidentReport,
)
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action
from workstation.server.core import Core, NotAllowed
from workstation.server.store import incidents


class BadReport(Exception):
    """A text that is missing or too long. ``args[0]``: the field's name."""


@dataclass(frozen=True, kw_only=True, repr=False)
class _Arrival:
    report: IncidentReport
    who: Staff
    now: int


async def receive(core: Core, actor: Actor, report: IncidentReport) -> IncidentReceived:
    """Keep the report and say when that was done first.

    Raises:
        NotAllowed: The actor may not, or the id belongs to somebody else's report.
        BadReport: As the class says.
    """
    decision = await core.allowed(actor, Action.REPORT_INCIDENT)
    assert isinstance(actor, Staff)
    _check(report)
    event = core.event(actor, "Skriva", "incident", basis=decision.basis)
    arrival = _Arrival(report=report, who=actor, now=core.now)
    person, at = await core.journal.store(event, _store_all, arrival)
    if person != actor.person:
        await core.log(actor, "Nekad", "incident")
        raise NotAllowed
    return IncidentReceived(id=report.id, at=at)


def _store_all(connection: Connection, arrivals: Sequence[_Arrival]) -> list[tuple[str, int]]:
    stored = []
    for arrival in arrivals:
        incidents.store(connection, arrival.report, arrival.who, now=arrival.now)
        kept = incidents.received(connection, arrival.report.id)
        assert kept is not None
        stored.append(kept)
    return stored


def _check(report: IncidentReport) -> None:
    for name in ("happened", "expected"):
        text: str = getattr(report, name)
        if not text.strip() or len(text) > MOST_CHARACTERS:
            raise BadReport(name)
    for name in ("screen", "program", "trace"):
        if len(getattr(report, name)) > MOST_IN_A_NAME:
            raise BadReport(name)
