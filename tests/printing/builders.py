"""A patient, a clinician, and records to put on paper; and what a finished PDF says."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from workstation.domain.clock import HybridTime
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.kinds import entity_state
from workstation.domain.note import Note, Section
from workstation.domain.patient import Address, Identifier, Patient, Telecom
from workstation.domain.record import Author, Body, Record
from workstation.printing.sheet import Sheet

AUTHOR = Author(
    hsa_id=HsaId("SE2321000131-P1"),
    name="Anna Lind",
    title="Läkare",
    unit=HsaId("SE2321000131-E1"),
    unit_name="Avdelning 12",
    provider=HsaId("SE2321000131-V1"),
)


def a_person(**more: Any) -> Patient:
    content: dict[str, Any] = {
        "family": "Åkerström-Öst",
        "given": ("Karin", "Märta"),
        "identifiers": (
            Identifier(
                system="http://electronichealth.se/identifier/personnummer", value="191212121212"
            ),
        ),
        "addresses": (Address(lines=("Hemliga vägen 7",), city="Göteborg"),),
        "telecoms": (Telecom(system="phone", value="031-998877"),),
    }
    return Patient(**{**content, **more})


def a_sheet(**more: Any) -> Sheet:
    return Sheet(
        patient=a_person(**more),
        printed_by=AUTHOR,
        printed_at=datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
    )


def a_record(
    kind: str, body: Body, number: int = 1, *, bases: tuple[Record, ...] = (), entity: int = 1
) -> Record:
    return Record(
        id=RecordId(UUID(int=number)),
        patient=PatientId(UUID(int=99)),
        kind=kind,
        kind_version=1,
        entity=EntityId(UUID(int=entity)),
        bases=tuple(base.id for base in bases),
        author=AUTHOR,
        device="d",
        written_at=HybridTime(1_760_000_000_000 + number * 60_000),
        body=body,
    )


def a_note(*texts: str, **more: Any) -> Record:
    sections = tuple(Section(term="Status", text=text) for text in texts)
    return a_record("note", Note(**{"type": "bes", "sections": sections, **more}))


def state_of(*records: Record) -> EntityState:
    return entity_state(records)


def pages_of(pdf: bytes) -> list[str]:
    """Return each page's text, as a reader that copies from the page gets it."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().removesuffix("\f").split("\f")


def body_of(pdf: bytes) -> str:
    """Return the text between head and foot of all pages, blanks at line ends dropped."""
    kept = [line.strip() for page in pages_of(pdf) for line in page.splitlines()[2:-1]]
    return "\n".join(line for line in kept if line)


def keep_for_looking(pdf: bytes, folder: Path, name: str) -> list[Path]:
    """Draw the pages as pictures in ``folder``."""
    (folder / f"{name}.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "70", "-png", str(folder / f"{name}.pdf"), str(folder / name)],
        check=True,
    )
    return sorted(folder.glob(f"{name}*.png"))
