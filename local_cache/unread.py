"""Older records of a first load: stored as they come, read into the read model afterwards.

What a list needs comes before them and is read at once. A chart is read to its end before
anything of it is shown or changed, the rest in idle time. What waits is in the file, so that
being killed loses nothing of it, and the rows are those that a rebuild makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from local_cache import marks, readmodel
from local_cache.readmodel import Owner
from workstation.domain.ids import PatientId
from workstation.domain.kinds import Malformed, open_raw
from workstation.domain.record import Record

Stretch = tuple[int, int]
FURTHEST_AHEAD_MS = 5 * 60 * 1000
"""A record dated further ahead than this does not move our clock."""


def put_off(connection: Connection, patient: int, first: int, last: int) -> None:
    """Have the entries with these keys read later."""
    connection.exec_driver_sql(
        "INSERT INTO unread (first, last, patient) VALUES (?, ?, ?)", (first, last, patient)
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


def read_next(connection: Connection, patient: PatientId | None = None) -> PatientId | None:
    """Read one stretch, of this patient or the oldest; return whose it was, None if none was left."""
    found = connection.exec_driver_sql(
        "SELECT first, last, unread.patient, id, indexed FROM unread"
        " JOIN patient ON patient.key = unread.patient"
        " WHERE ?1 IS NULL OR id = ?1 ORDER BY first LIMIT 1",
        (None if patient is None else patient.bytes,),
    ).one_or_none()
    if found is None:
        return None
    owner = Owner(key=found[2], id=PatientId(UUID(bytes=found[3])), indexed=found[4])
    _read(connection, owner, (found[0], found[1]))
    return owner.id


def read_all(connection: Connection, owner: Owner) -> None:
    """Read whatever of a patient is still to be read."""
    stretches = connection.exec_driver_sql(
        "SELECT first, last FROM unread WHERE patient = ? ORDER BY first", (owner.key,)
    ).all()
    for first, last in stretches:
        _read(connection, owner, (first, last))


def note_times(connection: Connection, records: Iterable[Record], *, now: int) -> None:
    """Our clock goes on after what we have read, as far as that can be believed."""
    furthest = now + FURTHEST_AHEAD_MS
    believed = [r.written_at for r in records if r.written_at.millis <= furthest]
    if believed:
        marks.saw(connection, max(believed))


def _read(connection: Connection, owner: Owner, stretch: Stretch) -> None:
    rows = connection.exec_driver_sql(
        "SELECT key, id, raw, learned FROM entry WHERE key BETWEEN ? AND ? AND patient = ?"
        " AND entity IS NULL AND raw IS NOT NULL",
        (*stretch, owner.key),
    ).all()
    opened = {row[0]: record for row in rows if (record := _opened(row[1], row[2], owner))}
    if opened:
        learned = max(row[3] for row in rows)
        records = list(opened.values())
        entities = readmodel.take_in(connection, owner, records, now=learned)
        note_times(connection, records, now=learned)
        connection.exec_driver_sql(
            "UPDATE entry SET entity = ?, kind = ? WHERE key = ?",
            [(entities[record.entity], record.kind, key) for key, record in opened.items()],
        )
    connection.exec_driver_sql("DELETE FROM unread WHERE first = ?", (stretch[0],))


def _opened(identity: bytes, raw: bytes, owner: Owner) -> Record | None:
    """Open what lies here; a second record with an id already in the stream is kept unread."""
    try:
        record = open_raw(raw)
    except Malformed:
        return None
    return record if record.patient == owner.id and record.id.bytes == identity else None
