"""FHIR documents from this machine's disk into a record server's store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from workstation.domain.ids import HsaId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.record import Author
from workstation.domain.texts import _
from workstation.interop.fhir.faults import BrokenDocument, Fault
from workstation.interop.fhir.reading import ImportedBundle, Importer, read_bundle
from workstation.interop.fhir.report import Report
from workstation.interop.fhir.source import GREATEST_DOCUMENT
from workstation.server.core import Core
from workstation.server.loading import (
    Known,
    PatientBatch,
    begin_memberships,
    knowing,
    works_here,
)
from workstation.server.serve import ingest

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
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Import each document whole or not at all; one that is broken does not stop the others."""
    result = Imported()
    for count, path in enumerate(files, 1):
        try:
            data = await asyncio.to_thread(_content, path)
            read = partial(_read, path.name, data, importer)
            found, fresh = await knowing(core, importer.author.hsa_id, read)
        except BrokenDocument as broken:
            result.refused.append(broken)
            continue
        stored = await ingest(core, fresh)
        unit = importer.author.unit
        await begin_memberships(core, ((batch.patient, unit) for batch in found.patients))
        result.report.add(found.report)
        result.patients.update(batch.patient for batch in found.patients)
        result.new += stored.new
        result.known += sum(len(batch.records) for batch in found.patients) - stored.new
        progress(count)
    result.staffed = await works_here(core, importer.author.unit)
    return result


def _content(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        BrokenDocument: It is too large, or cannot be read.
    """
    try:
        if path.stat().st_size > GREATEST_DOCUMENT:
            raise BrokenDocument(path.name, Fault("$", _("the document is too large")))
        return path.read_bytes()
    except OSError:
        raise BrokenDocument(path.name, Fault("$", _("the file cannot be read"))) from None


def _read(
    name: str, data: bytes, importer: Importer, known: Known
) -> tuple[ImportedBundle, list[PatientBatch]]:
    """Read a document, and say what of it is not stored yet.

    A resource that came before in another version builds on that version. What came before as
    it is now stays as it was stored, also where it was for another unit.
    """
    found = read_bundle(name, data, importer=replace(importer, standing=known.standing))
    fresh: list[PatientBatch] = [
        (batch.patient, [sealed for sealed in batch.records if not known.has(sealed)])
        for batch in found.patients
    ]
    return found, fresh


def counted(report: Report) -> Iterator[tuple[str, int, bool]]:
    """Yield type, number and whether it was understood: understood types first."""
    for name, number in sorted(report.understood.items()):
        yield name, number, True
    for name, number in sorted(report.not_understood.items()):
        yield name, number, False
