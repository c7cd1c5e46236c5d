"""The erasure ledger: which records were erased, kept outside the database.

A backup that is older than an erasure would bring the bodies back; the ledger is replayed whenever
a store is opened. It holds ids, hashes and the decision's reference, and nothing of any record.
Whoever moves or restores the server moves the newest ledger with it.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import msgspec

from workstation.domain.problem import Problem
from workstation.domain.texts import _


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One erasure. ``records``: id and SHA-256 (hex) of each record; ``at``: RFC 3339."""

    patient: UUID
    records: tuple[tuple[UUID, str], ...]
    decision: str
    at: str


class LedgerBroken(Problem):
    """The ledger cannot be read: what was erased might come back, so nothing is opened."""


def append(path: Path, line: Line) -> None:
    """Add a line; it is durable when this returns. What was broken off before it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        stream.seek(0)
        whole = stream.read()
        stream.truncate(whole.rfind(b"\n") + 1)
        stream.write(msgspec.json.encode(line) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def read(path: Path) -> tuple[Line, ...]:
    """Return the lines, oldest first; none where there is no ledger.

    A last line without its end was broken off before anything was erased: it is passed over.

    Raises:
        LedgerBroken: Another line is not one.
    """
    try:
        whole = path.read_bytes()
    except FileNotFoundError:
        return ()
    try:
        return tuple(msgspec.json.decode(line, type=Line) for line in whole.split(b"\n")[:-1])
    except msgspec.DecodeError:
        raise LedgerBroken(
            _("The list of what has been erased cannot be read: {name}.").format(name=path.name),
            _("Put back the newest copy of that file. Until then nothing is opened."),
        ) from None
