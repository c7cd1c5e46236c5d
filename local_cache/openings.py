"""Which records were opened here, until the server's access log has them: durable, and encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache.cache import Cache
from local_cache.rows import as_list
from sync.protocol.openings import SignedOpening


async def keep_opening(cache: Cache, identity: UUID, signed: SignedOpening) -> None:
    """Keep one; durable when this returns."""
    row = (identity.bytes, msgspec.json.encode(signed))
    await cache._write(
        lambda c, _now: c.exec_driver_sql("INSERT INTO opening (id, signed) VALUES (?, ?)", row)
    )


async def waiting_openings(cache: Cache, *, most: int) -> tuple[SignedOpening, ...]:
    """Return the oldest that are not known to be in the server's log."""

    def read(connection: Connection) -> tuple[SignedOpening, ...]:
        rows = connection.exec_driver_sql("SELECT signed FROM opening ORDER BY n LIMIT ?", (most,))
        return tuple(msgspec.json.decode(row[0], type=SignedOpening) for row in rows)

    return await cache._read(read)


async def forget_openings(cache: Cache, received: Sequence[UUID]) -> None:
    """Let go of those that the server has named."""
    ids = as_list(identity.hex for identity in received)
    await cache._write(
        lambda c, _now: c.exec_driver_sql(
            "DELETE FROM opening WHERE id IN (SELECT unhex(value) FROM json_each(?))", (ids,)
        ),
        idle=True,
    )
