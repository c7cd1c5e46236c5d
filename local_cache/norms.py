"""Published deadlines on this computer: kept beside the rows they were used for, so that both agree.

A change renews the rows of what waits, in parts that let everything else pass; killed half-way, the
next opening goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from local_cache import marks, readmodel
from local_cache.cache import Cache
from local_cache.readmodel import Owner
from workstation.domain.ids import PatientId
from workstation.domain.norms import Norms, norms_text

_AT_A_TIME = 100
_BEFORE_ALL = "0"
_DONE = ""


async def take_norms(cache: Cache, norms: Norms) -> int:
    """Have these deadlines count from now on; return how many rows were renewed.

    The lists change under those who look at them, as after any other change. Idempotent.
    """
    text, renewed = norms_text(norms), 0
    await cache._write(lambda c, _now: _begin(c, text), idle=True)
    while count := await _renew_some(cache):
        renewed += count
    return renewed


async def _renew_some(cache: Cache) -> int:
    touched: set[UUID] = set()

    def work(connection: Connection, _now: int) -> int:
        return _renew(connection, touched)

    return await cache._write(work, patients_changed=touched, idle=True)


def _begin(connection: Connection, text: str) -> None:
    if marks.get(connection, marks.NORMS) != text:
        marks.put(connection, marks.NORMS, text)
        marks.put(connection, marks.NORMS_AT, _BEFORE_ALL)


def _renew(connection: Connection, touched: set[UUID]) -> int:
    """Renew the next few entities that wait for somebody; return how many there were."""
    after = marks.get(connection, marks.NORMS_AT)
    if after == _DONE:
        return 0
    rows: Sequence[tuple[int, int, bytes, int]] = [
        (row[0], row[1], row[2], row[3])
        for row in connection.exec_driver_sql(
            "SELECT DISTINCT work.entity, patient.key, patient.id, patient.indexed FROM work"
            " JOIN patient ON patient.key = work.patient WHERE work.entity > ?"
            " ORDER BY work.entity LIMIT ?",
            (int(after), _AT_A_TIME),
        )
    ]
    for (key, identity, indexed), group in groupby(sorted(rows, key=_owner), key=_owner):
        owner = Owner(key=key, id=PatientId(UUID(bytes=identity)), indexed=indexed)
        readmodel.renew(connection, owner, [entity for entity, *_rest in group])
        touched.add(owner.id)
    marks.put(connection, marks.NORMS_AT, str(rows[-1][0]) if rows else _DONE)
    return len(rows)


def _owner(row: tuple[int, int, bytes, int]) -> tuple[int, bytes, int]:
    return (row[1], row[2], row[3])
