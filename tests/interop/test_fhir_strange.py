"""Documents as other systems really send them: read exactly, or refused with a reason of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.interop.builders import (
    PATIENT,
    a_bundle,
    a_patient,
    a_resource,
    all_records,
    an_observation,
    imported,
    only,
)
from workstation.domain.observation import Observation
from workstation.domain.patient import Patient
from workstation.interop.fhir.faults import BrokenDocument

OTHER = "11111111-1111-4111-8111-111111111111"
NUMBER = {"system": "http://electronichealth.se/identifier/personnummer", "value": "191212121212"}


@pytest.mark.parametrize(
    "whose",
    [
        {"reference": f"Patient/{PATIENT}/_history/3"},
        {"reference": f"Patient?identifier={NUMBER['system']}|{NUMBER['value']}"},
        {"reference": f"Patient?identifier={NUMBER['system']}%7C{NUMBER['value']}"},
        {"type": "Patient", "identifier": NUMBER},
    ],
)
def test_a_patient_is_found_by_whatever_name_a_reference_uses(whose: dict[str, Any]) -> None:
    value = an_observation(subject=whose, valueString="x")
    patients = (a_patient(identifier=[NUMBER]), {"resourceType": "Patient", "id": OTHER})

    for parts in ((*patients, value), (value, *patients)):
        found = imported(a_bundle(*parts))
        assert str(only(found, "observation").patient) == str(
            next(r.patient for r in all_records(found) if _has_number(r.body))
        )
        assert not found.report.without_patient
        assert not found.report.dangling


def _has_number(body: object) -> bool:
    return isinstance(body, Patient) and bool(body.identifiers)


def test_a_number_that_two_patients_have_names_neither() -> None:
    twins = (
        a_patient(identifier=[NUMBER]),
        {"resourceType": "Patient", "id": OTHER, "identifier": [NUMBER]},
    )
    value = an_observation(subject={"identifier": NUMBER}, valueString="x")

    found = imported(a_bundle(*twins, value))

    assert found.report.without_patient == {"Observation": 1}
    assert found.report.patients == 2


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_document_that_asks_for_something_to_go_is_refused(method: str) -> None:
    entry = {"resource": a_patient(), "request": {"method": method, "url": f"Patient/{PATIENT}"}}
    document = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}

    with pytest.raises(BrokenDocument) as refused:
        imported(json.dumps(document).encode())

    assert refused.value.path == "Bundle.entry[0].request.method"


def test_a_date_of_birth_has_no_time_of_day() -> None:
    for born in ("1950", "1950-02", "1950-02-03"):
        body = only(imported(a_bundle(a_patient(birthDate=born))), "patient").body
        assert isinstance(body, Patient)
        assert body.birth_date == born
    with pytest.raises(BrokenDocument) as refused:
        imported(a_bundle(a_patient(birthDate="1950-02-03T00:00:00Z")))
    assert refused.value.path == "Bundle.entry[0].resource.birthDate"


def test_half_a_character_in_what_an_entry_is_called_is_refused_with_its_place() -> None:
    with pytest.raises(BrokenDocument) as refused:
        imported(a_bundle(a_patient()).replace(b"urn:uuid:", b"urn:\\ud800"))
    assert refused.value.path == "Bundle.entry[0].fullUrl"


@pytest.mark.parametrize(
    "number",
    ["3.14159265358979323846264338327", "-0", "-0.0", "1E2", "1.10", "1" * 39],
)
def test_a_number_is_kept_digit_for_digit(number: str) -> None:
    value = an_observation(valueQuantity={"value": "@", "unit": "g", "comparator": "<"})
    data = a_bundle(a_patient(), value).replace(b'"@"', number.encode())

    body = only(imported(data), "observation").body

    assert isinstance(body, Observation)
    assert body.quantity is not None
    assert (body.quantity.value, body.quantity.comparator) == (number, "<")


@pytest.mark.parametrize(
    "when",
    ["2021", "2021-03-28T02:30:00+02:00", "2016-12-31T23:59:60Z", "2021-01-01T00:00:00.123456789Z"],
)
def test_a_time_is_kept_as_it_was_written(when: str) -> None:
    value = an_observation(effectiveDateTime=when, valueString="x")
    body = only(imported(a_bundle(a_patient(), value)), "observation").body
    assert isinstance(body, Observation)
    assert body.effective == when


def test_signs_that_change_how_a_text_looks_are_kept_as_they_are() -> None:
    text = "a\u0000b\u0007\u200e\u202e\ufeff\u0085<script>alert(1)</script>"
    found = imported(a_bundle(a_patient(), an_observation(valueString=text)))
    body = only(found, "observation").body
    assert isinstance(body, Observation)
    assert body.text == text


def test_of_very_many_references_that_lead_nowhere_all_are_counted_and_some_listed() -> None:
    away = [{"reference": f"Observation/{n:08d}-0000-4000-8000-000000000000"} for n in range(1200)]
    report = a_resource("DiagnosticReport", status="final", code={"text": "x"}, result=away)
    found = imported(a_bundle(a_patient(), report))
    assert found.report.dangling == len(away)
    assert len(found.report.unresolved) == 1000


@pytest.mark.parametrize("leaf", ["x", "å", 1, True, None, {}, []])
def test_what_stands_too_deep_is_refused_whatever_it_is(leaf: Any) -> None:
    def nested(lists: int) -> bytes:
        value = leaf
        for _level in range(lists):
            value = [value]
        return a_bundle(a_patient(unknown=value))

    assert imported(nested(62)).report.patients == 1
    with pytest.raises(BrokenDocument) as refused:
        imported(nested(63))
    assert refused.value.path.startswith("Bundle.entry[0].resource.unknown[0]")
