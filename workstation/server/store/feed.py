"""Unit feeds: the drainer gives gapless positions and keeps each unit's digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, text, update

from sync.protocol import digest as digests
from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, parts

_DRAINER = 0x64726169
_MOST = 5_000


class _UnitHead:
    """A unit's position and digest while rows are being given their places."""

    def __init__(self, pos: int, digest: int) -> None:
        self.pos, self.digest = pos, digest
        self.rows: list[dict[str, Any]] = []

    def say(self, unit: str, patient: bytes, rev: int, what: str) -> None:
        self.pos += 1
        self.rows.append(
            {"unit": unit, "pos": self.pos, "patient_id": patient, "rev": rev, "what": what}
        )


def drain(connection: Connection) -> dict[str, int]:
    """Give positions to what waits in the outbox; return the units that moved and where to.

    One drainer at a time: on PostgreSQL whoever does not get the lock leaves the work to the
    one who has it, and to the timer. A crash before the commit leaves the outbox as it was.
    """
    if connection.dialect.name == "postgresql":
        mine = connection.execute(text("SELECT pg_try_advisory_xact_lock(:k)"), {"k": _DRAINER})
        if not mine.scalar_one():
            return {}
    box = schema.outbox
    waiting = connection.execute(
        select(box.c.n, box.c.patient_id, box.c.rev, box.c.unit, box.c.what)
        .order_by(box.c.n)
        .limit(_MOST)
    ).all()
    if not waiting:
        return {}
    heads = _locked_heads(connection, {row.unit for row in waiting})
    shares = _shares(connection, waiting)
    for row in waiting:
        _tell(heads[row.unit], row, shares)
    _write(connection, heads)
    _remove(connection, [row.n for row in waiting])
    return {unit: head.pos for unit, head in heads.items()}


def drain_all(connection: Connection) -> dict[str, int]:
    """Drain until nothing waits; return the units that moved and where to."""
    moved: dict[str, int] = {}
    while step := drain(connection):
        moved |= step
    return moved


def _tell(head: _UnitHead, row: Any, shares: dict[tuple[bytes, int], int]) -> None:
    head.say(row.unit, row.patient_id, row.rev, row.what)
    share = shares[row.patient_id, row.rev]
    before, after = {
        "entry": (shares.get((row.patient_id, row.rev - 1), 0), share),
        "enter": (0, share),
        "leave": (share, 0),
    }[row.what]
    head.digest = digests.moved(head.digest, before=before, after=after)


def _locked_heads(connection: Connection, units: set[str]) -> dict[str, _UnitHead]:
    """Lock the units in the order of their ids."""
    table = schema.unit_head
    for unit in sorted(units):
        connection.execute(
            insert_or_ignore(connection, table), {"unit": unit, "pos": 0, "digest": bytes(16)}
        )
    found = connection.execute(
        select(table.c.unit, table.c.pos, table.c.digest)
        .where(table.c.unit.in_(sorted(units)))
        .order_by(table.c.unit)
        .with_for_update()
    )
    return {unit: _UnitHead(pos, int.from_bytes(digest, "big")) for unit, pos, digest in found}


def _shares(connection: Connection, waiting: Sequence[Any]) -> dict[tuple[bytes, int], int]:
    """Return what each patient counts for in a digest, at every revision that is asked for."""
    shares: dict[tuple[bytes, int], int] = {}
    table = schema.entry
    spans: dict[bytes, list[int]] = {}
    for row in waiting:
        spans.setdefault(row.patient_id, []).append(row.rev)
    for patient, revs in spans.items():
        shares[patient, 0] = 0
        found = connection.execute(
            select(table.c.rev, table.c.chain).where(
                table.c.patient_id == patient, table.c.rev.between(min(revs) - 1, max(revs))
            )
        )
        for rev, head_hash in found:
            shares[patient, rev] = digests.patient_digest(UUID(bytes=patient), rev, head_hash)
    return shares


def _write(connection: Connection, heads: dict[str, _UnitHead]) -> None:
    rows = [row for head in heads.values() for row in head.rows]
    if rows:
        connection.execute(insert(schema.feed), rows)
    for unit, head in heads.items():
        connection.execute(
            update(schema.unit_head)
            .where(schema.unit_head.c.unit == unit)
            .values(pos=head.pos, digest=head.digest.to_bytes(16, "big"))
        )


def _remove(connection: Connection, numbers: list[int]) -> None:
    """Take away exactly the lines that were told."""
    for part in parts(numbers):
        connection.execute(delete(schema.outbox).where(schema.outbox.c.n.in_(part)))


def position(connection: Connection, unit: str) -> tuple[int, int]:
    """Return a unit's position and digest."""
    table = schema.unit_head
    found = connection.execute(
        select(table.c.pos, table.c.digest).where(table.c.unit == unit)
    ).one_or_none()
    return (found.pos, int.from_bytes(found.digest, "big")) if found else (0, 0)


def positions(connection: Connection, units: Sequence[str]) -> dict[str, int]:
    """Return where these units are."""
    table = schema.unit_head
    found = connection.execute(
        select(table.c.unit, table.c.pos).where(table.c.unit.in_(list(units)))
    )
    return {row.unit: row.pos for row in found}
