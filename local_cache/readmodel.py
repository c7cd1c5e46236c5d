"""The read model: one row for each entity, what waits, who lies where; derived from records.

Everything here is a pure function of the stored records: ``rebuild`` makes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from local_cache import fulltext, marks, patients, visits
from local_cache.folded import readable
from local_cache.rows import as_list, as_table, chosen
from workstation.domain.contact import Contact
from workstation.domain.entity import EntityState
from workstation.domain.ids import PatientId
from workstation.domain.kind import Projection, Work
from workstation.domain.kinds import entity_state, project
from workstation.domain.record import Record

INDEXED_WHOLE = 2**62
_LIES_HERE = ("arrived", "ongoing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """The patient whose records are at hand. ``indexed``: entities up to this key are searchable."""

    key: int
    id: PatientId
    indexed: int


class Learned(NamedTuple):
    """A record, and when this computer first had it (ms UTC)."""

    record: Record
    at: int


@dataclass(frozen=True, slots=True)
class _Derived:
    owner: Owner
    key: int
    state: EntityState
    row: Projection
    changed: int


def take_in(
    connection: Connection, learned: Mapping[Owner, Sequence[Learned]]
) -> dict[int, dict[UUID, int]]:
    """Renew the rows of the entities that these new records are about.

    The records are not yet in ``entry``, or have no entity there. Returns the row key of each
    entity, by patient.
    """
    keys: dict[int, dict[UUID, int]] = {owner.key: {} for owner in learned}
    if not learned:
        return keys
    new: dict[Owner, dict[UUID, list[Learned]]] = {}
    for owner, records in learned.items():
        about = new.setdefault(owner, {})
        for one in records:
            about.setdefault(one.record.entity, []).append(one)
    for patient, entity, key in _keys(connection, new):
        keys[patient][entity] = key
    old = records_of(connection, (key for about in keys.values() for key in about.values()))
    free = 1 + connection.exec_driver_sql("SELECT ifnull(max(key), 0) FROM entity").scalar_one()
    derived, rules = [], marks.watching(connection)
    for owner, about in new.items():
        known = keys[owner.key]
        for entity, arrived in about.items():
            key = known.setdefault(entity, free)
            free += key == free
            state = entity_state([*old.get(key, ()), *(one.record for one in arrived)])
            changed = max(one.at for one in arrived)
            derived.append(_Derived(owner, key, state, project(state, rules), changed))
    _write(connection, derived, renewed=old.keys())
    return keys


def renew(connection: Connection, owner: Owner, entities: Iterable[int]) -> None:
    """Derive the rows of these entities again from what is stored; none left, no row."""
    wanted = list(entities)
    _forget(connection, owner, wanted)
    ids = _ids_and_changes(connection, wanted)
    derived, rules = [], marks.watching(connection)
    for key, records in records_of(connection, wanted).items():
        state = entity_state(records)
        derived.append(_Derived(owner, key, state, project(state, rules), ids[key]))
    _write(connection, derived, renewed=())


def records_of(connection: Connection, entities: Iterable[int]) -> dict[int, list[Record]]:
    """Return the readable records of each entity that has any."""
    found = {entity: readable(raws) for entity, raws in raws_of(connection, entities).items()}
    return {entity: records for entity, records in found.items() if records}


def raws_of(connection: Connection, entities: Iterable[int]) -> dict[int, list[bytes]]:
    """Return the bytes of the records of each entity that has any."""
    found: dict[int, list[bytes]] = {}
    keys = as_list(entities)
    if keys == "[]":
        return found
    for entity, raw in connection.exec_driver_sql(
        "SELECT entity, raw FROM entry WHERE entity IN (SELECT value FROM json_each(?))"
        " AND raw IS NOT NULL",
        (keys,),
    ):
        found.setdefault(entity, []).append(raw)
    return found


def rebuild(connection: Connection, owner: Owner) -> None:
    """Make a patient's read model again from the records."""
    keys = connection.exec_driver_sql(
        "SELECT DISTINCT entity FROM entry WHERE patient = ? AND entity IS NOT NULL", (owner.key,)
    ).scalars()
    stale = connection.exec_driver_sql(
        "SELECT key FROM entity WHERE patient = ?", (owner.key,)
    ).scalars()
    renew(connection, owner, {*keys, *stale})


def _keys(
    connection: Connection, new: Mapping[Owner, Iterable[UUID]]
) -> Iterator[tuple[int, UUID, int]]:
    """Give the row keys of the entities that have a row: patient, entity, key."""
    some = chosen(connection, _WITH_ENTITIES, (owner.key for owner in new))
    told = as_table(
        (owner.key, entity.hex)
        for owner, entities in new.items()
        if owner.key in some
        for entity in entities
    )
    if told != "[]":
        for patient, entity, key in connection.exec_driver_sql(_BY_ID, (told,)):
            yield patient, UUID(bytes=entity), key


_WITH_ENTITIES = (
    "SELECT value FROM json_each(?) AS told"
    " WHERE EXISTS (SELECT 1 FROM entity WHERE patient = told.value)"
)
_BY_ID = (
    "SELECT entity.patient, entity.id, entity.key FROM json_each(?) AS told CROSS JOIN entity"
    " ON entity.patient = told.value ->> 0 AND entity.id = unhex(told.value ->> 1)"
)


def _ids_and_changes(connection: Connection, entities: Iterable[int]) -> Mapping[int, int]:
    rows = connection.exec_driver_sql(
        "SELECT entity, max(learned) FROM entry"
        " WHERE entity IN (SELECT value FROM json_each(?)) GROUP BY entity",
        (as_list(entities),),
    )
    return {row[0]: row[1] for row in rows}


def _write(connection: Connection, derived: Sequence[_Derived], *, renewed: Iterable[int]) -> None:
    if not derived:
        return
    connection.exec_driver_sql(
        "INSERT INTO entity (key, patient, id, family, grp, status, code, title, at, visible,"
        " undecided, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET family = excluded.family, grp = excluded.grp,"
        " status = excluded.status, code = excluded.code, title = excluded.title,"
        " at = excluded.at, visible = excluded.visible, undecided = excluded.undecided,"
        " changed = max(changed, excluded.changed)",
        [_row(each) for each in derived],
    )
    _write_work(connection, derived, renewed=as_list(renewed))
    _write_stays(connection, derived)
    visits.put(connection, [(each.key, each.owner.key, each.state, each.row) for each in derived])
    patients.describe(
        connection,
        [
            (each.owner.key, each.state.current.body)
            for each in derived
            if each.state.family == "patient" and each.state.id == each.owner.id
        ],
    )
    texts: dict[int, dict[int, str]] = {}
    for each in derived:
        if each.key <= each.owner.indexed:
            texts.setdefault(each.owner.key, {})[each.key] = each.row.text
    for patient, of_it in texts.items():
        fulltext.put(connection, patient, of_it)


def _row(each: _Derived) -> tuple[object, ...]:
    row = each.row
    return (
        each.key,
        each.owner.key,
        each.state.id.bytes,
        row.family,
        row.group,
        row.status,
        row.code,
        row.title,
        row.at,
        row.patient_visible,
        row.undecided,
        each.changed,
    )


def _write_work(connection: Connection, derived: Sequence[_Derived], *, renewed: str) -> None:
    if renewed != "[]":
        connection.exec_driver_sql(
            "DELETE FROM work WHERE entity IN (SELECT value FROM json_each(?))", (renewed,)
        )
    waiting = [_waiting(each, work) for each in derived for work in each.row.work]
    if waiting:
        connection.exec_driver_sql(
            "INSERT INTO work (entity, patient, unit, person, reason, since, due, urgency,"
            " deputy_at, head_at, sender, receiver) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            waiting,
        )


def _waiting(each: _Derived, work: Work) -> tuple[object, ...]:
    return (
        each.key,
        each.owner.key,
        work.unit,
        work.person,
        work.reason,
        work.since,
        work.due,
        work.urgency,
        work.deputy_at,
        work.head_at,
        each.row.sender,
        each.row.receiver,
    )


def _write_stays(connection: Connection, derived: Sequence[_Derived]) -> None:
    contacts = [each for each in derived if each.row.family == "contact"]
    if not contacts:
        return
    connection.exec_driver_sql(
        "DELETE FROM stay WHERE entity IN (SELECT value FROM json_each(?))",
        (as_list(each.key for each in contacts),),
    )
    stays = [
        (each.key, each.owner.key, place, each.row.at)
        for each in contacts
        if (place := _place(each.state))
    ]
    if stays:
        connection.exec_driver_sql(
            "INSERT INTO stay (entity, patient, place, at) VALUES (?, ?, ?, ?)", stays
        )
    patients.place_again(connection, {each.owner.key for each in contacts})


def _place(state: EntityState) -> str:
    body = state.current.body
    if not isinstance(body, Contact) or state.voided:
        return ""
    return body.place if body.type == "admission" and body.status in _LIES_HERE else ""


def _forget(connection: Connection, owner: Owner, entities: Sequence[int]) -> None:
    keys = as_list(entities)
    connection.exec_driver_sql(
        "DELETE FROM work WHERE entity IN (SELECT value FROM json_each(?))", (keys,)
    )
    connection.exec_driver_sql(
        "DELETE FROM stay WHERE entity IN (SELECT value FROM json_each(?))", (keys,)
    )
    visits.forget(connection, keys)
    connection.exec_driver_sql(
        "DELETE FROM entity WHERE key IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
        " (SELECT 1 FROM entry WHERE entry.entity = entity.key AND raw IS NOT NULL)",
        (keys,),
    )
    patients.place_again(connection, {owner.key})
    if owner.indexed:
        fulltext.drop(connection, entities)
