"""Which keys a workstation's files are encrypted with: a unit's cache, a person's own file.

They are given at login. A workstation keeps them only wrapped, with a secret of its own and the
person's, and only to be opened without us; see decision 004.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, storable

KEY_BYTES = 32


def file_key(connection: Connection, *, device: str, owner: str, fresh: bytes, now: int) -> bytes:
    """Return the key of the file of ``owner`` (HSA-id of a unit or person) on that workstation.

    Args:
        fresh: 32 random bytes; they become the key the first time.
    """
    table = schema.file_key
    name = storable(device)
    row = {"device": name, "owner": owner, "key": fresh, "given_at": now}
    connection.execute(insert_or_ignore(connection, table), row)
    found: bytes = connection.execute(
        select(table.c.key).where(table.c.device == name, table.c.owner == owner)
    ).scalar_one()
    return bytes(found)
