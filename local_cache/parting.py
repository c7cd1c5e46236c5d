"""When the server's history of a patient is not ours: its history holds, ours is offered."""

from __future__ import annotations

from sqlalchemy import Connection

from local_cache import outbox, stream
from local_cache.ranges import Held
from local_cache.stream import Stream


def part(connection: Connection, known: Stream, *, rev: int, head_hash: bytes) -> int:
    """Give up our numbering of a whole stream; returns how many records were queued again.

    What the server has comes back with its revisions, and leaves the outbox as it comes.
    """
    known.held = ()
    known.arrivals = []
    known.head_rev, known.head_hash = rev, head_hash
    known.stage = stream.ESSENTIAL
    return _send_after(connection, known, 0)


def cut(connection: Connection, known: Stream, *, rev: int, head_hash: bytes) -> int:
    """The server lost our revisions after ``rev`` and nothing else; returns how many we queued."""
    known.head_rev, known.head_hash = rev, head_hash
    known.held = tuple(
        Held(
            low=each.low,
            high=min(each.high, rev),
            before=each.before,
            after=each.after if each.high <= rev else head_hash,
        )
        for each in known.held
        if each.low <= rev
    )
    return _send_after(connection, known, rev)


def _send_after(connection: Connection, known: Stream, rev: int) -> int:
    keys = connection.exec_driver_sql(
        "SELECT key FROM entry WHERE patient = ? AND rev > ? ORDER BY rev", (known.owner.key, rev)
    ).scalars()
    return outbox.send_again(connection, known.owner.key, keys.all())
