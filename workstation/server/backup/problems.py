"""What can be wrong with a backup, and what to do about it. Nothing was changed when one is raised."""

from __future__ import annotations

import errno

from workstation.domain.problem import Problem
from workstation.domain.texts import _


class NoBackup(Problem):
    """There is none where it was looked for."""


class NotWhole(Problem):
    """It is not what was written: truncated, altered, damaged."""


class WrongKey(Problem):
    """It was made with another key."""


class TooNew(Problem):
    """A newer program made it."""


class InTheWay(Problem):
    """There is a database where one should be put."""


class NoRoom(Problem):
    """The disk is too full, or cannot be written."""


class OwnTools(Problem):
    """It is PostgreSQL."""


def no_backup() -> NoBackup:
    """Return the problem of a folder in which no whole backup is."""
    return NoBackup(
        _("There is no finished backup there."),
        _("Name a backup, or the folder with backups."),
    )


def not_whole(what: str) -> NotWhole:
    """Return the problem of a backup in which ``what`` is wrong."""
    return NotWhole(
        _("This backup is not whole: {what}.").format(what=what),
        _("Nothing was changed. Use another backup, and find out what happened to this one."),
    )


def wrong_key() -> WrongKey:
    """Return the problem of a key that does not open the backup."""
    return WrongKey(
        _("This is not the key that the backup was made with."),
        _("Nothing was changed. Name the right key with --key-file."),
    )


def too_new() -> TooNew:
    """Return the problem of a backup that this program does not know."""
    return TooNew(
        _("A newer version of this program made the backup."),
        _("Nothing was changed. Restore it with that version."),
    )


def in_the_way() -> InTheWay:
    """Return the problem of a database that would be replaced."""
    return InTheWay(
        _("There is a database already where the backup should go."),
        _("Nothing was changed. With --replace it is moved aside, never deleted."),
    )


def no_room(needed: int, free: int) -> NoRoom:
    """Return the problem of a disk with ``free`` bytes where ``needed`` are wanted."""
    return NoRoom(
        _("There is no room: {needed} MB are needed, {free} MB are free.").format(
            needed=needed // 1_000_000 + 1, free=free // 1_000_000
        ),
        _("Nothing was changed. Make room, or name another disk."),
    )


def not_written(error: OSError) -> NoRoom:
    """Return the problem of a file that could not be written to its end."""
    full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    why = _("the disk is full") if full else error.strerror or type(error).__name__
    return NoRoom(
        _("It could not be written: {why}.").format(why=why),
        _("What was there before is as it was. Make room, or name another disk."),
    )


def own_tools(ledger: str) -> OwnTools:
    """Return what to do about PostgreSQL."""
    return OwnTools(
        _("A PostgreSQL database is backed up and restored with its own tools."),
        _(
            "Use pg_basebackup with its log kept, or pg_dump. Keep the newest {ledger} with it; "
            "after a restore start the server, and it begins a new epoch by itself."
        ).format(ledger=ledger),
    )
