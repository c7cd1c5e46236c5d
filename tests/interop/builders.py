"""Small documents, and the people and keys that import them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest

from workstation.domain.clock import HybridTime
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.kinds import entity_state, open_strictly
from workstation.domain.record import Author, Body, Record, Sealed
from workstation.interop.fhir.reading import ImportedBundle, Importer, read_bundle

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "fhir-r4"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="the sample bundles are missing: put them in ../shared/data/fhir-r4",
)
PATIENT = "8008b382-91cc-468f-95e5-7d6982b7ebb9"
AUTHOR = Author(
    hsa_id=HsaId("SE2321000131-IMPORT"),
    name="Import",
    unit=HsaId("SE2321000131-E1"),
    provider=HsaId("SE2321000131-P1"),
)
IMPORTER = Importer(author=AUTHOR, device="import-1")


def sample_files() -> list[Path]:
    return sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []


def a_patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": PATIENT, **more}


def a_resource(kind: str, **more: Any) -> dict[str, Any]:
    identity = f"00000000-0000-4000-8000-{crc32(repr((kind, more)).encode()):012d}"
    subject = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    return {
        "resourceType": kind,
        "id": identity,
        subject: {"reference": f"urn:uuid:{PATIENT}"},
        **more,
    }


def an_observation(**more: Any) -> dict[str, Any]:
    return a_resource("Observation", **{"status": "final", "code": {"text": "Längd"}, **more})


def a_bundle(*resources: dict[str, Any]) -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources if "id" in r]
    entries += [{"resource": r} for r in resources if "id" not in r]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def imported(data: bytes, importer: Importer = IMPORTER) -> ImportedBundle:
    return read_bundle("bundle.json", data, importer=importer)


def all_sealed(found: ImportedBundle) -> list[Sealed]:
    return [sealed for batch in found.patients for sealed in batch.records]


def all_records(found: ImportedBundle) -> list[Record]:
    return [open_strictly(sealed) for sealed in all_sealed(found)]


def only(found: ImportedBundle, kind: str) -> Record:
    (record,) = [r for r in all_records(found) if r.kind == kind]
    return record


def state_of(records: Iterable[Record]) -> EntityState:
    return entity_state(records)


def a_record(kind: str, body: Body, number: int = 1) -> Record:
    identity = UUID(int=number)
    return Record(
        id=RecordId(identity),
        patient=PatientId(UUID(PATIENT)),
        kind=kind,
        kind_version=1,
        entity=EntityId(identity),
        author=AUTHOR,
        device="d",
        written_at=HybridTime(1_700_000_000_000),
        body=body,
    )
