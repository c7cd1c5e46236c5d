"""Load in bulk: a directory with its accounts, and records by the hundred thousand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from workstation.domain.directory import Directory
from workstation.domain.kinds import open_strictly
from workstation.domain.record import Sealed
from workstation.server.core import Core
from workstation.server.passwords import hash_now
from workstation.server.store import directory as tables
from workstation.server.store import index, quarantine, sessions, streams
from workstation.server.store.streams import Appending, Incoming

PatientBatch = tuple[UUID, Sequence[Sealed]]


@dataclass(frozen=True, kw_only=True, repr=False)
class Accounts:
    """Who may log in. ``staff``: user name to (HSA-id, password).

    ``patients``: patient to (identity number in storage form, password). ``keys``: public
    keys (Ed25519, 32 bytes) that sign what is loaded, to the HSA-id of whoever holds them.
    """

    staff: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    patients: Mapping[UUID, tuple[str, str]] = field(default_factory=dict)
    keys: Mapping[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """How many records came in, and how many were there already."""

    new: int
    known: int


class ReusedId(ValueError):
    """A record to be loaded has the id of another one that is stored. Nothing of its patient was."""


async def bootstrap(core: Core, directory: Directory, accounts: Accounts | None = None) -> None:
    """Take over a directory and accounts. Doing it again changes nothing but passwords."""
    given = accounts or Accounts()
    hashes = await asyncio.to_thread(_hashes, given)
    now = core.now

    def load(connection: Connection) -> None:
        tables.take_over(connection, directory, now=now)
        for name, (person, password) in given.staff.items():
            sessions.put_account(connection, name, person, hashes[password])
        for patient, (identity, password) in given.patients.items():
            sessions.put_patient_account(connection, patient, identity, hashes[password])
        for key, person in given.keys.items():
            sessions.register_key(connection, key, person=person, device="loaded", now=now)

    await core.database.write(load)


def _hashes(accounts: Accounts) -> dict[str, str]:
    """Hash every password once: demonstration data give many people the same one."""
    passwords = {password for _, password in accounts.staff.values()}
    passwords |= {password for _, password in accounts.patients.values()}
    return {password: hash_now(password) for password in passwords}


async def ingest(
    core: Core, batches: Iterable[PatientBatch] | AsyncIterable[PatientBatch]
) -> Ingested:
    """Store whole patients' records, each patient in a transaction; what is there is left alone.

    The caller vouches for what is loaded: signatures are kept, not checked.

    Raises:
        Malformed: A record is none; nothing of its patient was stored.
        ReusedId: As the class says.
        Busy: The database cannot take more.
    """
    new = known = 0
    window: list[PatientBatch] = []
    async for batch in _each(batches):
        window.append(batch)
        if len(window) == _AT_ONCE:
            new, known = await _ingest_some(core, window, new, known)
            window = []
    new, known = await _ingest_some(core, window, new, known)
    return Ingested(new=new, known=known)


_AT_ONCE = 16
"""Patients under way at once: they share a commit where there is one writer."""


async def _each(
    batches: Iterable[PatientBatch] | AsyncIterable[PatientBatch],
) -> AsyncIterator[PatientBatch]:
    if isinstance(batches, AsyncIterable):
        async for batch in batches:
            yield batch
    else:
        for batch in batches:
            yield batch


async def _ingest_some(
    core: Core, window: Sequence[PatientBatch], new: int, known: int
) -> tuple[int, int]:
    """Store each patient of the window; the first failure is raised when all have ended."""
    results = await asyncio.gather(
        *(_ingest_one(core, batch) for batch in window), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
        new, known = new + result.new, known + result.known
    return new, known


async def _ingest_one(core: Core, batch: PatientBatch) -> Ingested:
    patient, sealed = batch
    now = core.now
    records = await asyncio.to_thread(_opened, patient, sealed, now)
    group = Appending(patient=patient, records=records)

    def load(connection: Connection) -> tuple[Ingested, int]:
        (placed,), grown = streams.append(connection, [group], now=now)
        if any(place.outcome == streams.REUSED for place in placed):
            raise ReusedId
        index.update_rows(connection, grown, now=now)
        quarantine.release(connection, streams.hashes_of(grown), now=now)
        added = sum(len(growth.added) for growth in grown)
        head = max((growth.head_rev for growth in grown), default=0)
        return Ingested(new=added, known=len(placed) - added), head

    result, head = await core.database.write(load)
    if result.new:
        core.hub.publish({patient: head})
        core.wake_drainer.set()
    return result


def _opened(patient: UUID, sealed: Sequence[Sealed], now: int) -> tuple[Incoming, ...]:
    opened = []
    for one in sealed:
        record = open_strictly(one)
        if record.patient != patient:
            raise ValueError("a record of another patient")
        opened.append(Incoming(sealed=one, record=record, at=min(record.written_at.millis, now)))
    return tuple(opened)


async def end_memberships(core: Core, ended: Iterable[tuple[UUID, str]]) -> int:
    """Let units go of patients; workstations that follow the unit purge them.

    Args:
        ended: Patient and HSA-id of the unit. One that is not there is passed over.

    Returns how many there were.
    """
    pairs, now = tuple(ended), core.now

    def end(connection: Connection) -> int:
        return sum(streams.leave(connection, patient, unit, now=now) for patient, unit in pairs)

    count = await core.database.write(end)
    core.wake_drainer.set()
    return count
