"""After a restore of the server: offer it what it lost, take what differs.

Records it no longer has are queued again, own and other people's, with their original bytes and
signatures; their revisions are given anew. Sending one that the server does have is harmless,
it answers ``known``.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from local_cache import arrivals, entries, feed, outbox, parting, scope, stream
from local_cache.stream import Stream
from sync.protocol.digest import to_hex
from sync.protocol.messages import Head
from workstation.domain.record import GENESIS, Sealed, chain


def rejoin(connection: Connection, unit: str, differing: Sequence[Head], *, pos: int) -> int:
    """Take over the server's heads of a unit; return how many records were queued again.

    ``differing``: the server's heads where they differ from ours; ``rev`` 0 for a patient the
    server does not have in this unit.
    """
    queued = sum(_rejoin_one(connection, unit, head) for head in differing)
    connection.exec_driver_sql(
        "INSERT INTO cursor (unit, pos, digest) VALUES (?, ?, ?)"
        " ON CONFLICT (unit) DO UPDATE SET pos = excluded.pos, digest = excluded.digest",
        (unit, pos, to_hex(feed.sum_of(connection, unit))),
    )
    return queued


def send_lost(connection: Connection, *, now: int) -> int:
    """After a new epoch: queue again what was acknowledged and has not been seen since.

    That is records whose revision the feed never brought, and those of patients that have left.
    Returns how many.
    """
    rows = connection.exec_driver_sql(
        "SELECT patient.key, entry.key FROM entry JOIN patient ON patient.key = entry.patient"
        " WHERE entry.rev > patient.head_rev ORDER BY entry.key"
    ).all()
    queued = sum(outbox.send_again(connection, patient, [entry]) for patient, entry in rows)
    gone = connection.exec_driver_sql(
        "SELECT DISTINCT patient FROM sent WHERE raw IS NOT NULL"
    ).scalars()
    for patient in gone.all():
        queued += _restore_purged(connection, UUID(bytes=patient), now=now)
    return queued


def _rejoin_one(connection: Connection, unit: str, head: Head) -> int:
    known = stream.read(connection, head.p)
    if head.rev == 0:
        rev, head_hash = _told_elsewhere(connection, unit, known)
        queued = parting.part(connection, known, rev=rev, head_hash=head_hash)
        stream.write(connection, known)
        scope.leave(connection, unit, known.owner.key)
        return queued
    head_hash = bytes.fromhex(head.hash)
    queued = _take_head(connection, known, head.rev, head_hash)
    stream.write(connection, known)
    connection.exec_driver_sql(
        "INSERT INTO unit_patient (unit, patient, rev, hash, taken) VALUES (?, ?, ?, ?, -1)"
        " ON CONFLICT (unit, patient) DO UPDATE SET rev = excluded.rev, hash = excluded.hash",
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


def _told_elsewhere(connection: Connection, unit: str, known: Stream) -> tuple[int, bytes]:
    """Return the furthest head that other followed units have told of the patient."""
    row = connection.exec_driver_sql(
        "SELECT rev, hash FROM unit_patient WHERE patient = ? AND unit <> ? AND rev > 0"
        " ORDER BY rev DESC LIMIT 1",
        (known.owner.key, unit),
    ).one_or_none()
    return (row[0], row[1]) if row else (0, GENESIS)


def _take_head(connection: Connection, known: Stream, rev: int, head_hash: bytes) -> int:
    queued = 0
    if rev < known.head_rev:
        change = parting.cut if _is_our_past(connection, known, rev, head_hash) else parting.part
        queued = change(connection, known, rev=rev, head_hash=head_hash)
    elif rev == known.head_rev and head_hash != known.head_hash:
        queued = parting.part(connection, known, rev=rev, head_hash=head_hash)
    known.enters(rev, head_hash)
    return queued


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
