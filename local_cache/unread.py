"""Older records of a first load: stored as they come, read into the read model afterwards.

What a list needs comes before them and is read at once. A chart is read to its end before
anything of it is shown or changed, the rest in idle time. What waits is in the file, so that
being killed loses nothing of it, and the rows are those that a rebuild makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain as one_after_another
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from local_cache import marks, readmodel
from local_cache.readmodel import Learned, Owner
from local_cache.rows import as_list, as_table
from workstation.domain.ids import PatientId
from workstation.domain.kinds import Malformed, open_raw
from workstation.domain.record import Record

AT_ONCE, IN_PASSING = 2_000, 250
"""Records read in one transaction: where somebody waits for all of them, and where nobody does."""
_MOST_STRETCHES = 64
_OLDEST = (
    "SELECT first, last, unread.patient, id, indexed FROM unread"
    " JOIN patient ON patient.key = unread.patient"
)
_LYING = (
    "SELECT entry.key, entry.id, raw, learned, patient FROM json_each(?) AS told CROSS JOIN entry"
    " ON entry.key BETWEEN told.value ->> 1 AND told.value ->> 2 AND patient = told.value ->> 0"
    " WHERE entity IS NULL AND raw IS NOT NULL"
)
FURTHEST_AHEAD_MS = 5 * 60 * 1000
"""A record dated further ahead than this does not move our clock."""


def put_off(connection: Connection, stretches: Sequence[tuple[int, int, int]]) -> None:
    """Have the entries between two keys read later: (patient, first, last)."""
    if stretches:
        connection.exec_driver_sql(
            "INSERT INTO unread (patient, first, last) VALUES (?, ?, ?)", list(stretches)
        )


def has(connection: Connection, patient: int) -> bool:
    """Whether something of a patient is still to be read."""
    found: int = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM unread WHERE patient = ?)", (patient,)
    ).scalar_one()
    return bool(found)


def any_left(connection: Connection) -> bool:
    """Whether something of anybody is still to be read."""
    found: int = connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM unread)").scalar_one()
    return bool(found)


def read_of(connection: Connection, patient: PatientId) -> bool:
    """Read the oldest records of this patient that wait; return whether there were any."""
    found = connection.exec_driver_sql(
        _OLDEST + " WHERE id = ? ORDER BY first LIMIT 1", (patient.bytes,)
    ).all()
    return bool(_read(connection, [_beginning(one) for one in _stretches(found)]))


def read_some(connection: Connection, *, most: int) -> frozenset[PatientId]:
    """Read the oldest stretches, about ``most`` records; return whose, nobody if none was left."""
    found = connection.exec_driver_sql(
        _OLDEST + " ORDER BY first LIMIT ?", (_MOST_STRETCHES,)
    ).all()
    taken = 0
    for count, (first, last, *_owner) in enumerate(found):
        taken += last - first + 1
        if count and taken > most:
            found = found[:count]
            break
    return _read(connection, [_beginning(one) for one in _stretches(found)])


def read_all(connection: Connection, owners: Iterable[Owner]) -> None:
    """Read whatever of these patients is still to be read."""
    keys = as_list(owner.key for owner in owners)
    if keys != "[]":
        statement = (
            _OLDEST + " WHERE unread.patient IN (SELECT value FROM json_each(?)) ORDER BY first"
        )
        found = connection.exec_driver_sql(statement, (keys,)).all()
        _read(connection, _stretches(found))


def note_times(connection: Connection, learned: Iterable[Learned]) -> None:
    """Our clock goes on after what we have read, as far as that can be believed."""
    believed = [
        one.record.written_at
        for one in learned
        if one.record.written_at.millis <= one.at + FURTHEST_AHEAD_MS
    ]
    if believed:
        marks.saw(connection, max(believed))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    """Entries by key, ``first`` to ``last``; ``end``: to where more of them wait."""

    first: int
    last: int
    end: int
    owner: Owner


def _stretches(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[_Stretch]:
    """Return what rows of ``_OLDEST`` say."""
    return [
        _Stretch(
            first=first,
            last=last,
            end=last,
            owner=Owner(key=key, id=PatientId(UUID(bytes=identity)), indexed=indexed),
        )
        for first, last, key, identity, indexed in rows
    ]


def _beginning(stretch: _Stretch) -> _Stretch:
    """Return as much of a long stretch as is held in memory at once."""
    return replace(stretch, last=min(stretch.last, stretch.first + AT_ONCE - 1))


def _read(connection: Connection, stretches: Sequence[_Stretch]) -> frozenset[PatientId]:
    """Read stretches in one go; return whose they were."""
    if not stretches:
        return frozenset()
    owners = {one.owner.key: one.owner for one in stretches}
    learned: dict[Owner, list[Learned]] = {}
    places: list[tuple[int, int, Record]] = []
    for key, identity, raw, at, patient in connection.exec_driver_sql(
        _LYING, (as_table((one.owner.key, one.first, one.last) for one in stretches),)
    ):
        if record := _opened(identity, raw, owners[patient]):
            learned.setdefault(owners[patient], []).append(Learned(record, at))
            places.append((key, patient, record))
    if places:
        entities = readmodel.take_in(connection, learned)
        note_times(connection, one_after_another.from_iterable(learned.values()))
        connection.exec_driver_sql(
            "UPDATE entry SET entity = ?, kind = ? WHERE key = ?",
            [(entities[patient][one.entity], one.kind, key) for key, patient, one in places],
        )
    _have_read(connection, stretches)
    return frozenset(owner.id for owner in owners.values())


def _have_read(connection: Connection, stretches: Sequence[_Stretch]) -> None:
    connection.exec_driver_sql(
        "DELETE FROM unread WHERE first = ?", [(one.first,) for one in stretches]
    )
    put_off(
        connection,
        [(one.owner.key, one.last + 1, one.end) for one in stretches if one.last < one.end],
    )


def _opened(identity: bytes, raw: bytes, owner: Owner) -> Record | None:
    """Open what lies here; a second record with an id already in the stream is kept unread."""
    try:
        record = open_raw(raw)
    except Malformed:
        return None
    return record if record.patient == owner.id and record.id.bytes == identity else None
