"""Unit feeds: the drainer gives gapless positions and keeps each unit's digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, select

from sync.protocol import digest as digests
from workstation.server import schema
from workstation.server.store.inserting import (
    inserting,
    inserting_new,
    together,
    upserting,
)
from workstation.server.store.statement import Among, Statement, among, pairs

_DRAINER = 0x64726169
_MOST = 5_000


class _Waiting(NamedTuple):
    """A line of the outbox."""

    n: int
    patient: bytes
    rev: int
    unit: str
    what: str


class _UnitHead:
    """A unit's position and digest while rows are being given their places."""

    def __init__(self, pos: int, digest: int) -> None:
        self.pos, self.digest = pos, digest
        self.rows: list[tuple[str, int, bytes, int, str]] = []

    def say(self, unit: str, patient: bytes, rev: int, what: str) -> None:
        self.pos += 1
        self.rows.append((unit, self.pos, patient, rev, what))


def _drain(connection: Connection) -> tuple[dict[str, int], bool]:
    """Give positions to what waits in the outbox; return the units that moved and where to, and
    whether more may wait.

    One drainer at a time: on PostgreSQL whoever does not get the lock leaves the work to the
    one who has it, and to the timer. A crash before the commit leaves the outbox as it was.
    """
    if connection.dialect.name == "postgresql" and _LOCK.row(connection) != (True,):
        return {}, False
    waiting = [_Waiting(*row) for row in _WAITING.rows(connection)]
    if not waiting:
        return {}, False
    heads = _locked_heads(connection, sorted({line.unit for line in waiting}))
    shares = _shares(connection, waiting)
    for line in waiting:
        _tell(heads[line.unit], line, shares)
    _write(connection, heads)
    _REMOVE.run(connection, [line.n for line in waiting])
    return {unit: head.pos for unit, head in heads.items()}, len(waiting) == _MOST


def drain_all(connection: Connection) -> dict[str, int]:
    """Drain until nothing waits; return the units that moved and where to."""
    moved: dict[str, int] = {}
    more = True
    while more:
        step, more = _drain(connection)
        moved |= step
    return moved


def _tell(head: _UnitHead, line: _Waiting, shares: dict[tuple[bytes, int], int]) -> None:
    head.say(line.unit, line.patient, line.rev, line.what)
    share = shares[line.patient, line.rev]
    if line.what == "entry":
        before, after = shares.get((line.patient, line.rev - 1), 0), share
    else:  # what is withheld or erased changes no chain, and so no digest
        before, after = {"enter": (0, share), "leave": (share, 0)}.get(line.what, (share, share))
    head.digest = digests.moved(head.digest, before=before, after=after)


def _locked_heads(connection: Connection, units: Sequence[str]) -> dict[str, _UnitHead]:
    """Lock the units in the order of their ids."""
    found = list(_HEADS.rows(connection, units))
    if len(found) < len(units):
        _FIRST_HEAD.run_rows(connection, [(unit, 0, bytes(16)) for unit in units])
        found = list(_HEADS.rows(connection, units))
    return {unit: _UnitHead(pos, int.from_bytes(digest, "big")) for unit, pos, digest in found}


def _shares(connection: Connection, waiting: Sequence[_Waiting]) -> dict[tuple[bytes, int], int]:
    """Return what each patient counts for in a digest, at every revision that is asked for."""
    wanted = {(line.patient, rev) for line in waiting for rev in (line.rev - 1, line.rev)}
    shares = {(line.patient, 0): 0 for line in waiting}
    for patient, rev, head_hash in _CHAINS.rows(connection, sorted(wanted)):
        shares[patient, rev] = digests.patient_digest(UUID(bytes=patient), rev, head_hash)
    return shares


def _write(connection: Connection, heads: dict[str, _UnitHead]) -> None:
    told = [row for head in heads.values() for row in head.rows]
    now_at = [(unit, head.pos, head.digest.to_bytes(16, "big")) for unit, head in heads.items()]
    together(connection, (_FEED, told), (_NEW_HEAD, now_at))


def position(connection: Connection, unit: str) -> tuple[int, int]:
    """Return a unit's position and digest."""
    found = _POSITION.row(connection, unit=unit)
    return (found[0], int.from_bytes(found[1], "big")) if found else (0, 0)


def positions(connection: Connection, units: Sequence[str]) -> dict[str, int]:
    """Return where these units are."""
    table = schema.unit_head
    found = connection.execute(
        select(table.c.unit, table.c.pos).where(table.c.unit.in_(list(units)))
    )
    return {row.unit: row.pos for row in found}


_box, _head, _entry = schema.outbox, schema.unit_head, schema.entry
_WAITING = Statement(
    select(_box.c.n, _box.c.patient_id, _box.c.rev, _box.c.unit, _box.c.what)
    .order_by(_box.c.n)
    .limit(_MOST)
)
_REMOVE = Among(delete(_box).where(among(_box.c.n)))
"""Takes away exactly the lines that were told."""
_FIRST_HEAD = inserting_new(_head)
_HEADS = Among(
    select(_head.c.unit, _head.c.pos, _head.c.digest)
    .where(among(_head.c.unit))
    .order_by(_head.c.unit)
    .with_for_update()
)
_NEW_HEAD = upserting(_head, key=("unit",))
_LOCK = Statement(select(func.pg_try_advisory_xact_lock(_DRAINER)))
_POSITION = Statement(select(_head.c.pos, _head.c.digest).where(_head.c.unit == bindparam("unit")))
_CHAINS = Among(
    select(_entry.c.patient_id, _entry.c.rev, _entry.c.chain).where(
        pairs(_entry.c.patient_id, _entry.c.rev)
    )
)
_FEED = inserting(schema.feed)
