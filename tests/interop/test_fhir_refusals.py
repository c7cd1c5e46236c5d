"""A broken document is refused as a whole, with its place and the reason, whatever is broken in it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interop.builders import (
    IMPORTER,
    PATIENT,
    a_bundle,
    a_patient,
    all_sealed,
    an_observation,
    imported,
)
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.reading import read_bundles

GOOD = a_bundle(a_patient(), an_observation(valueQuantity={"value": 1, "unit": "g"}))


def _spoilt(**more: Any) -> bytes:
    return a_bundle(a_patient(), an_observation(**more))


BROKEN = {
    "cut": (GOOD[:-40], r"Bundle\.entry\[1\]\.resource"),
    "no JSON": (b"hello", r"\$"),
    "nothing": (b"", r"\$"),
    "a number alone": (b"12", r"\$"),
    "a list": (b"[]", r"\$"),
    "no type": (b'{"id": "1"}', r"\$\.resourceType"),
    "text for amount": (
        _spoilt(valueQuantity={"value": "1"}),
        r"entry\[1\]\.resource\.valueQuantity\.value$",
    ),
    "amount for text": (_spoilt(valueString=1), r"entry\[1\]\.resource\.valueString$"),
    "list for object": (_spoilt(valueQuantity=[]), r"entry\[1\]\.resource\.valueQuantity$"),
    "object for list": (_spoilt(component={}), r"entry\[1\]\.resource\.component$"),
    "text in list": (_spoilt(component=["x"]), r"entry\[1\]\.resource\.component\[0\]$"),
    "no such day": (_spoilt(effectiveDateTime="2023-02-30"), r"resource\.effectiveDateTime$"),
    "no such hour": (_spoilt(issued="2023-02-20T25:00:00Z"), r"resource\.issued$"),
    "no date": (_spoilt(effectiveDateTime="igår"), r"resource\.effectiveDateTime$"),
    "missing code": (_spoilt(code=None), r"entry\[1\]\.resource\.code$"),
    "missing status": (_spoilt(status=None), r"entry\[1\]\.resource\.status$"),
    "entry no object": (b'{"resourceType":"Bundle","entry":[1]}', r"Bundle\.entry\[0\]$"),
    "entries no list": (b'{"resourceType":"Bundle","entry":{}}', r"Bundle\.entry$"),
    "twice the name": (
        GOOD.replace(b'"unit": "g"', b'"unit": "g", "unit": "kg"'),
        r"Bundle\.entry\[1\]\.resource\.valueQuantity\.unit$",
    ),
    "twice entry": (b'{"resourceType":"Bundle","entry":[],"entry":[]}', r"Bundle\.entry$"),
    "NaN": (GOOD.replace(b'"value": 1', b'"value": NaN'), r"resource\.valueQuantity\.value$"),
    "Infinity": (GOOD.replace(b'"value": 1', b'"value": -Infinity'), r"valueQuantity\.value$"),
    "leading zero": (GOOD.replace(b'"value": 1', b'"value": 01'), r"resource\.valueQuantity$"),
    "huge number": (
        GOOD.replace(b'"value": 1', b'"value": ' + b"1" * 50),
        r"valueQuantity\.value$",
    ),
    "a number of a million digits, shortly written": (
        GOOD.replace(b'"value": 1', b'"value": 1e999999'),
        r"valueQuantity\.value$",
    ),
    "a number with a million noughts before it": (
        GOOD.replace(b'"value": 1', b'"value": 1E-999999'),
        r"valueQuantity\.value$",
    ),
    "deep": (
        GOOD.replace(b'"value": 1', b'"value": ' + b"[" * 5000 + b"]" * 5000),
        r"value(\[0\])+$",
    ),
    "rather deep": (GOOD.replace(b'"value": 1', b'"x": ' + b"[" * 90 + b"]" * 90), r"x(\[0\])+$"),
    "not UTF-8": (GOOD.replace(b'"g"', b'"\xff"'), r"resource\.valueQuantity\.unit$"),
    "lone surrogate": (GOOD.replace(b'"g"', b'"\\ud800"'), r"resource\.valueQuantity\.unit$"),
    "control sign": (GOOD.replace(b'"g"', b'"\n"'), r"resource\.valueQuantity\.unit$"),
    "rubbish after": (GOOD + b"x", r"^Bundle$"),
    "two bundles": (GOOD + b"\n" + GOOD, r"^Bundle$"),
    "rubbish on a line": (b'{"resourceType":"Patient"} {"x":1}', r"rad 1$"),
    "same resource twice": (a_bundle(a_patient(), a_patient()), r"entry\[1\]\.resource$"),
    "id a number": (
        a_bundle(a_patient()).replace(f'"id": "{PATIENT}"'.encode(), b'"id": 1'),
        r"\.id$",
    ),
    "another patient's visit": (
        a_bundle(
            a_patient(),
            {"resourceType": "Patient", "id": "11111111-1111-4111-8111-111111111111"},
            {
                "resourceType": "Encounter",
                "id": "22222222-2222-4222-8222-222222222222",
                "status": "finished",
                "class": {},
                "subject": {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"},
            },
            an_observation(
                encounter={"reference": "Encounter/22222222-2222-4222-8222-222222222222"}
            ),
        ),
        r"entry\[3\]\.resource\.encounter\.reference$",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_document_is_refused_with_its_place(fault: str) -> None:
    data, place = BROKEN[fault]

    with pytest.raises(BrokenDocument) as caught:
        imported(data)

    assert re.search(place, caught.value.path), caught.value.path
    assert caught.value.reason
    assert "bundle.json" in caught.value.message


@given(st.data())
def test_a_document_cut_anywhere_is_refused(data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(GOOD) - 1))
    with pytest.raises(BrokenDocument):
        imported(GOOD[:end])


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_document_is_refused_or_read_and_never_anything_else(
    place: int, noise: bytes
) -> None:
    damaged = GOOD[:place] + noise + GOOD[place + len(noise) :]
    try:
        found = imported(damaged)
    except BrokenDocument:
        return
    for sealed in all_sealed(found):
        assert sealed.raw


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(
        ["subject", "code", "category", "valueQuantity", "component", "note", "meta", "encounter"]
    ),
)
def test_any_value_in_any_element_is_read_or_refused(value: Any, element: str) -> None:
    resource = {**an_observation(), element: value}
    refused = [""]
    try:
        imported(a_bundle(a_patient(), resource))
    except BrokenDocument as problem:
        refused.append(problem.path)
    assert refused[-1] == "" or "Bundle.entry[1]" in refused[-1]


def test_a_broken_document_among_many_is_told_and_the_others_are_read() -> None:
    told: list[str] = []
    documents = [("good", GOOD), ("bad", GOOD[:-3]), ("good again", GOOD)]
    found = list(read_bundles(documents, importer=IMPORTER, refused=lambda p: told.append(p.name)))
    assert [bundle.name for bundle in found] == ["good", "good again"]
    assert told == ["bad"]
    with pytest.raises(BrokenDocument):
        list(read_bundles(documents, importer=IMPORTER))


def test_a_resource_too_large_for_a_record_refuses_the_document() -> None:
    with pytest.raises(BrokenDocument) as caught:
        imported(_spoilt(valueString="x" * (4 * 1024 * 1024)))
    assert caught.value.path == "Bundle.entry[1].resource"


@pytest.mark.parametrize("written", [PATIENT.upper(), PATIENT.lower()])
@pytest.mark.parametrize("form", ["urn:uuid:{}", "Patient/{}"])
def test_the_case_of_a_uuid_makes_no_other_patient_of_it(written: str, form: str) -> None:
    value = an_observation(subject={"reference": form.format(written)}, valueString="x")

    found = imported(a_bundle(a_patient(), value))

    assert found.report.patients == 1
    assert not found.report.without_patient
    assert not found.report.unresolved


def test_one_resource_twice_in_another_case_is_refused() -> None:
    first = an_observation(valueString="x")
    again = {**first, "id": first["id"][:-1] + "A"}
    with pytest.raises(BrokenDocument) as refused:
        imported(a_bundle(a_patient(), again, {**again, "id": again["id"].lower()}))

    assert refused.value.path == "Bundle.entry[2].resource"


@pytest.mark.parametrize("whose", [5, [], "Patient/1", {"reference": 5}, {"reference": {}}])
def test_whose_it_is_must_be_said_as_fhir_says_it(whose: Any) -> None:
    with pytest.raises(BrokenDocument) as refused:
        imported(a_bundle(a_patient(), an_observation(subject=whose, valueString="x")))

    assert refused.value.path.startswith("Bundle.entry[1].resource.subject")
