"""Whole charts: indexed for search when opened, rebuilt from their records, wished for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection

from local_cache import fulltext, marks, readmodel, unread
from local_cache.readmodel import INDEXED_WHOLE, Owner
from local_cache.rows import as_list
from workstation.domain.ids import PatientId
from workstation.domain.kinds import KINDS, entity_state, project

_READS = {kind.name: kind.version for kind in KINDS}
_A_STEP = 2_000


def index_more(connection: Connection, patient: PatientId, *, most: int) -> bool:
    """Index up to ``most`` more entities of a chart; return whether it is indexed whole."""
    owner = owner_of(connection, patient)
    if owner is None or owner.indexed == INDEXED_WHOLE:
        return True
    if unread.read_of(connection, patient):
        return False
    keys = (
        connection.exec_driver_sql(
            "SELECT key FROM entity WHERE patient = ? AND key > ? ORDER BY key LIMIT ?",
            (owner.key, owner.indexed, most),
        )
        .scalars()
        .all()
    )
    found = readmodel.records_of(connection, keys)
    texts = {key: project(entity_state(records)).text for key, records in found.items()}
    fulltext.put(connection, owner.key, texts)
    whole = len(keys) < most
    connection.exec_driver_sql(
        "UPDATE patient SET indexed = ? WHERE key = ?",
        (INDEXED_WHOLE if whole else keys[-1], owner.key),
    )
    return whole


def is_indexed(connection: Connection, patient: PatientId) -> bool:
    """Return whether a search in the chart would see all of it."""
    owner = owner_of(connection, patient)
    return owner is None or owner.indexed == INDEXED_WHOLE


def wish_for(connection: Connection, patient: PatientId) -> None:
    """Put a patient first among those to be fetched."""
    connection.exec_driver_sql(
        "UPDATE patient SET wish = 1 + (SELECT max(wish) FROM patient) WHERE id = ? AND stage < 3",
        (patient.bytes,),
    )


def rebuild_all(connection: Connection) -> None:
    """Make the read model of every patient again."""
    read_everything(connection)
    for owner in owners(connection):
        readmodel.rebuild(connection, owner)


def read_everything(connection: Connection) -> None:
    """Bring into the read model whatever is still to be read."""
    while unread.read_some(connection, most=_A_STEP):
        continue


def owners(connection: Connection) -> Iterator[Owner]:
    """Give every patient here."""
    rows = connection.exec_driver_sql("SELECT key, id, indexed FROM patient ORDER BY key").all()
    for key, patient, indexed in rows:
        yield Owner(key=key, id=PatientId(UUID(bytes=patient)), indexed=indexed)


def owner_of(connection: Connection, patient: PatientId) -> Owner | None:
    """Return a patient's row key and state of indexing; None if unknown here."""
    row = connection.exec_driver_sql(
        "SELECT key, indexed FROM patient WHERE id = ?", (patient.bytes,)
    ).one_or_none()
    return Owner(key=row[0], id=patient, indexed=row[1]) if row is not None else None


def ids_of(connection: Connection, keys: Iterable[int]) -> set[UUID]:
    """Return patients' ids for their row keys."""
    rows = connection.exec_driver_sql(
        "SELECT id FROM patient WHERE key IN (SELECT value FROM json_each(?))", (as_list(keys),)
    )
    return {UUID(bytes=patient) for patient in rows.scalars()}


def renew_for_kinds(connection: Connection) -> None:
    """Derive again what an older program could not read or read differently, once per update."""
    reads = json.dumps(_READS, sort_keys=True)
    before = marks.get(connection, marks.KINDS)
    if before == reads:
        return
    old: dict[str, int] = json.loads(before or "{}")
    changed = [name for name, version in _READS.items() if old.get(name) != version]
    for owner in owners(connection):
        entities = connection.exec_driver_sql(
            "SELECT DISTINCT entity FROM entry WHERE patient = ? AND entity IS NOT NULL"
            " AND kind IN (SELECT value FROM json_each(?))",
            (owner.key, as_list(changed)),
        ).scalars()
        readmodel.renew(connection, owner, entities.all())
    marks.put(connection, marks.KINDS, reads)
