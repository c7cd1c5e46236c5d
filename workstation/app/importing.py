"""FHIR documents from this machine's disk into a record server's store."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from workstation.domain.ids import HsaId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.record import Author
from workstation.domain.texts import _
from workstation.interop.fhir.faults import BrokenDocument, Fault
from workstation.interop.fhir.reading import Importer, Reading
from workstation.interop.fhir.report import Report
from workstation.server.core import Core
from workstation.server.database import Busy
from workstation.server.loading import works_here
from workstation.server.taking import Taken, take_in

IMPORTER = HsaId("SE0000000000-RONDENIMPORT")
DEVICE = "import"
_SUFFIXES = frozenset({".json", ".ndjson"})


@dataclass(kw_only=True)
class Imported:
    """What became of all documents. ``refused``: the problems, in the order met.

    ``staffed``: whether anybody works at the unit that got the patients.
    """

    report: Report = field(default_factory=Report)
    new: int = 0
    known: int = 0
    refused: list[BrokenDocument] = field(default_factory=list)
    patients: set[PatientId] = field(default_factory=set)
    staffed: bool = True


class NotStored(Problem):
    """The database could not take a document. Nothing of it was stored; what came before it was."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "{name} could not be stored: the disk is full, or the database does not answer."
            ).format(name=name),
            _(
                "Nothing of it was stored. Mend that and import again: what is there is not doubled."
            ),
        )


def documents(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files to read: those named, and every .json and .ndjson in the folders named.

    Raises:
        Problem: There is nothing to read at one of the paths.
    """
    found: list[Path] = []
    for path in paths:
        inside = [path] if path.is_file() else sorted(path.rglob("*")) if path.is_dir() else []
        files = [f for f in inside if f.is_file() and (f == path or f.suffix.lower() in _SUFFIXES)]
        if not files:
            raise Problem(
                _("There is nothing to import at {path}.").format(path=path),
                _("Name FHIR documents (.json, .ndjson) or a folder with such."),
            )
        found += files
    return tuple(dict.fromkeys(found))


def importer_for(unit: HsaId, provider: HsaId, *, source: str = "") -> Importer:
    """Return the importer whose records come into ``unit``'s scope, from the system ``source``."""
    author = Author(
        hsa_id=IMPORTER,
        name="Import",
        title="",
        unit=unit,
        provider=provider,
    )
    return Importer(author=author, device=DEVICE, source=source)


async def import_documents(
    core: Core,
    files: Sequence[Path],
    *,
    importer: Importer,
    progress: Callable[[float], None] = lambda _: None,
) -> Imported:
    """Import each document whole or not at all; one that is broken does not stop the others.

    ``progress``: told how many are done, one that is under way by its part.

    Raises:
        NotStored: The database could not take one; those that follow were not tried.
    """
    result = Imported()
    for count, path in enumerate(files):
        try:
            report, taken = await _import(core, path, importer, partial(_part_of, progress, count))
        except BrokenDocument as broken:
            result.refused.append(broken)
            continue
        result.report.add(report)
        result.patients |= taken.patients
        result.new += taken.new
        result.known += taken.known
        progress(count + 1)
    result.staffed = await works_here(core, importer.author.unit)
    return result


async def _import(
    core: Core, path: Path, importer: Importer, progress: Callable[[float], None]
) -> tuple[Report, Taken]:
    """Import a document.

    Raises:
        BrokenDocument: Nothing of it was stored.
    """
    author = importer.author
    try:
        with _opened(path) as file:
            reading = await asyncio.to_thread(Reading, path.name, _InFile(file), importer, progress)
            taken = await take_in(
                core,
                lambda known: reading.records(known.standing),
                author=author.hsa_id,
                unit=author.unit,
            )
    except Fault as fault:
        raise BrokenDocument(path.name, fault) from None
    except Busy:
        raise NotStored(path.name) from None
    return reading.report, taken


def _part_of(progress: Callable[[float], None], before: int, part: float) -> None:
    progress(before + part)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError:
        raise _unreadable() from None
    with file:
        yield file


def _unreadable() -> Fault:
    return Fault("$", _("the file cannot be read"))


class _InFile:
    """A document in a file, as ``workstation.interop.fhir.window.Source``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    def read(self, at: int, length: int) -> bytes:
        """See ``Source``."""
        try:
            self._file.seek(at)
            return self._file.read(length)
        except OSError:
            raise _unreadable() from None


def counted(report: Report) -> Iterator[tuple[str, int, bool]]:
    """Yield type, number and whether it was understood: understood types first."""
    for name, number in sorted(report.understood.items()):
        yield name, number, True
    for name, number in sorted(report.not_understood.items()):
        yield name, number, False
