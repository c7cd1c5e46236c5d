"""After a restore of the server: offer it what it lost, take what differs.

Records it no longer has are queued again, own and other people's, with their original bytes and
signatures; their revisions are given anew. Sending one that the server does have is harmless,
it answers ``known``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection

from local_cache import arrivals, entries, feed, outbox, parting, scope, stream
from local_cache.stream import Stream
from sync.protocol.digest import to_hex
from sync.protocol.messages import Head
from sync.protocol.ports import NOT_COMPARED
from workstation.domain.record import GENESIS, Sealed, chain


def rejoin(connection: Connection, unit: str, differing: Sequence[Head], *, pos: int) -> int:
    """Take over the server's heads of a unit; return how many records were queued again.

    ``differing``: the server's heads where they differ from ours; ``rev`` 0 for a patient the
    server does not have in this unit.
    """
    queued = sum(_rejoin_one(connection, unit, head) for head in differing)
    _let_the_doubted_go(connection, unit)
    connection.exec_driver_sql(
        "INSERT INTO cursor (unit, pos, digest) VALUES (?, ?, ?)"
        " ON CONFLICT (unit) DO UPDATE SET pos = excluded.pos, digest = excluded.digest",
        (unit, pos, to_hex(feed.sum_of(connection, unit))),
    )
    return queued


def doubt(connection: Connection, *, besides: Collection[str]) -> None:
    """At a new epoch: what followed units ``besides`` these have told of patients holds no longer.

    Nobody here could ask about them. Their patients stay, their feeds are not read on, and the
    next comparison names every one of them that the server has.
    """
    units = connection.exec_driver_sql(
        "SELECT unit FROM cursor UNION SELECT unit FROM unit_patient"
    ).scalars()
    for unit in set(units.all()) - set(besides):
        connection.exec_driver_sql(
            "UPDATE unit_patient SET rev = 0, hash = ?, taken = ? WHERE unit = ? AND rev > 0",
            (GENESIS, scope.DOUBTED, unit),
        )
        connection.exec_driver_sql(
            "UPDATE cursor SET pos = 0, digest = ? WHERE unit = ?", (NOT_COMPARED, unit)
        )


def _let_the_doubted_go(connection: Connection, unit: str) -> None:
    """Whom a comparison has not named, though it was to name everybody, has left the unit."""
    gone = connection.exec_driver_sql(
        "SELECT patient FROM unit_patient WHERE unit = ? AND taken = ?", (unit, scope.DOUBTED)
    ).scalars()
    for patient in gone.all():
        scope.leave(connection, unit, patient)


def send_lost(connection: Connection, *, now: int) -> int:
    """After a new epoch: queue again what no comparison of copies has vouched for.

    That is what lies beyond the heads that followed units tell: only a unit now left told of it,
    or its patient has left, and is here for something unsent. And it is what was acknowledged and
    neither feed nor stream has brought, or whose patient is not here any more. Returns how many.
    """
    beyond = connection.exec_driver_sql(_BEYOND).scalars()
    queued = sum(_keep_to_told(connection, UUID(bytes=each)) for each in beyond.all())
    unseen: dict[int, list[int]] = {}
    for patient, entry in connection.exec_driver_sql(_UNSEEN).all():
        unseen.setdefault(patient, []).append(entry)
    queued += sum(outbox.send_again(connection, patient, unseen[patient]) for patient in unseen)
    gone = connection.exec_driver_sql(
        "SELECT DISTINCT patient FROM sent WHERE raw IS NOT NULL"
    ).scalars()
    for identity in gone.all():
        queued += _restore_purged(connection, UUID(bytes=identity), now=now)
    return queued


_BEYOND = (
    "SELECT id FROM patient WHERE head_rev >"
    " (SELECT ifnull(max(rev), 0) FROM unit_patient WHERE unit_patient.patient = patient.key)"
    " ORDER BY key"
)
_UNSEEN = (
    "SELECT patient.key, entry.key FROM entry JOIN patient ON patient.key = entry.patient"
    " WHERE entry.rev > head_rev OR (entry.id IN (SELECT id FROM sent)"
    " AND NOT EXISTS (SELECT 1 FROM held WHERE held.patient = entry.patient"
    " AND entry.rev BETWEEN low AND high)) ORDER BY entry.key"
)


def _rejoin_one(connection: Connection, unit: str, head: Head) -> int:
    known = stream.read(connection, head.p)
    if head.rev == 0:
        rev, head_hash = _furthest_told(connection, known, besides=unit)
        queued = parting.part(connection, known, rev=rev, head_hash=head_hash)
        stream.write(connection, known)
        scope.leave(connection, unit, known.owner.key)
        return queued
    head_hash = bytes.fromhex(head.hash)
    queued = _take_head(connection, known, head.rev, head_hash)
    stream.write(connection, known)
    connection.exec_driver_sql(
        "INSERT INTO unit_patient (unit, patient, rev, hash, taken) VALUES (?, ?, ?, ?, -1)"
        " ON CONFLICT (unit, patient) DO UPDATE SET rev = excluded.rev, hash = excluded.hash,"
        " taken = excluded.taken",
        (unit, known.owner.key, head.rev, head_hash),
    )
    _lower_others(connection, unit, known, head.rev, head_hash)
    return queued


def _lower_others(
    connection: Connection, unit: str, known: Stream, rev: int, head_hash: bytes
) -> None:
    """What other units have told of the stream beyond its new end holds no longer.

    They are compared next. Somebody else may have offered the same records by then, and an equal
    head would hide that they are gone here.
    """
    units = connection.exec_driver_sql(
        "UPDATE unit_patient SET rev = ?, hash = ? WHERE patient = ? AND unit <> ? AND rev > ?"
        " RETURNING unit",
        (rev, head_hash, known.owner.key, unit, rev),
    ).scalars()
    for other in units.all():
        connection.exec_driver_sql(
            "UPDATE cursor SET digest = ? WHERE unit = ?",
            (to_hex(feed.sum_of(connection, other)), other),
        )


def _furthest_told(
    connection: Connection, known: Stream, *, besides: str = ""
) -> tuple[int, bytes]:
    """Return the furthest head that followed units, ``besides`` one, have told of the patient."""
    row = connection.exec_driver_sql(
        "SELECT rev, hash FROM unit_patient WHERE patient = ? AND unit <> ? AND rev > 0"
        " ORDER BY rev DESC LIMIT 1",
        (known.owner.key, besides),
    ).one_or_none()
    return (row[0], row[1]) if row else (0, GENESIS)


def _keep_to_told(connection: Connection, patient: UUID) -> int:
    known = stream.read(connection, patient)
    queued = _keep_to(connection, known, *_furthest_told(connection, known))
    stream.write(connection, known)
    return queued


def _take_head(connection: Connection, known: Stream, rev: int, head_hash: bytes) -> int:
    queued = 0
    if rev > known.head_rev:
        # That it continues ours was proved at the furthest head told, and no further.
        queued = _keep_to(connection, known, *_furthest_told(connection, known))
    elif (rev, head_hash) != (known.head_rev, known.head_hash):
        queued = _go_back(connection, known, rev, head_hash)
    known.enters(rev, head_hash)
    return queued


def _keep_to(connection: Connection, known: Stream, rev: int, head_hash: bytes) -> int:
    """Queue again what lies beyond a told head, and leave no mark of it; returns how many."""
    if rev >= known.head_rev:
        return 0
    return _go_back(connection, known, rev, head_hash)


def _go_back(connection: Connection, known: Stream, rev: int, head_hash: bytes) -> int:
    change = parting.cut if _is_our_past(connection, known, rev, head_hash) else parting.part
    return change(connection, known, rev=rev, head_hash=head_hash)


def _is_our_past(connection: Connection, known: Stream, rev: int, head_hash: bytes) -> bool:
    """Whether our chain had this hash at that revision."""
    stretch = next((h for h in known.held if h.low - 1 <= rev <= h.high), None)
    if stretch is None:
        return False
    hash_now = stretch.before
    for each in _hashes(connection, known.owner.key, stretch.low, rev):
        hash_now = chain(hash_now, each)
    return hash_now == head_hash


def _hashes(connection: Connection, patient: int, first: int, last: int) -> list[bytes]:
    rows = connection.exec_driver_sql(
        "SELECT raw, erased FROM entry WHERE patient = ? AND rev BETWEEN ? AND ? ORDER BY rev",
        (patient, first, last),
    )
    return [gone if raw is None else Sealed(raw).hash for raw, gone in rows]


def _restore_purged(connection: Connection, patient: UUID, *, now: int) -> int:
    rows = connection.exec_driver_sql(
        "SELECT raw, signature, signer FROM sent WHERE patient = ? AND raw IS NOT NULL"
        " ORDER BY rev",
        (patient.bytes,),
    ).all()
    known = stream.read(connection, patient)
    coming = [
        arrivals.arrival(Sealed(row[0], row[1], row[2]), patient=patient, rev=None) for row in rows
    ]
    keys = entries.store(connection, known.owner, coming, holds=known.holds, now=now)
    queued = outbox.send_again(connection, known.owner.key, keys)
    connection.exec_driver_sql(
        "UPDATE sent SET raw = NULL, signature = NULL, signer = NULL WHERE patient = ?",
        (patient.bytes,),
    )
    connection.exec_driver_sql(
        "UPDATE patient SET leaving = 1 WHERE key = ?1"
        " AND NOT EXISTS (SELECT 1 FROM unit_patient WHERE patient = ?1)",
        (known.owner.key,),
    )
    return queued
