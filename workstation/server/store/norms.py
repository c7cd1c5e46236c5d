"""The deadlines and limits in force, kept beside the rows that are derived by them.

What is written from now on uses them at once; what waited already is renewed patient by patient, by
whichever process comes first, and a process that ends half-way leaves the rest to the next.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, select, update

from workstation.domain.kinds import entity_state, open_raw, project
from workstation.domain.norms import STANDARD, Norms, norms_from, norms_text
from workstation.domain.record import Record
from workstation.domain.watching import WatchRules
from workstation.server import schema
from workstation.server.store import waiting
from workstation.server.store.statement import Statement

_PATIENTS_AT_ONCE = 50
_table = schema.norms
_IN_FORCE = Statement(select(_table.c.text).where(_table.c.id == 1))
_read = lru_cache(maxsize=4)(norms_from)


def in_force(connection: Connection) -> Norms:
    """Return the deadlines and limits that count now."""
    row = _IN_FORCE.row(connection)
    return _read(row[0]) if row is not None and row[0] else STANDARD


def watching(connection: Connection) -> WatchRules:
    """Return the deadlines that count now."""
    return in_force(connection).watching


def put(connection: Connection, norms: Norms) -> None:
    """Have these count from now on; unless they do already, everything that waits is to be renewed."""
    text = norms_text(norms)
    held = connection.scalar(select(_table.c.text).where(_table.c.id == 1).with_for_update())
    if (held or norms_text(STANDARD)) == text:
        return
    connection.execute(update(_table).where(_table.c.id == 1).values(text=text, after_patient=b""))


def renew_some(connection: Connection) -> int:
    """Renew what waits of the next few patients; return how many patients there were, 0 when done."""
    place = select(_table.c.after_patient).where(_table.c.id == 1).with_for_update()
    after = connection.scalar(place)  # held to the end: no two processes renew the same patients
    if after is None:
        return 0
    found = connection.scalars(
        select(schema.waiting.c.patient_id)
        .where(schema.waiting.c.patient_id > after)
        .group_by(schema.waiting.c.patient_id)
        .order_by(schema.waiting.c.patient_id)
        .limit(_PATIENTS_AT_ONCE)
    ).all()
    patients = [bytes(one) for one in found]
    rules = watching(connection)
    _lock(connection, patients)
    for patient in patients:
        _renew(connection, patient, rules)
    last = patients[-1] if patients else None
    connection.execute(update(_table).where(_table.c.id == 1).values(after_patient=last))
    return len(patients)


def _lock(connection: Connection, patients: list[bytes]) -> None:
    """Take the patients' locks in order of id, as everybody does who adds to several."""
    heads = schema.patient
    connection.execute(
        select(heads.c.patient_id)
        .where(heads.c.patient_id.in_(patients))
        .order_by(heads.c.patient_id)
        .with_for_update()
    ).all()


def _renew(connection: Connection, patient: bytes, rules: WatchRules) -> None:
    entry = schema.entry
    waits = select(schema.waiting.c.entity_id).where(schema.waiting.c.patient_id == patient)
    entities: dict[bytes, list[Record]] = {}
    for entity, raw in connection.execute(
        select(entry.c.entity_id, entry.c.raw).where(
            entry.c.patient_id == patient, entry.c.entity_id.in_(waits), entry.c.raw.is_not(None)
        )
    ):
        entities.setdefault(bytes(entity), []).append(open_raw(raw))
    states = [entity_state(records) for records in entities.values()]
    waiting.again(connection, [(s, project(s, rules)) for s in states])
