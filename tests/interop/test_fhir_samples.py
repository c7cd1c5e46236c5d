"""The twelve bundles: whole, exact, and the same when imported again."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.builders import (
    IMPORTER,
    all_records,
    all_sealed,
    needs_samples,
    sample_files,
)
from workstation.domain.kinds import entity_state, project
from workstation.domain.record import Record, fields_of
from workstation.interop.fhir.reading import MAPPINGS, read_bundle, read_bundles
from workstation.interop.fhir.report import Report

_FILES = sample_files()
_each = pytest.mark.parametrize("path", _FILES, ids=lambda p: p.stem[-12:])
_NOT_CONTENT = ("resourceType", "id", "reference", "url", "div", "status", "use", "lifecycleStatus")


def _numbers_as_text(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner, path)
    elif isinstance(value, str):
        yield path, value


def _body_texts(records: list[Record]) -> set[str]:
    texts: set[str] = set()
    for record in records:
        body = fields_of(record.body)
        body.pop("origin", None)
        for _path, text in _leaves(body):
            texts.add(text)
            texts.update(text.split(" "))
    return texts


@needs_samples
def test_there_are_twelve() -> None:
    assert len(_FILES) == 12


@_each
def test_every_resource_is_kept_byte_for_byte_in_a_record(path: Path) -> None:
    data = path.read_bytes()
    raws = Counter(
        record.body.origin.raw
        for record in all_records(read_bundle(path.name, data, importer=IMPORTER))
        if record.body.origin is not None and record.body.origin.raw
    )
    text = data.decode()
    entries = json.loads(text)["entry"]

    assert sum(raws.values()) == len(entries)
    for raw in raws:
        assert raw in text
    assert sorted(map(json.dumps, (json.loads(r) for r in raws.elements()))) == sorted(
        json.dumps(entry["resource"]) for entry in entries
    )


@_each
def test_every_coding_date_number_and_text_is_in_a_field_or_listed(path: Path) -> None:
    data = path.read_bytes()
    found = read_bundle(path.name, data, importer=IMPORTER)
    by_source: dict[str, list[Record]] = {}
    for record in all_records(found):
        assert record.body.origin is not None
        by_source.setdefault(record.body.origin.reference, []).append(record)
    lost: Counter[str] = Counter()
    for entry in _numbers_as_text(data.decode())["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        if kind not in MAPPINGS:
            continue
        texts = _body_texts(by_source[entry["fullUrl"]])
        for place, leaf in _leaves(resource):
            if place.rpartition(".")[2] not in _NOT_CONTENT and leaf not in texts:
                lost[f"{kind}.{place}"] += 1

    unlisted = {place for place in lost if place not in found.report.unmapped}
    assert unlisted <= {
        # their meaning is in a word of ours: status, category, sex, verification
        *(f"Observation.category.coding.{part}" for part in ("system", "display")),
        *(f"DiagnosticReport.category.coding.{part}" for part in ("system", "display")),
        "DiagnosticReport.result.display",  # is the result's own record
        *(f"Condition.clinicalStatus.coding.{part}" for part in ("system", "code")),
        *(f"Condition.verificationStatus.coding.{part}" for part in ("system", "code")),
        *(f"AllergyIntolerance.clinicalStatus.coding.{part}" for part in ("system", "code")),
        *(f"AllergyIntolerance.verificationStatus.coding.{part}" for part in ("system", "code")),
        *(f"Patient.communication.language.coding.{part}" for part in ("system", "display")),
        "Patient.communication.language.text",
        "Patient.maritalStatus.text",
        "MedicationRequest.intent",
        "MedicationRequest.dosageInstruction.sequence",
        *(
            f"MedicationRequest.dosageInstruction.doseAndRate.type.coding.{part}"
            for part in ("system", "code", "display")
        ),
        "MedicationRequest.dosageInstruction.timing.repeat.period",
        "MedicationRequest.dosageInstruction.timing.repeat.periodUnit",
        "MedicationRequest.dosageInstruction.timing.repeat.frequency",
        *(
            f"MedicationRequest.dosageInstruction.additionalInstruction.coding.{part}"
            for part in ("system", "code")
        ),
        "ImagingStudy.series.numberOfInstances",
    }


@_each
def test_a_second_import_makes_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()

    first = all_sealed(read_bundle(path.name, data, importer=IMPORTER))
    second = all_sealed(read_bundle("another name", data, importer=IMPORTER))

    assert [s.raw for s in first] == [s.raw for s in second]


@needs_samples
def test_all_of_them_become_states_that_lists_can_show() -> None:
    counts: list[int] = []
    total = Report()
    documents = ((path.name, path.read_bytes()) for path in _FILES)
    patients = set()
    for found in read_bundles(
        documents,
        importer=IMPORTER,
        progress=lambda _name, report: counts.append(report.documents),
    ):
        total.add(found.report)
        by_entity: dict[Any, list[Record]] = {}
        for record in all_records(found):
            patients.add(record.patient)
            by_entity.setdefault(record.entity, []).append(record)
        for records in by_entity.values():
            state = entity_state(records)
            row = project(state)
            assert row.status != "unreadable"
            assert not row.undecided
            assert row.title or row.family == "imaging_study"

    assert counts == list(range(1, 13))
    assert len(patients) == total.patients == 12
    assert sum(total.understood.values()) + sum(total.not_understood.values()) == sum(
        len(json.loads(path.read_bytes())["entry"]) for path in _FILES
    )
    assert not total.unresolved
    assert not total.without_patient
    assert set(total.not_understood) == {
        "Claim",
        "ExplanationOfBenefit",
        "Organization",
        "Practitioner",
    }


@needs_samples
def test_a_stopped_order_is_stopped_and_an_active_one_current() -> None:
    statuses: Counter[tuple[str, str]] = Counter()
    for path in _FILES:
        found = read_bundle(path.name, path.read_bytes(), importer=IMPORTER)
        by_entity: dict[Any, list[Record]] = {}
        for record in all_records(found):
            if record.kind == "medication_order":
                by_entity.setdefault(record.entity, []).append(record)
        for records in by_entity.values():
            state = entity_state(records)
            stated = fields_of(state.current.body)["stated_status"]
            statuses[stated, project(state).status] += 1

    assert set(statuses) <= {
        ("active", "active"),
        ("stopped", "stopped"),
        ("completed", "stopped"),
        ("cancelled", "stopped"),
    }
