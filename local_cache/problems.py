"""What can be wrong with an encrypted file, each with its own words for the clinician."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy.exc import DBAPIError

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DISK = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


class SqliteTooOld(Problem):
    """The SQLite library has a fault that can corrupt a file."""


class NewerThanProgram(Problem):
    """The file was written by a newer version of this program."""


class WrongKey(Problem):
    """The file is whole, as far as can be seen, but this key does not open it."""


class Damaged(Problem):
    """The file is not what was written to it. It is left as it is."""


class DiskFull(Problem):
    """Nothing more can be stored on this disk."""


class DiskFault(Problem):
    """The operating system could not read or write the file."""


class InUse(Problem):
    """Another process, or another part of this one, has the file open."""


class NoSuchFile(Problem):
    """There is no file to open."""


class AlreadyThere(Problem):
    """A file stands where a new one was to be made; it is not written over."""


def sqlite_too_old(found: str, wanted: str) -> SqliteTooOld:
    return SqliteTooOld(
        _("The database library on this computer is too old ({found}).").format(found=found),
        _(
            "Nothing was opened, because that version can damage records. "
            "Ask IT to install version {wanted} or later."
        ).format(wanted=wanted),
    )


def newer_than_program() -> NewerThanProgram:
    return NewerThanProgram(
        _("The records on this computer were stored by a newer version of the program."),
        _("Start the newer version, or ask IT to update this one. Nothing was changed."),
    )


def wrong_key() -> WrongKey:
    return WrongKey(
        _("The key does not fit the records stored on this computer."),
        _("Log in with a connection to the server. Nothing was changed."),
    )


def damaged() -> Damaged:
    return Damaged(
        _("The records stored on this computer are damaged and cannot be read safely."),
        _(
            "Nothing was changed. Close the program and start it again: there you can put the damaged "
            "file aside. It is kept, and the records are fetched again from the server."
        ),
    )


def disk_full() -> DiskFull:
    return DiskFull(
        _("The disk is full. Nothing was stored."),
        _("What you wrote is still in its draft. Free some space and save again."),
    )


def disk_fault() -> DiskFault:
    return DiskFault(
        _("The disk could not be read or written. Nothing was stored."),
        _("What you wrote is still in its draft. Try again; if it stays like this, call IT."),
    )


def in_use() -> InUse:
    return InUse(
        _("The records on this computer are already open in another window or program."),
        _("Use the window that is open, or close it first."),
    )


def no_such_file() -> NoSuchFile:
    return NoSuchFile(
        _("No records are stored on this computer for this unit."),
        _("Connect to the server and load the unit's patients."),
    )


def already_there() -> AlreadyThere:
    return AlreadyThere(
        _("There are already records stored on this computer for this unit."),
        _("They were left as they are."),
    )


def problem_of(error: Exception) -> Problem | None:
    """Return what a database error means for a person; None when it is a defect of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, dbapi.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return damaged()
    if code == sqlite3.SQLITE_FULL:
        return disk_full()
    if code in _BUSY:
        return in_use()
    return disk_fault() if code in _DISK else None


@contextmanager
def told() -> Iterator[None]:
    """Turn database errors a person can act on into their Problem; let defects through."""
    try:
        yield
    except (DBAPIError, dbapi.Error) as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise problem from None
