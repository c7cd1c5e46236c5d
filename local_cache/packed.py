"""Many records stored by one statement: what a first load is made of.

The driver holds the interpreter's lock between two rows and asks of every value what it is; both
together take longer than storing a row. One statement takes a thousand rows out of four texts
laid end to end, and lets the other threads go on meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from local_cache.arrivals import Arrival

Row = tuple[int, int, Arrival]
"""Key, patient, and the record."""
_ROWS = 1_000
_BYTES = 4_000_000
_SIGNATURE, _SIGNER = 64, 16
_DIGITS = 19
_LENGTH_BITS = 32
_INSERT = f"""
    INSERT INTO entry (key, patient, rev, learned, kind, id, signature, signer, raw)
    SELECT
        CAST(substr(?1, told.key * 57 + 1, {_DIGITS}) AS INTEGER),
        CAST(substr(?1, told.key * 57 + 20, {_DIGITS}) AS INTEGER),
        CAST(substr(?1, told.key * 57 + 39, {_DIGITS}) AS INTEGER),
        ?2,
        '',
        substr(?3, told.key * 96 + 1, 16),
        substr(?3, told.key * 96 + 17, {_SIGNATURE}),
        substr(?3, told.key * 96 + 81, {_SIGNER}),
        substr(?4, (told.value >> {_LENGTH_BITS}) + 1, told.value & 4294967295)
    FROM json_each(?5) AS told
"""


def fits(each: Arrival) -> bool:
    """Whether a record can be stored like this: numbered, not erased, signed."""
    return (
        each.rev is not None
        and bool(each.raw)
        and len(each.signature) == _SIGNATURE
        and len(each.signer) == _SIGNER
    )


def insert(connection: Connection, rows: Sequence[Row], *, now: int) -> None:
    """Store records that nobody has looked into yet; all of them fit."""
    for part in _parts(rows):
        connection.exec_driver_sql(_INSERT, _as_texts(part, now))


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    first = size = 0
    for place, (_key, _patient, each) in enumerate(rows):
        size += len(each.raw)
        if size > _BYTES or place - first == _ROWS:
            if place > first:
                yield rows[first:place]
            first, size = place, len(each.raw)
    if first < len(rows):
        yield rows[first:]


def _as_texts(rows: Sequence[Row], now: int) -> tuple[object, ...]:
    places: list[int] = []
    at = 0
    for _key, _patient, each in rows:
        length = len(each.raw)
        places.append(at << _LENGTH_BITS | length)
        at += length
    numbers = "".join([f"{key:019d}{patient:019d}{each.rev:019d}" for key, patient, each in rows])
    fixed = b"".join([each.id + each.signature + each.signer for _, _, each in rows])
    raws = b"".join([each.raw for _, _, each in rows])
    return (numbers.encode(), now, fixed, raws, json.dumps(places))
