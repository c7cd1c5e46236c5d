"""Which store this is and how far it has followed each unit: what synchronising goes on from."""

from __future__ import annotations

from sqlalchemy import Connection

from local_cache import marks
from sync.protocol.ports import Standing


def standing(connection: Connection) -> Standing:
    """Return where this store stands."""
    rows = connection.exec_driver_sql("SELECT unit, pos, digest FROM cursor").all()
    return Standing(
        device=marks.get(connection, marks.DEVICE),
        incarnation=int(marks.get(connection, marks.INCARNATION)),
        epoch=marks.get(connection, marks.EPOCH),
        cursors={unit: pos for unit, pos, _ in rows},
        digests={unit: digest for unit, _, digest in rows},
    )
