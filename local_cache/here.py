"""Which of the records on their way in are here already, asked for many patients at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from local_cache import outbox
from local_cache.arrivals import Coming
from local_cache.rows import as_list, as_table, chosen

_MANY = 40
_WITH_ENTRIES = (
    "SELECT value FROM json_each(?) AS told"
    " WHERE EXISTS (SELECT 1 FROM entry WHERE patient = told.value)"
)
_BY_REVISION = (
    "SELECT entry.patient, entry.key, entry.id, entry.rev FROM json_each(?) AS told"
    " CROSS JOIN entry ON entry.patient = told.value ->> 0"
    " AND entry.rev BETWEEN told.value ->> 1 AND told.value ->> 2"
)
_BY_ID = (
    "SELECT entry.patient, entry.key, entry.id FROM json_each(?) AS told"
    " CROSS JOIN entry ON entry.patient = told.value ->> 0"
    " AND entry.id BETWEEN unhex(told.value ->> 1) AND unhex(told.value ->> 2)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that is here: its key, and its revision if it has one."""

    key: int
    rev: int | None


def known(connection: Connection, coming: Sequence[Coming]) -> Mapping[int, Mapping[bytes, Known]]:
    """Return what is here, by patient and id, after freeing revisions that others claim wrongly."""
    some = chosen(connection, _WITH_ENTRIES, (each.owner.key for each in coming))
    asked = [each for each in coming if each.owner.key in some]
    if not asked:
        return {}
    _free_revisions(connection, asked)
    told = {each.owner.key: {a.id for a in each.arrivals} for each in asked}
    ranges = as_table(row for each in asked for row in _id_ranges(each))
    keys = [
        key
        for patient, key, identity in connection.exec_driver_sql(_BY_ID, (ranges,)).all()
        if identity in told[patient]
    ]
    found: dict[int, dict[bytes, Known]] = {}
    if keys:
        for patient, identity, key, rev in connection.exec_driver_sql(
            "SELECT patient, id, key, rev FROM entry WHERE key IN (SELECT value FROM json_each(?))",
            (as_list(keys),),
        ):
            found.setdefault(patient, {})[identity] = Known(key, rev)
    return found


def _id_ranges(coming: Coming) -> Iterator[tuple[int, str, str]]:
    ids = [each.id for each in coming.arrivals]
    if len(ids) > _MANY:
        # Ids of one stretch lie close together: all between them, out of the index alone.
        yield coming.owner.key, min(ids).hex(), max(ids).hex()
    else:
        for identity in ids:
            yield coming.owner.key, identity.hex(), identity.hex()


def _free_revisions(connection: Connection, asked: Sequence[Coming]) -> None:
    told = {
        each.owner.key: {a.rev: a.id for a in each.arrivals if a.rev is not None} for each in asked
    }
    stretches = as_table(
        (patient, first, last)
        for patient, revs in told.items()
        for first, last in _stretches(sorted(revs))
    )
    wrong: dict[int, list[int]] = {}
    for patient, key, identity, rev in connection.exec_driver_sql(_BY_REVISION, (stretches,)):
        if told[patient][rev] != identity:
            wrong.setdefault(patient, []).append(key)
    for patient, keys in wrong.items():
        outbox.send_again(connection, patient, keys)


def _stretches(revs: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = 0
    for place, rev in enumerate(revs, 1):
        if place == len(revs) or revs[place] != rev + 1:
            yield revs[first], rev
            first = place
