"""The read model: a row per entity, a card, names and numbers per patient. Derived, rebuildable."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from workstation.access.for_patient import shown_to_patient
from workstation.domain.clock import from_millis
from workstation.domain.entity import EntityState
from workstation.domain.identity import index_keys, parse_identity_as
from workstation.domain.identity_systems import kind_of_system
from workstation.domain.kind import Projection
from workstation.domain.kinds import entity_state, open_raw, project
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.server import schema
from workstation.server.store import blocking, norms, waiting
from workstation.server.store.inserting import upserting
from workstation.server.store.sql import insert_or_ignore, storable, upsert
from workstation.server.store.statement import Among, pairs
from workstation.server.store.streams import Growth


def update_rows(connection: Connection, grown: Sequence[Growth], *, now: int) -> None:
    """Bring the rows of every entity that gained a record up to date."""
    rows: list[dict[str, Any]] = []
    derived: list[waiting.Derived] = []
    rules = norms.watching(connection)
    for head_rev, state in _touched(connection, grown):
        row = project(state, rules)
        rows.append(_row(state, row, head_rev))
        derived.append((state, row))
        if state.family == "patient":
            _write_card(connection, state, now)
    _ROWS.run(connection, *rows)
    waiting.renew(connection, derived, received=lambda _state: now)
    blocking.renew_grown(connection, grown, now=now)


def rebuild(connection: Connection, patient: UUID, *, now: int) -> None:
    """Make one patient's rows anew from the records."""
    entities: dict[bytes, list[Record]] = defaultdict(list)
    received: dict[bytes, int] = defaultdict(int)
    table = schema.entry
    head = 0
    for entity, rev, raw, at in connection.execute(
        select(table.c.entity_id, table.c.rev, table.c.raw, table.c.received_at)
        .where(table.c.patient_id == patient.bytes, table.c.raw.is_not(None))
        .order_by(table.c.rev)
    ):
        entities[entity].append(open_raw(raw))
        received[entity] = max(received[entity], at)
        head = rev
    connection.execute(
        delete(schema.entity_row).where(schema.entity_row.c.patient_id == patient.bytes)
    )
    states = [entity_state(records) for records in entities.values()]
    waiting.forget(connection, patient)
    rules = norms.watching(connection)
    derived = [(state, project(state, rules)) for state in states]
    if states:
        rows = [_row(state, row, head) for state, row in derived]
        connection.execute(insert(schema.entity_row), rows)
    waiting.renew(connection, derived, received=lambda state: received[state.id.bytes])
    for state in states:
        if state.family == "patient":
            _write_card(connection, state, now)


def fill_waiting(connection: Connection, *, after: bytes, now: int) -> bytes:
    """Make the rows of what waits for some patients who have none; return the last, or b"" when done."""
    patients = waiting.unfilled(connection, after=after, limit=_FILLED_AT_ONCE)
    for patient in patients:
        rebuild(connection, patient, now=now)
    return patients[-1].bytes if patients else b""


_FILLED_AT_ONCE = 200


def _touched(connection: Connection, grown: Sequence[Growth]) -> Iterable[tuple[int, EntityState]]:
    """Yield the entities that gained a record, each with its patient's newest revision."""
    fresh: dict[tuple[bytes, bytes], list[Record]] = defaultdict(list)
    heads: dict[bytes, Growth] = {}
    for growth in grown:
        heads[growth.patient.bytes] = growth
        for incoming in growth.readable:
            fresh[growth.patient.bytes, incoming.record.entity.bytes].append(incoming.record)
    older = [place for place in fresh if heads[place[0]].before]
    for patient, entity, rev, raw in _EARLIER.rows(connection, older):
        if rev <= heads[patient].before:
            fresh[patient, entity].append(open_raw(raw))
    for (patient, _entity), records in fresh.items():
        yield heads[patient].head_rev, entity_state(records)


def _row(state: EntityState, row: Projection, rev: int) -> dict[str, Any]:
    return {
        "patient_id": state.patient.bytes,
        "entity_id": state.id.bytes,
        "family": storable(row.family),
        "grp": storable(row.group),
        "status": storable(row.status),
        "code": storable(row.code),
        "at": row.at,
        "rev": rev,
        "for_patient": int(shown_to_patient(state, row)),
    }


def _write_card(connection: Connection, state: EntityState, now: int) -> None:
    body = state.current.body
    if not isinstance(body, Patient):
        return
    first = body.identifiers[0] if body.identifiers else None
    card = {
        "patient_id": state.patient.bytes,
        "family": storable(body.family),
        "given": storable(body.preferred or " ".join(body.given)),
        "birth_date": body.birth_date or "",
        "sex": body.sex,
        "identity": storable(first.value) if first else "",
        "identity_system": storable(first.system) if first else "",
        "protected": int(body.protected),
        "deceased": int(body.is_deceased or body.deceased is not None),
    }
    connection.execute(upsert(connection, schema.patient_card, key=("patient_id",)), card)
    names = (body.family, *body.given, body.preferred, body.former_family)
    _replace(connection, state, schema.patient_name, "word", words_of(" ".join(names)))
    _replace(connection, state, schema.patient_number, "number", _numbers(body, now))


def _replace(
    connection: Connection, state: EntityState, table: Any, column: str, values: set[str]
) -> None:
    connection.execute(delete(table).where(table.c.patient_id == state.patient.bytes))
    rows = [{"patient_id": state.patient.bytes, column: value} for value in sorted(values)]
    if rows:
        connection.execute(insert_or_ignore(connection, table), rows)


def words_of(text: str) -> set[str]:
    """Return the words a name is found by: case folded, accents of other languages gone.

    å, ä and ö are letters of their own and stay.
    """
    return {_plain(word) for word in storable(text).replace("-", " ").casefold().split()}


def _plain(word: str) -> str:
    return "".join(
        letter if letter in "åäö" else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", word)
    )


def _numbers(body: Patient, now: int) -> set[str]:
    keys: set[str] = set()
    for identifier in body.identifiers:
        kind = kind_of_system(identifier.system)
        if kind is None:
            continue
        try:
            number = parse_identity_as(kind, identifier.value, as_of=from_millis(now).date())
        except Problem:
            keys.add(storable(identifier.value).upper())  # wrong, but what somebody will type
            continue
        keys.update(index_keys(number))
    return keys


_entry = schema.entry
_EARLIER = Among(
    select(_entry.c.patient_id, _entry.c.entity_id, _entry.c.rev, _entry.c.raw).where(
        pairs(_entry.c.patient_id, _entry.c.entity_id), _entry.c.raw.is_not(None)
    )
)
_ROWS = upserting(schema.entity_row, key=("patient_id", "entity_id"))
