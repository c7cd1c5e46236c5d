"""Load in bulk: a directory with its accounts, and records by the hundred thousand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, insert, select

from workstation.domain.directory import Directory
from workstation.domain.kinds import open_strictly
from workstation.domain.record import Record, Sealed
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.passwords import hash_now
from workstation.server.store import blocking, index, quarantine, sessions, streams
from workstation.server.store import directory as tables
from workstation.server.store.streams import Appending, Incoming

PatientBatch = tuple[UUID, Sequence[Sealed]]
WrittenBatch = tuple[UUID, Iterable[tuple[Record, Sealed]]]
B = TypeVar("B")


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
    """Store patients' records, each patient's whole or not at all; what is there is left alone.

    The caller vouches for what is loaded: signatures are kept, not checked.

    Raises:
        Malformed: A record is none; nothing of its patient was stored.
        ReusedId: As the class says.
        Busy: The database cannot take more.
    """
    new = known = 0
    async for window in _windows(batches):
        opened = await asyncio.to_thread(_opened, window, core.now)
        stored = await _store(core, [group for group in opened if isinstance(group, Appending)])
        new, known = new + stored.new, known + stored.known
        for fault in opened:
            if isinstance(fault, ValueError):
                raise fault
    return Ingested(new=new, known=known)


async def ingest_written(
    core: Core, batches: Iterable[WrittenBatch] | AsyncIterable[WrittenBatch]
) -> Ingested:
    """Store records as :func:`ingest`, from whoever has just written them and has them open.

    Opening a record again costs as much as storing it. The caller vouches that each record is
    what its bytes say.

    Raises:
        ReusedId, Busy: As :func:`ingest`.
    """
    new = known = 0
    async for window in _windows(batches):
        now = core.now
        stored = await _store(core, [appending(p, written, now) for p, written in window])
        new, known = new + stored.new, known + stored.known
    return Ingested(new=new, known=known)


_AT_ONCE = 16
"""Patients stored at once: they share statements and a commit."""


async def _windows(batches: Iterable[B] | AsyncIterable[B]) -> AsyncIterator[list[B]]:
    window: list[B] = []
    async for batch in _each(batches):
        window.append(batch)
        if len(window) == _AT_ONCE:
            yield window
            window = []
    if window:
        yield window


async def _each(batches: Iterable[B] | AsyncIterable[B]) -> AsyncIterator[B]:
    if isinstance(batches, AsyncIterable):
        async for batch in batches:
            yield batch
    else:
        for batch in batches:
            yield batch


async def _store(core: Core, groups: Sequence[Appending]) -> Ingested:
    """Store the patients of a window; a reused id is raised when the others are stored."""
    now = core.now
    stored = await core.database.write(lambda connection: store_now(connection, groups, now=now))
    announce(core, stored.heads)
    if stored.reused:
        raise ReusedId
    return Ingested(new=stored.new, known=stored.known)


class Stored(NamedTuple):
    """What became of records. ``heads``: the newest revision of each patient that gained any."""

    new: int
    known: int
    reused: bool
    heads: dict[UUID, int]


def store_now(connection: Connection, groups: Sequence[Appending], *, now: int) -> Stored:
    """Store patients' records in the transaction at hand, with all that is derived from them."""
    places, grown = streams.append(connection, groups, now=now)
    index.update_rows(connection, grown, now=now)
    quarantine.release(connection, grown, now=now)
    placed = [place.outcome for places_of in places for place in places_of]
    return Stored(
        new=sum(len(growth.added) for growth in grown),
        known=placed.count(streams.KNOWN),
        reused=streams.REUSED in placed,
        heads={growth.patient: growth.head_rev for growth in grown},
    )


def announce(core: Core, heads: dict[UUID, int]) -> None:
    """Tell whoever follows the patients that they gained records, once that is durable."""
    if heads:
        core.hub.publish(heads)
        core.wake_drainer.set()


def _opened(window: Sequence[PatientBatch], now: int) -> list[Appending | ValueError]:
    """Open every record of the window; a patient with one that is none becomes its fault."""
    opened: list[Appending | ValueError] = []
    for patient, sealed in window:
        try:
            written = [(open_strictly(one), one) for one in sealed]
            opened.append(appending(patient, written, now))
        except ValueError as fault:
            opened.append(fault)
    return opened


def appending(patient: UUID, written: Iterable[tuple[Record, Sealed]], now: int) -> Appending:
    """Return records as they are stored; raises ValueError where one is another patient's."""
    records = []
    for record, sealed in written:
        if record.patient != patient:
            raise ValueError("a record of another patient")
        at = min(record.written_at.millis, now)
        records.append(Incoming(sealed=sealed, record=record, at=at))
    return Appending(patient=patient, records=tuple(records))


async def works_here(core: Core, unit: str) -> bool:
    """Whether anybody has an assignment at the unit."""
    table = schema.assignment
    query = select(table.c.hsa_id).where(table.c.unit == unit).limit(1)
    return await core.database.read(lambda c: c.execute(query).first() is not None)


async def begin_memberships(core: Core, begun: Iterable[tuple[UUID, str]]) -> int:
    """Take patients into units' scopes; who is there already, or has no record, is passed over.

    Args:
        begun: Patient and HSA-id of the unit.

    Returns how many came in.
    """
    pairs, now = tuple(begun), core.now

    def begin(connection: Connection) -> int:
        return sum(begin_membership(connection, patient, unit, now) for patient, unit in pairs)

    count = await core.database.write(begin)
    core.wake_drainer.set()
    return count


def begin_membership(connection: Connection, patient: UUID, unit: str, now: int) -> bool:
    """Take a patient into a unit's scope; return whether that is new."""
    head_rev = connection.execute(  # the patient's lock: no record may come in between
        select(schema.patient.c.head_rev)
        .where(schema.patient.c.patient_id == patient.bytes)
        .with_for_update()
    ).scalar_one_or_none()
    member = schema.membership
    here = select(member.c.unit).where(
        member.c.patient_id == patient.bytes, member.c.unit == unit, member.c.until_at.is_(None)
    )
    if not head_rev or connection.execute(here).first() is not None:
        return False
    streams.enter(connection, patient, [unit], rev=head_rev, now=now, reason="loaded")
    told = {"patient_id": patient.bytes, "rev": head_rev, "unit": unit, "what": "enter"}
    connection.execute(insert(schema.outbox), [told])
    blocking.renew(connection, patient, now=now)
    return True


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
