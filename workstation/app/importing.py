"""FHIR documents from this machine's disk into a record server's store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workstation.domain.ids import HsaId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.record import Author
from workstation.domain.texts import _
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.reading import Importer, read_bundle
from workstation.interop.fhir.report import Report
from workstation.server.core import Core
from workstation.server.serve import ingest

IMPORTER = HsaId("SE0000000000-RONDENIMPORT")
DEVICE = "import"
_SUFFIXES = frozenset({".json", ".ndjson"})


@dataclass(kw_only=True)
class Imported:
    """What became of all documents. ``refused``: the problems, in the order met."""

    report: Report = field(default_factory=Report)
    new: int = 0
    known: int = 0
    refused: list[BrokenDocument] = field(default_factory=list)
    patients: set[PatientId] = field(default_factory=set)


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


def importer_for(unit: HsaId, provider: HsaId) -> Importer:
    """Return the importer whose records come into ``unit``'s scope."""
    author = Author(
        hsa_id=IMPORTER,
        name="Import",
        title="",
        unit=unit,
        provider=provider,
    )
    return Importer(author=author, device=DEVICE)


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
            found = read_bundle(path.name, path.read_bytes(), importer=importer)
        except BrokenDocument as broken:
            result.refused.append(broken)
            continue
        stored = await ingest(core, ((b.patient, b.records) for b in found.patients))
        result.report.add(found.report)
        result.patients.update(batch.patient for batch in found.patients)
        result.new += stored.new
        result.known += stored.known
        progress(count)
    return result


def counted(report: Report) -> Iterator[tuple[str, int, bool]]:
    """Yield type, number and whether it was understood: understood types first."""
    for name, number in sorted(report.understood.items()):
        yield name, number, True
    for name, number in sorted(report.not_understood.items()):
        yield name, number, False
