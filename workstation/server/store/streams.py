"""Patients' streams: every record gets the next revision, in one place, under the patient's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from workstation.domain.kinds import units_concerned
from workstation.domain.record import GENESIS, Record, Sealed, chain
from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, parts, storable, upsert


@dataclass(frozen=True, kw_only=True, repr=False)
class Incoming:
    """A record that may be stored. ``at``: its time as believed, ms; ``skew``: ms it was ahead."""

    sealed: Sealed
    record: Record
    at: int
    skew: int = 0


@dataclass(frozen=True, kw_only=True, repr=False)
class Appending:
    """Records of one patient to be stored together or not at all."""

    patient: UUID
    records: tuple[Incoming, ...]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a record is: ``new`` just now, or ``known`` from before.

    ``reused``: its id names another record already. ``withheld``: new, but another of its
    group was not stored, so neither was this.
    """

    outcome: str
    rev: int = 0


NEW, KNOWN, REUSED, WITHHELD = "new", "known", "reused", "withheld"


@dataclass(kw_only=True, repr=False)
class Growth:
    """What a transaction adds to one patient's stream; ``before`` is its head until then."""

    patient: UUID
    head_rev: int
    head_hash: bytes
    before: int
    known: dict[bytes, tuple[int, bytes]]
    added: list[Incoming] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


def append(
    connection: Connection, groups: Sequence[Appending], *, now: int
) -> tuple[list[tuple[Placed, ...]], list[Growth]]:
    """Store what is new of each group. Patients are locked in the order of their ids.

    Returns:
        For each group where its records are; and what every patient gained, for the read model.
    """
    ids = _ids_by_patient(groups)
    growths = {patient: _locked(connection, patient, ids[patient]) for patient in sorted(ids)}
    placed = [_place(growths[group.patient], group, now) for group in groups]
    grown = [growth for growth in growths.values() if growth.added]
    _write(connection, grown, now)
    return placed, grown


def hashes_of(grown: Sequence[Growth]) -> dict[UUID, list[bytes]]:
    """Return the hashes of what was added, by patient."""
    return {growth.patient: [one.sealed.hash for one in growth.added] for growth in grown}


def _ids_by_patient(groups: Sequence[Appending]) -> dict[UUID, list[bytes]]:
    ids: dict[UUID, list[bytes]] = {group.patient: [] for group in groups}
    for group in groups:
        ids[group.patient].extend(incoming.record.id.bytes for incoming in group.records)
    return ids


def _locked(connection: Connection, patient: UUID, ids: list[bytes]) -> Growth:
    table, entry = schema.patient, schema.entry
    query = (
        select(table.c.head_rev, table.c.head_hash)
        .where(table.c.patient_id == patient.bytes)
        .with_for_update()
    )
    head = connection.execute(query).one_or_none()
    if head is None:
        first = {"patient_id": patient.bytes, "head_rev": 0, "head_hash": GENESIS}
        connection.execute(insert_or_ignore(connection, table), first)
        head = connection.execute(query).one()
    known: dict[bytes, tuple[int, bytes]] = {}
    if head.head_rev:
        for part in parts(ids):
            found = connection.execute(
                select(entry.c.op_id, entry.c.rev, entry.c.raw).where(
                    entry.c.patient_id == patient.bytes, entry.c.op_id.in_(part)
                )
            )
            known |= {op_id: (rev, sha256(raw or b"").digest()) for op_id, rev, raw in found}
    return Growth(
        patient=patient,
        head_rev=head.head_rev,
        head_hash=head.head_hash,
        before=head.head_rev,
        known=known,
    )


def _place(growth: Growth, group: Appending, now: int) -> tuple[Placed, ...]:
    if any(_is_reused(growth, incoming) for incoming in group.records):
        return tuple(_not_stored(growth, incoming) for incoming in group.records)
    return tuple(_stored(growth, incoming, now) for incoming in group.records)


def _is_reused(growth: Growth, incoming: Incoming) -> bool:
    known = growth.known.get(incoming.record.id.bytes)
    return known is not None and known[1] != incoming.sealed.hash


def _not_stored(growth: Growth, incoming: Incoming) -> Placed:
    known = growth.known.get(incoming.record.id.bytes)
    if known is None:
        return Placed(outcome=WITHHELD)
    if known[1] != incoming.sealed.hash:
        return Placed(outcome=REUSED)
    return Placed(outcome=KNOWN, rev=known[0])


def _stored(growth: Growth, incoming: Incoming, now: int) -> Placed:
    record, sealed = incoming.record, incoming.sealed
    known = growth.known.get(record.id.bytes)
    if known is not None:
        same = known[1] == sealed.hash
        return Placed(outcome=KNOWN if same else REUSED, rev=known[0] if same else 0)
    digest = sealed.hash
    growth.head_rev += 1
    growth.head_hash = chain(growth.head_hash, digest)
    growth.known[record.id.bytes] = (growth.head_rev, digest)
    growth.added.append(incoming)
    growth.rows.append(
        {
            "patient_id": growth.patient.bytes,
            "rev": growth.head_rev,
            "op_id": record.id.bytes,
            "entity_id": record.entity.bytes,
            "kind": storable(record.kind),
            "author": storable(record.author.hsa_id),
            "at": incoming.at,
            "skew": incoming.skew,
            "received_at": now,
            "raw": sealed.raw,
            "sig": sealed.signature,
            "signer": sealed.signer,
            "chain": growth.head_hash,
        }
    )
    return Placed(outcome=NEW, rev=growth.head_rev)


def _write(connection: Connection, grown: Sequence[Growth], now: int) -> None:
    if not grown:
        return
    connection.execute(insert(schema.entry), [row for growth in grown for row in growth.rows])
    outgoing: list[dict[str, Any]] = []
    for growth in grown:
        connection.execute(
            update(schema.patient)
            .where(schema.patient.c.patient_id == growth.patient.bytes)
            .values(head_rev=growth.head_rev, head_hash=growth.head_hash)
        )
        outgoing.extend(_news(connection, growth, now))
    if outgoing:
        connection.execute(insert(schema.outbox), outgoing)


def _news(connection: Connection, growth: Growth, now: int) -> Iterable[dict[str, Any]]:
    """What the drainer must tell: each new revision to the units that follow, and who comes in."""
    following = units_following(connection, growth.patient)
    for row in growth.rows if following else ():
        for unit in sorted(following):
            yield _line(growth.patient, row["rev"], unit, "entry")
    concerned = {storable(u) for i in growth.added for u in units_concerned(i.record)}
    for unit in sorted(concerned - following):
        enter(connection, growth.patient, unit, rev=growth.head_rev, now=now, reason="record")
        yield _line(growth.patient, growth.head_rev, unit, "enter")


def units_following(connection: Connection, patient: UUID) -> set[str]:
    """Return the units that have the patient in their scope."""
    table = schema.membership
    return set(
        connection.scalars(
            select(table.c.unit).where(
                table.c.patient_id == patient.bytes, table.c.until_at.is_(None)
            )
        )
    )


def enter(
    connection: Connection, patient: UUID, unit: str, *, rev: int, now: int, reason: str
) -> None:
    """Make the patient a member of the unit's scope from after ``rev`` on."""
    row = {
        "patient_id": patient.bytes,
        "unit": unit,
        "since_rev": rev,
        "since_at": now,
        "until_at": None,
        "reason": reason,
    }
    connection.execute(upsert(connection, schema.membership, key=("patient_id", "unit")), row)


def leave(connection: Connection, patient: UUID, unit: str, *, now: int) -> bool:
    """End a membership; return whether there was one. The feed tells it."""
    table = schema.membership
    head_rev = connection.execute(  # the patient's lock: no record may come in between
        select(schema.patient.c.head_rev)
        .where(schema.patient.c.patient_id == patient.bytes)
        .with_for_update()
    ).scalar_one_or_none()
    ended = connection.execute(
        update(table)
        .where(
            table.c.patient_id == patient.bytes, table.c.unit == unit, table.c.until_at.is_(None)
        )
        .values(until_at=now)
    )
    if ended.rowcount == 0:
        return False
    connection.execute(insert(schema.outbox), [_line(patient, head_rev or 0, unit, "leave")])
    return True


def _line(patient: UUID, rev: int, unit: str, what: str) -> dict[str, Any]:
    return {"patient_id": patient.bytes, "rev": rev, "unit": unit, "what": what}
