"""Records erased by decision of the authority (PDL 8:4): of each only its id and its hash are left.

The chain of hashes goes on over them. Everything that was made of the record goes with it: rows,
names, search words, attachments, what lay in quarantine, the laboratory's document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, select, update

from workstation.server import schema
from workstation.server.store import attachments, blocking, index
from workstation.server.store.erased import by_patient
from workstation.server.store.sql import parts, upsert
from workstation.server.store.statement import Statement

_ATTACHED = re.compile(rb'"hash":"([0-9a-f]{64})"')


@dataclass(frozen=True, kw_only=True, repr=False)
class Doomed:
    """A record to be erased. ``hash``: SHA-256 of its bytes."""

    record: UUID
    hash: bytes


def chosen(
    connection: Connection,
    patient: UUID,
    *,
    records: frozenset[UUID],
    entities: frozenset[UUID],
    everything: bool,
) -> tuple[Doomed, ...]:
    """Return which of a patient's records these words mean, as far as they are not erased."""
    return tuple(
        Doomed(record=UUID(bytes=op_id), hash=sha256(raw).digest())
        for op_id, entity, raw in _BODIES.rows(connection, p=patient.bytes)
        if everything or UUID(bytes=op_id) in records or UUID(bytes=entity) in entities
    )


def missing(
    connection: Connection, patient: UUID, records: frozenset[UUID], entities: frozenset[UUID]
) -> bool:
    """Whether one of these is no record or entity of the patient, erased or not."""
    table = schema.entry
    rows = connection.execute(
        select(table.c.op_id, table.c.entity_id).where(table.c.patient_id == patient.bytes)
    ).all()
    known = {UUID(bytes=row.op_id) for row in rows}
    about = {UUID(bytes=row.entity_id) for row in rows}
    return not rows or not (records <= known and entities <= about)


def is_done(connection: Connection, patient: UUID, doomed: Sequence[Doomed]) -> bool:
    """Whether the database knows of these erasures, and has none of the bodies."""
    ids = {one.record.bytes for one in doomed}
    noted = by_patient(connection, [patient.bytes]).get(patient.bytes, {})
    bodies = {op_id for op_id, _entity, _raw in _BODIES.rows(connection, p=patient.bytes)}
    return ids <= noted.keys() and ids.isdisjoint(bodies)


def erase(connection: Connection, patient: UUID, doomed: Sequence[Doomed], *, now: int) -> int:
    """Erase these records, also those the database does not know (yet); return how many bodies went."""
    wanted = {one.record.bytes: one.hash for one in doomed}
    _lock(connection, patient)
    here = {
        op_id: (rev, entity, raw)
        for op_id, rev, entity, raw in _ALL.rows(connection, p=patient.bytes)
        if op_id in wanted
    }
    _keep(
        connection, patient, [(op, here[op][0] if op in here else 0, wanted[op]) for op in wanted]
    )
    bodies = {op_id: found for op_id, found in here.items() if found[2] is not None}
    _quarantined(connection, patient, wanted)
    if not bodies:
        return 0
    _bodies(connection, patient, list(bodies))
    _attached(connection, patient, [raw for _rev, _entity, raw in bodies.values()])
    _documents(connection, patient, {entity for _rev, entity, _raw in bodies.values()})
    index.rebuild(connection, patient, now=now)
    _who(connection, patient)
    blocking.renew(connection, patient, now=now)
    units = [unit for (unit,) in _FOLLOWING.rows(connection, p=patient.bytes)]
    blocking.tell(connection, patient, units, "erase")
    return len(bodies)


def _lock(connection: Connection, patient: UUID) -> None:
    connection.execute(
        select(schema.patient.c.head_rev)
        .where(schema.patient.c.patient_id == patient.bytes)
        .with_for_update()
    )


def _keep(connection: Connection, patient: UUID, gone: Iterable[tuple[bytes, int, bytes]]) -> None:
    rows = [
        {"patient_id": patient.bytes, "op_id": op_id, "rev": rev, "hash": digest}
        for op_id, rev, digest in gone
    ]
    if rows:
        connection.execute(upsert(connection, schema.erased, key=("patient_id", "op_id")), rows)


def _bodies(connection: Connection, patient: UUID, op_ids: Sequence[bytes]) -> None:
    table = schema.entry
    nothing = {"raw": None, "sig": b"", "signer": b"", "author": "", "kind": ""}
    for part in parts(op_ids):
        connection.execute(
            update(table)
            .where(table.c.patient_id == patient.bytes, table.c.op_id.in_(part))
            .values(nothing)
        )


def _attached(connection: Connection, patient: UUID, raws: Iterable[bytes]) -> None:
    """Drop what was attached to what is gone, unless another record names it too."""
    named = {found.decode() for raw in raws for found in _ATTACHED.findall(raw)}
    if not named:
        return
    left = b"".join(raw for _op, _entity, raw in _BODIES.rows(connection, p=patient.bytes))
    for name in named:
        if name.encode() not in left:
            attachments.drop(connection, patient, name)


def _quarantined(connection: Connection, patient: UUID, wanted: Mapping[bytes, bytes]) -> None:
    table = schema.quarantine
    for part in parts(list(wanted)):
        connection.execute(
            delete(table).where(table.c.patient_id == patient.bytes, table.c.op_id.in_(part))
        )
    for part in parts(list(wanted.values())):
        connection.execute(
            delete(table).where(table.c.patient_id == patient.bytes, table.c.hash.in_(part))
        )


def _documents(connection: Connection, patient: UUID, entities: set[bytes]) -> None:
    """Drop laboratories' documents that answered what is gone, with their lines in the lists."""
    table, document = schema.lab_answer, schema.lab_document
    found: set[bytes] = set()
    for part in parts(sorted(entities)):
        found |= set(
            connection.scalars(
                select(table.c.hash).where(
                    table.c.about == patient.bytes, table.c.about_order.in_(part)
                )
            )
        )
    for digest in found:
        connection.execute(delete(table).where(table.c.hash == digest))
        connection.execute(delete(document).where(document.c.hash == digest))


def _who(connection: Connection, patient: UUID) -> None:
    """Drop name and number of a patient of whom no demographics are left."""
    rows = schema.entity_row
    count = connection.execute(
        select(func.count()).where(rows.c.patient_id == patient.bytes, rows.c.family == "patient")
    ).scalar_one()
    if count:
        return
    tables: tuple[Any, ...] = (schema.patient_card, schema.patient_name, schema.patient_number)
    for table in tables:
        connection.execute(delete(table).where(table.c.patient_id == patient.bytes))


_entry, _member = schema.entry, schema.membership
_BODIES = Statement(
    select(_entry.c.op_id, _entry.c.entity_id, _entry.c.raw).where(
        _entry.c.patient_id == bindparam("p"), _entry.c.raw.is_not(None)
    )
)
_ALL = Statement(
    select(_entry.c.op_id, _entry.c.rev, _entry.c.entity_id, _entry.c.raw).where(
        _entry.c.patient_id == bindparam("p")
    )
)
_FOLLOWING = Statement(
    select(_member.c.unit).where(
        _member.c.patient_id == bindparam("p"), _member.c.until_at.is_(None)
    )
)

__all__ = ["Doomed", "chosen", "erase", "is_done", "missing"]
