"""Openings of records on workstations, into the access log: as whoever opened them, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from sync.protocol.emergency import LONGEST_REASON
from sync.protocol.openings import (
    MOST_OPENINGS,
    Opening,
    OpeningsReceived,
    OpeningsReport,
    SignedOpening,
    sealed_of,
)
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action
from workstation.access.signing import verifies
from workstation.domain.clock import to_text
from workstation.domain.ids import HsaId
from workstation.domain.log_words import (
    ATTEMPTED,
    BLOCKS,
    IN_EMERGENCY,
    OPENED,
    OPENED_HERE,
    PRINTED,
    PRINTED_IN_EMERGENCY,
    UNPROVED,
)
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.store import directory, sessions
from workstation.server.store.audit import Activity, Event, append_events
from workstation.server.store.sql import insert_or_ignore, storable
from workstation.server.wire import BadBody

_PURPOSE = "Vård och behandling"


async def receive(core: Core, actor: Actor, report: OpeningsReport) -> OpeningsReceived:
    """Write what is new to the log; durable when answered.

    Raises:
        NotAllowed: The actor may not.
        BadBody: Too many, or one that is no opening.
    """
    await core.allowed(actor, Action.REPORT_OPENINGS)
    if len(report.openings) > MOST_OPENINGS:
        raise BadBody("$.openings")
    told = [(signed, _read(signed)) for signed in report.openings]
    now = core.now

    def write(connection: Connection) -> None:
        _write(connection, told, now, actor)

    await core.database.write(write)
    return OpeningsReceived(ids=tuple(opening.id for _signed, opening in told))


def _read(signed: SignedOpening) -> Opening:
    try:
        return msgspec.json.decode(signed.raw, type=Opening)
    except msgspec.DecodeError:
        raise BadBody("$.openings.raw") from None


def _write(
    connection: Connection,
    told: Sequence[tuple[SignedOpening, Opening]],
    now: int,
    actor: Actor,
) -> None:
    providers = {unit.hsa_id: unit.provider for unit in directory.units(connection)}
    teller = actor.provider if isinstance(actor, Staff) else HsaId("")
    events: list[Event] = []
    statement = insert_or_ignore(connection, schema.opening)
    for signed, opening in told:
        row = {"id": opening.id.bytes, "received_at": now}
        if connection.execute(statement, row).rowcount == 1:
            proved = _is_proved(connection, signed, opening, now)
            # Whose log it is in is not for the computer to say: it might be nobody's who looks.
            provider = providers.get(HsaId(opening.unit), teller)
            events.append(_event(opening, provider, proved=proved, now=now))
    if events:
        append_events(connection, events, now=now)


def _is_proved(connection: Connection, signed: SignedOpening, opening: Opening, now: int) -> bool:
    """Whether who is said to have opened has signed it, and worked where it says."""
    sealed = sealed_of(signed)
    if sealed is None:
        return False
    person, key = sessions.keys(connection, {sealed.signer}, now=now).get(sealed.signer, ("", b""))
    held = schema.assignment
    where = connection.scalar(
        select(held.c.unit).where(
            held.c.hsa_id == storable(opening.assignment), held.c.person == storable(person)
        )
    )
    mine = person == opening.person and where == opening.unit
    return mine and verifies(sealed, key)


_KINDS: Mapping[str, tuple[Activity, str, str]] = {
    "": ("Läsa", OPENED, OPENED_HERE),
    "blocks": ("Läsa", BLOCKS, OPENED_HERE),
    "print": ("Utskrift", PRINTED, OPENED_HERE),
    "print in emergency": ("Utskrift", PRINTED_IN_EMERGENCY, IN_EMERGENCY),
    ATTEMPTED: ("Nödöppning", ATTEMPTED, ""),
}
"""What a workstation tells of: the log's activity, what was done, and its ground."""


def _event(opening: Opening, provider: HsaId, *, proved: bool, now: int) -> Event:
    """Return the line: at the time the workstation says, which is never after it was told."""
    patients: tuple[UUID, ...] = (opening.patient,)
    activity, what, basis = _KINDS.get(opening.what, _KINDS[""])
    return Event(
        at=to_text(min(opening.at, now)),
        activity=activity,
        purpose=_PURPOSE,
        what=what if proved else UNPROVED,
        basis=basis if proved else "",
        reason=storable(opening.reason[:LONGEST_REASON]) if opening.what == ATTEMPTED else "",
        person=storable(opening.person),
        assignment=storable(opening.assignment),
        unit=storable(opening.unit),
        provider=provider,
        device=storable(opening.device),
        patients=patients,
    )
