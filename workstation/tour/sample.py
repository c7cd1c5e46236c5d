"""FHIR documents for a tour that was given none: an invented patient, written out as FHIR."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import EntityId
from workstation.domain.kinds import entity_state, open_record
from workstation.domain.record import Record
from workstation.generator import PatientBatch, generate
from workstation.interop.fhir.writing import NotExported, bundle, fhir_bytes, to_fhir

_SEED = 4_711
_FEW = 3


def sample_documents(folder: Path) -> Path:
    """Write a few invented patients as FHIR bundles; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    signer = Ed25519Signer(bytes(range(32)))
    world = generate(patients=_FEW, seed=_SEED, as_of=datetime.now(UTC), signer=signer)
    for number, batch in enumerate(world.patients, 1):
        (folder / f"bundle-{number}.json").write_bytes(_document(batch))
    return folder


def _document(batch: PatientBatch) -> bytes:
    by_entity: dict[EntityId, list[Record]] = defaultdict(list)
    for sealed in batch.records:
        record = open_record(sealed)
        by_entity[record.entity].append(record)
    resources = []
    for records in by_entity.values():
        try:
            resources.append(to_fhir(entity_state(records)))
        except NotExported:
            continue
    return fhir_bytes(bundle(resources))
