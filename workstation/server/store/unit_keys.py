"""Which key a workstation's cache of a unit is encrypted with.

Whoever works in the unit gets it at login and keeps it wrapped with their own secret, so that
colleagues share one cache and a stolen disk holds none of it. See decision 004.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, storable

KEY_BYTES = 32


def unit_key(connection: Connection, *, device: str, unit: str, fresh: bytes, now: int) -> bytes:
    """Return the key for this workstation and unit; ``fresh`` becomes it the first time."""
    table = schema.unit_key
    name = storable(device)
    row = {"device": name, "unit": unit, "key": fresh, "given_at": now}
    connection.execute(insert_or_ignore(connection, table), row)
    found: bytes = connection.execute(
        select(table.c.key).where(table.c.device == name, table.c.unit == unit)
    ).scalar_one()
    return bytes(found)
