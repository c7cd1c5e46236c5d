"""Erasure by decision of the authority (IVO, PDL 8:4): carried out once, and again after a restore."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action
from workstation.domain.clock import to_text
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server import ledger
from workstation.server.core import Core
from workstation.server.ledger import Line
from workstation.server.store import directory, erasing
from workstation.server.store.erasing import Doomed

_SHORTEST = 3


class NothingToErase(Problem):
    """What was named is not there, or nothing was named."""


class NoDecision(Problem):
    """An erasure without the authority's decision or without a reason."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Erasure:
    """What to erase of one patient: records by id, whole entities (notes, orders …), or everything.

    ``decision``: the reference of the authority's decision; ``reason``: why, for the access log.
    Neither may quote the record.
    """

    patient: UUID
    records: frozenset[UUID] = frozenset()
    entities: frozenset[UUID] = frozenset()
    everything: bool = False
    decision: str
    reason: str


async def administrator(core: Core, person: HsaId) -> Staff | None:
    """Return a person in the assignment that makes them an administrator now; None without one."""
    now = core.now

    def read(connection: Connection) -> Staff | None:
        for held in directory.assignments_of(connection, person, now=now):
            unit = directory.unit(connection, held.unit)
            if "admin" in held.rights:
                return Staff(
                    person=person,
                    assignment=held.hsa_id,
                    unit=held.unit,
                    provider=HsaId(unit.provider) if unit else HsaId(""),
                    rights=frozenset(held.rights),
                )
        return None

    return await core.database.read(read)


async def count(core: Core, actor: Actor, asked: Erasure) -> int:
    """Return how many records would be erased.

    Raises:
        NotAllowed: Not an administrator.
        NoDecision, NothingToErase: As they say.
    """
    await core.allowed(actor, Action.ERASE)
    return len(await _chosen(core, asked))


async def erase(core: Core, actor: Actor, asked: Erasure, *, ledger_file: Path) -> int:
    """Erase, and return how many records; the units that follow the patient are told.

    The ledger has it before the database: what is broken off in between is carried out when the
    store is opened next.

    Raises:
        NotAllowed: Not an administrator.
        NoDecision, NothingToErase: As they say. Nothing was erased.
        Busy: The database did not take it; it is carried out when the store is opened next.
    """
    decision = await core.allowed(actor, Action.ERASE)
    doomed = await _chosen(core, asked)
    line = Line(
        patient=asked.patient,
        records=tuple((one.record, one.hash.hex()) for one in doomed),
        decision=asked.decision.strip(),
        at=to_text(core.now),
    )
    await core.log(
        actor,
        "Radera",
        "erase",
        basis=decision.basis,
        patients=(asked.patient,),
        reason=f"{asked.decision.strip()}: {asked.reason.strip()}",
    )
    await asyncio.to_thread(ledger.append, ledger_file, line)
    await _carry_out(core, line)
    return len(doomed)


async def replay(core: Core, ledger_file: Path) -> int:
    """Carry out what the ledger says and the database has again; return how many bodies went.

    Raises:
        LedgerBroken: It cannot be read.
    """
    gone = 0
    for line in await asyncio.to_thread(ledger.read, ledger_file):
        if not await core.database.read(lambda c, line=line: _is_done(c, line)):  # type: ignore[misc]
            gone += await _carry_out(core, line)
    return gone


async def _chosen(core: Core, asked: Erasure) -> tuple[Doomed, ...]:
    if len(asked.decision.strip()) < _SHORTEST or len(asked.reason.strip()) < _SHORTEST:
        raise NoDecision(
            _("Records are erased only by a decision of the authority."),
            _("Give the reference of the decision, and the reason."),
        )

    def read(connection: Connection) -> tuple[Doomed, ...]:
        if erasing.missing(connection, asked.patient, asked.records, asked.entities):
            return ()
        return erasing.chosen(
            connection,
            asked.patient,
            records=asked.records,
            entities=asked.entities,
            everything=asked.everything,
        )

    doomed = await core.database.read(read)
    if not doomed:
        raise NothingToErase(
            _("There is no such record to erase."),
            _("Nothing was erased. Check the patient and the records that the decision names."),
        )
    return doomed


async def _carry_out(core: Core, line: Line) -> int:
    doomed = _doomed(line)
    now = core.now
    gone = await core.database.write(lambda c: erasing.erase(c, line.patient, doomed, now=now))
    await core.database.scrub()
    core.wake_drainer.set()
    return gone


def _doomed(line: Line) -> tuple[Doomed, ...]:
    return tuple(
        Doomed(record=record, hash=bytes.fromhex(digest)) for record, digest in line.records
    )


def _is_done(connection: Connection, line: Line) -> bool:
    return erasing.is_done(connection, line.patient, _doomed(line))
