"""What the cache remembers of itself: whose it is, the server's epoch, how far its clock has come."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection

from workstation.domain.clock import HybridTime
from workstation.domain.norms import STANDARD, norms_from
from workstation.domain.watching import WatchRules

DEVICE = "device"
INCARNATION = "incarnation"
EPOCH = "epoch"
KINDS = "kinds"
CLOCK = "clock"
DIRECTORY = "directory"
NORMS = "norms"
NORMS_AT = "norms_at"


def get(connection: Connection, name: str) -> str:
    """Return a value, empty if none was set."""
    value: str | None = connection.exec_driver_sql(
        "SELECT value FROM meta WHERE name = ?", (name,)
    ).scalar_one_or_none()
    return value or ""


def put(connection: Connection, name: str, value: str) -> None:
    """Set a value."""
    connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def latest(connection: Connection) -> HybridTime:
    """Return the latest time of a record stored here that can be believed."""
    text = get(connection, CLOCK)
    if not text:
        return HybridTime(0)
    millis, _, tick = text.partition(" ")
    return HybridTime(int(millis), int(tick))


def saw(connection: Connection, time: HybridTime) -> None:
    """Raise the latest time to ``time``."""
    if time > latest(connection):
        put(connection, CLOCK, f"{time.millis} {time.tick}")


def watching(connection: Connection) -> WatchRules:
    """Return the deadlines that rows are derived by."""
    text = get(connection, NORMS)
    return _read(text).watching if text else STANDARD.watching


_read = lru_cache(maxsize=4)(norms_from)
