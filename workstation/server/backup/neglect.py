"""Are the record's backups neglected? Said by the server, to whoever monitors it and on every screen.

A backup that nobody has tried out is none. Where nothing is said all is well, or the database is
PostgreSQL, whose backups are its own tools' affair.

Source: design of security, section on operations: a drill every week, alarm after 14 days.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from workstation.domain.clock import from_text
from workstation.server.backup.history import read

LATEST_BACKUP, LATEST_DRILL = timedelta(days=2), timedelta(days=14)
"""A daily backup that is made as it should be is never two days old."""


def neglect(history: Path | None, *, epoch: str, now: int) -> str:
    """Return ``""``, ``no_backup`` (for two days) or ``untested`` (for fourteen).

    Args:
        history: What is known of the backups; None where they are not ours.
        epoch: Of the database: it says since when there is something to back up.
        now: ms UTC.
    """
    if history is None:
        return ""
    known, since = read(history), _begun(epoch)
    if now - (_millis(known.backed_up_at) or since) > LATEST_BACKUP / _MILLISECOND:
        return "no_backup"
    if now - (_millis(known.drilled_at) or since) > LATEST_DRILL / _MILLISECOND:
        return "untested"
    return ""


def last_drill(history: Path | None) -> str:
    """Return when a backup was last restored for trial, RFC 3339; empty where never."""
    return read(history).drilled_at if history is not None else ""


_MILLISECOND = timedelta(milliseconds=1)


def _millis(at: str) -> int:
    return from_text(at) if at else 0


def _begun(epoch: str) -> int:
    """Return when the database's epoch began: its name is an id that says when it was made."""
    return UUID(epoch).int >> 80
