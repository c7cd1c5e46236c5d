"""What is to be sent: queued in the transaction that stores it, gone only when the server names it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache.rows import as_list
from sync.protocol.messages import Group, Outcome, Pushed
from sync.protocol.ports import Unsent
from workstation.domain.ids import RecordId
from workstation.operations.ports import Delivery

KEEP_SENT_MS = 30 * 24 * 60 * 60 * 1000
"""Acknowledged records are kept this long for a server restored from a backup."""


def queue(connection: Connection, patient: int, keys: Sequence[int], *, now: int) -> None:
    """Queue entries of one patient, to be stored together or not at all."""
    if not keys:
        return
    group = connection.exec_driver_sql("SELECT ifnull(max(grp), 0) + 1 FROM outbox").scalar_one()
    connection.exec_driver_sql(
        "INSERT INTO outbox (entry, patient, grp, at) VALUES (?, ?, ?, ?)",
        [(key, patient, group, now) for key in keys],
    )


def send_again(connection: Connection, patient: int, keys: Sequence[int]) -> int:
    """Take these entries' revisions back and queue them before everything written since.

    Each for itself: one the server refuses must not hold back the others. Returns how many
    were not queued already.
    """
    marks = as_list(keys)
    connection.exec_driver_sql(
        "UPDATE entry SET rev = NULL WHERE key IN (SELECT value FROM json_each(?))", (marks,)
    )
    lost = connection.exec_driver_sql(
        "SELECT key, learned FROM entry WHERE key IN (SELECT value FROM json_each(?))"
        " AND raw IS NOT NULL AND key NOT IN (SELECT entry FROM outbox)"
        " AND key NOT IN (SELECT entry FROM quarantine) ORDER BY key",
        (marks,),
    ).all()
    first, group = connection.exec_driver_sql(
        "SELECT min(0, ifnull(min(n), 0)), min(0, ifnull(min(grp), 0)) FROM outbox"
    ).one()
    if lost:
        connection.exec_driver_sql(
            "INSERT INTO outbox (n, entry, patient, grp, at) VALUES (?, ?, ?, ?, ?)",
            [
                (first - len(lost) + i, key, patient, group - len(lost) + i, at)
                for i, (key, at) in enumerate(lost)
            ],
        )
    return len(lost)


def next_batch(connection: Connection, *, most: int, max_bytes: int, now: int) -> tuple[Group, ...]:
    """Return the oldest groups, FIFO per patient, and mark them sent.

    At least one group comes whole, however large; after it no more than ``most`` records and
    ``max_bytes`` together. A group is never split.
    """
    chosen = _choose(connection, most=most, max_bytes=max_bytes, now=now)
    if not chosen:
        return ()
    marks = as_list(chosen)
    rows = connection.exec_driver_sql(
        "SELECT grp, patient.id, raw, signature, signer FROM outbox"
        " JOIN entry ON entry.key = outbox.entry JOIN patient ON patient.key = outbox.patient"
        " WHERE grp IN (SELECT value FROM json_each(?)) ORDER BY n",
        (marks,),
    ).all()
    connection.exec_driver_sql(
        "UPDATE outbox SET state = 'sent', later_until = NULL"
        " WHERE grp IN (SELECT value FROM json_each(?))",
        (marks,),
    )
    return tuple(
        Group(
            p=UUID(bytes=patient),
            ops=tuple(_pushed(raw, signature, signer) for _, _, raw, signature, signer in ops),
        )
        for (_group, patient), ops in groupby(rows, key=lambda row: (row[0], row[1]))
    )


def _choose(connection: Connection, *, most: int, max_bytes: int, now: int) -> list[int]:
    rows = connection.exec_driver_sql(
        "SELECT grp, count(*), sum(length(raw)) FROM outbox JOIN entry ON entry.key = outbox.entry"
        " LEFT JOIN (SELECT patient, min(n) AS n FROM outbox WHERE later_until > ? GROUP BY patient)"
        " AS later ON later.patient = outbox.patient"
        " GROUP BY grp HAVING later.n IS NULL OR max(outbox.n) < later.n ORDER BY grp LIMIT ?",
        (now, most),
    )
    chosen: list[int] = []
    records = size = 0
    for group, count, length in rows:
        records, size = records + count, size + length
        if chosen and (records > most or size > max_bytes):
            break
        chosen.append(group)
    return chosen


def _pushed(raw: bytes, signature: bytes, signer: bytes) -> Pushed:
    return Pushed(
        raw=msgspec.Raw(raw), sig=b64encode(signature).decode(), by=b64encode(signer).decode()
    )


def settle(connection: Connection, outcomes: Iterable[Outcome], *, now: int) -> set[int]:
    """Take over exactly what the outcomes name. Returns the patients concerned (row keys)."""
    waits: dict[bytes, list[tuple[int, int]]] = {}
    for record, entry, patient in connection.exec_driver_sql(
        "SELECT entry.id, outbox.entry, outbox.patient FROM outbox"
        " JOIN entry ON entry.key = outbox.entry WHERE outbox.state = 'sent'"
    ):
        waits.setdefault(record, []).append((entry, patient))
    concerned: set[int] = set()
    told: list[tuple[int, int]] = []
    for outcome in outcomes:
        # None: already received by way of the feed, or never ours.
        for entry, patient in waits.get(_bytes_of(outcome.id), ()):
            concerned.add(patient)
            if outcome.verdict in ("applied", "known"):
                told.append((entry, outcome.rev))
            else:
                _put_off(connection, entry, patient, outcome, now=now)
    received(connection, told, now=now)
    return concerned


def _bytes_of(record: str) -> bytes:
    try:
        return UUID(record).bytes
    except ValueError:  # names none of ours
        return b""


def _put_off(
    connection: Connection, entry: int, patient: int, outcome: Outcome, *, now: int
) -> None:
    if outcome.verdict == "quarantined":
        connection.exec_driver_sql("DELETE FROM outbox WHERE entry = ?", (entry,))
        connection.exec_driver_sql(
            "INSERT INTO quarantine (entry, patient, why, place, at) VALUES (?, ?, ?, ?, ?)",
            (entry, patient, outcome.why, outcome.place, now),
        )
    else:
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'local', later_until = ? WHERE entry = ?",
            (now + outcome.after * 1000, entry),
        )


def received(connection: Connection, told: Sequence[tuple[int, int]], *, now: int) -> None:
    """Give entries their revisions, (key, rev): they have been received, and leave the outbox."""
    if not told:
        return
    marks = msgspec.json.encode(told).decode()
    connection.exec_driver_sql(
        "UPDATE OR IGNORE entry SET rev = told.value ->> 1 FROM json_each(?) AS told"  # never twice
        " WHERE entry.key = told.value ->> 0",
        (marks,),
    )
    connection.exec_driver_sql(
        "INSERT INTO sent (id, patient, rev, at) SELECT entry.id, patient.id, told.value ->> 1, ?"
        " FROM json_each(?) AS told JOIN entry ON entry.key = told.value ->> 0"
        " JOIN patient ON patient.key = entry.patient JOIN outbox ON outbox.entry = entry.key"
        " WHERE true ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, at = excluded.at",
        (now, marks),
    )
    for table in ("outbox", "quarantine"):
        connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE entry IN (SELECT value ->> 0 FROM json_each(?))", (marks,)
        )


def forget_old(connection: Connection, *, now: int) -> None:
    """Let go of what was acknowledged long ago."""
    connection.exec_driver_sql("DELETE FROM sent WHERE at < ?", (now - KEEP_SENT_MS,))


def unsent(connection: Connection) -> Unsent:
    """Return how much has not been received, and since when."""
    local, sent, oldest = connection.exec_driver_sql(
        "SELECT count(*) FILTER (WHERE state = 'local'), count(*) FILTER (WHERE state = 'sent'),"
        " min(at) FROM outbox"
    ).one()
    attention = connection.exec_driver_sql("SELECT count(*) FROM quarantine").scalar_one()
    return Unsent(local=local, sent=sent, attention=attention, oldest=oldest)


def waiting(connection: Connection, patient: int) -> dict[int, Delivery]:
    """Return, for entities of a patient with records not received, how far the least has come."""
    rows = connection.exec_driver_sql(
        "SELECT entry.entity, outbox.state FROM outbox JOIN entry ON entry.key = outbox.entry"
        " WHERE outbox.patient = ?1 UNION ALL SELECT entry.entity, 'attention' FROM quarantine"
        " JOIN entry ON entry.key = quarantine.entry WHERE quarantine.patient = ?1",
        (patient,),
    )
    found: dict[int, Delivery] = {}
    for entity, state in rows:
        told = Delivery(state)
        found[entity] = min(found.get(entity, told), told, key=_URGENCY.index)
    return found


_URGENCY = (Delivery.ATTENTION, Delivery.LOCAL, Delivery.SENT, Delivery.RECEIVED)


def refused(connection: Connection) -> tuple[tuple[RecordId, str, str], ...]:
    """Return the records a person must look at: id, why, place."""
    rows = connection.exec_driver_sql(
        "SELECT entry.id, why, place FROM quarantine JOIN entry ON entry.key = quarantine.entry"
        " ORDER BY at, entry.key"
    )
    return tuple((RecordId(UUID(bytes=row[0])), row[1], row[2]) for row in rows)
