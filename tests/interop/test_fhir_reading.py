"""What a document says arrives exactly; a broken one is refused as a whole, with its place."""

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.interop.builders import (
    AUTHOR,
    PATIENT,
    a_bundle,
    a_patient,
    a_resource,
    all_records,
    all_sealed,
    an_observation,
    imported,
    only,
)
from workstation.domain.attention import Attention
from workstation.domain.dosage import dosage_words
from workstation.domain.kinds import entity_state, project
from workstation.domain.medication import MedicationOrder, OrderStatus, order_state
from workstation.domain.note import Note
from workstation.domain.observation import DiagnosticReport, Observation
from workstation.domain.patient import Patient
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.reading import Importer

_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def _observed(**value: Any) -> Observation:
    body = only(imported(a_bundle(a_patient(), an_observation(**value))), "observation").body
    assert isinstance(body, Observation)
    return body


def _with_number(number: str) -> bytes:
    data = a_bundle(a_patient(), an_observation(valueQuantity={"value": 4711, "unit": "mg/L"}))
    return data.replace(b"4711", number.encode())


@given(_texts, _texts)
def test_any_text_arrives_as_it_was_written(text: str, unit: str) -> None:
    body = _observed(valueString=text, note=[{"text": unit}])

    assert body.text == text
    assert body.comment == unit


@pytest.mark.parametrize("number", ["1.50", "0.10", "-3", "1e3", "1.0E-7", "175.0822378979686"])
def test_a_number_keeps_every_digit(number: str) -> None:
    record = only(imported(_with_number(number)), "observation")
    assert isinstance(record.body, Observation)
    assert record.body.quantity is not None
    assert record.body.quantity.value == number
    assert record.body.origin is not None
    assert f'"value": {number}' in record.body.origin.raw


@given(
    st.from_regex(
        r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
    ).filter(str.isascii)
)
def test_any_number_keeps_every_digit(number: str) -> None:
    body = only(imported(_with_number(number)), "observation").body
    assert isinstance(body, Observation)
    assert body.quantity is not None
    assert body.quantity.value == number


def test_the_source_text_is_cut_out_byte_for_byte() -> None:
    odd = '{ "resourceType":"Patient",\n\t"id" : "ID", "name":[{"family":"\\u00c5berg \\/"}] }'
    odd = odd.replace("ID", PATIENT)
    data = (
        f'\n{{"resourceType" : "Bundle","type":"collection","entry":[ {{"resource":{odd} }} ]}}\n'
    )

    record = only(imported(data.encode()), "patient")

    assert record.body.origin is not None
    assert record.body.origin.raw == odd
    assert isinstance(record.body, Patient)
    assert record.body.family == "Åberg /"


def test_components_codes_and_ratios_arrive() -> None:
    parts = [
        {"code": {"text": "Systoliskt"}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
        {"code": {"text": "Läge"}, "valueCodeableConcept": {"text": "sittande"}},
        {"code": {"text": "Fritext"}, "valueString": "ingen blödning"},
    ]
    body = _observed(component=parts)
    assert [c.concept.text for c in body.components] == ["Systoliskt", "Läge", "Fritext"]
    assert body.components[2].text == "ingen blödning"
    ratio = _observed(valueRatio={"numerator": {"value": 1}, "denominator": {"value": 128}})
    assert ratio.text == "1:128"
    assert _observed(valueBoolean=False).text == "false"
    assert _observed(valueInteger=0).text == "0"


def test_a_result_knows_its_report_and_the_report_its_results() -> None:
    value = an_observation(valueString="x")
    report = a_resource(
        "DiagnosticReport",
        status="final",
        code={"text": "Lipider"},
        conclusion="Inga tecken till\nblödning",
        result=[{"reference": f"Observation/{value['id']}", "display": "x"}],
    )
    found = imported(a_bundle(a_patient(), value, report))

    answer, result = only(found, "diagnostic_report"), only(found, "observation")
    assert isinstance(answer.body, DiagnosticReport)
    assert isinstance(result.body, Observation)
    assert answer.body.conclusion == "Inga tecken till\nblödning"
    assert answer.body.results == (result.entity,)
    assert result.body.report == answer.entity


def _order(**more: Any) -> dict[str, Any]:
    content = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "X 5 MG"},
    }
    return a_resource("MedicationRequest", **{**content, **more})


def _ordered(**more: Any) -> tuple[MedicationOrder, OrderStatus]:
    records = all_records(imported(a_bundle(a_patient(), _order(**more))))
    state = entity_state(r for r in records if r.kind == "medication_order")
    body = state.first.body
    assert isinstance(body, MedicationOrder)
    return body, order_state(state).status


@pytest.mark.parametrize(
    ("stated", "holds"),
    [
        ("active", OrderStatus.ACTIVE),
        ("stopped", OrderStatus.STOPPED),
        ("completed", OrderStatus.STOPPED),
        ("cancelled", OrderStatus.STOPPED),
        ("on-hold", OrderStatus.PAUSED),
    ],
)
def test_an_order_holds_as_the_source_says(stated: str, holds: OrderStatus) -> None:
    body, status = _ordered(status=stated)
    assert status is holds
    assert body.stated_status == stated


@pytest.mark.parametrize(
    "more",
    [{"intent": "proposal"}, {"intent": "plan"}, {"status": "draft"}, {"doNotPerform": True}],
)
def test_what_is_no_order_never_becomes_one(more: dict[str, Any]) -> None:
    found = imported(a_bundle(a_patient(), _order(**more)))
    assert found.report.not_understood == {"MedicationRequest": 1}
    assert not [r for r in all_records(found) if r.kind == "medication_order"]


def test_a_plain_dosing_becomes_steps() -> None:
    timing = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
    dose = [{"doseQuantity": {"value": 1.50, "unit": "mg"}}]
    body, _status = _ordered(dosageInstruction=[{"timing": timing, "doseAndRate": dose}])
    assert body.dosage is not None
    assert dosage_words(body.dosage) == "1,5 mg 2 gånger dagligen"


@pytest.mark.parametrize(
    "part",
    [
        {"timing": {"repeat": {"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}}},
        {"timing": {"code": {"text": "BID"}}},
        {"timing": {"repeat": {"frequency": 1, "period": 0.5, "periodUnit": "d"}}},
        {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "a"}}},
        {"doseAndRate": [{"doseQuantity": {"value": 1, "comparator": "<"}}]},
        {"maxDosePerLifetime": {"value": 450, "unit": "mg"}},
    ],
)
def test_a_dosing_that_steps_cannot_say_stays_in_the_sources_words(part: dict[str, Any]) -> None:
    body, _status = _ordered(dosageInstruction=[{"text": "Take as told", **part}])
    assert body.dosage is not None
    assert body.dosage.steps == ()
    assert body.dosage.text == "Take as told"

    wordless, _status = _ordered(dosageInstruction=[part])
    assert wordless.dosage is not None
    assert wordless.dosage.steps == ()
    assert wordless.dosage.text.startswith("[{")


def test_a_dose_without_a_unit_says_that_the_unit_is_missing() -> None:
    timing = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}
    dose = [{"doseQuantity": {"value": 1}}]
    body, _status = _ordered(dosageInstruction=[{"timing": timing, "doseAndRate": dose}])
    assert body.dosage is not None
    assert dosage_words(body.dosage) == "1 (enhet ej angiven) 3 gånger dagligen"


def test_no_known_allergy_is_not_an_allergy() -> None:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
    body = only(
        imported(a_bundle(a_patient(), a_resource("AllergyIntolerance", code=code))), "attention"
    ).body
    assert isinstance(body, Attention)
    assert body.none_known


def test_what_was_entered_in_error_is_voided_and_stays_readable() -> None:
    found = imported(
        a_bundle(a_patient(), an_observation(status="entered-in-error", valueString="x"))
    )
    state = entity_state(r for r in all_records(found) if r.kind in ("observation", "void"))
    assert state.voided
    assert project(state).status == "voided"


def test_a_plain_text_document_is_a_note_and_any_other_is_kept_whole() -> None:
    text = "Status: ingen blödning.\r\nÅÄÖ 😀\n"
    data = b64encode(text.encode()).decode()
    plain = a_resource(
        "DocumentReference",
        status="current",
        docStatus="final",
        content=[{"attachment": {"contentType": "text/plain", "data": data, "title": "Status"}}],
    )
    picture = a_resource(
        "DocumentReference",
        status="current",
        content=[{"attachment": {"contentType": "image/png", "data": "AA=="}}],
    )
    found = imported(a_bundle(a_patient(), plain, picture))

    note = only(found, "note")
    assert isinstance(note.body, Note)
    assert note.body.sections[0].text == text
    assert entity_state(r for r in all_records(found) if r.entity == note.entity).signed
    assert found.report.not_understood == {"DocumentReference": 1}


def test_types_we_do_not_know_are_kept_whole_and_counted() -> None:
    claim = a_resource("Claim", created="2019-04-01", anything={"deep": [1.50, None, True]})
    found = imported(a_bundle(a_patient(), claim))
    record = only(found, "imported_resource")
    assert found.report.not_understood == {"Claim": 1}
    assert record.body.origin is not None
    assert json.loads(record.body.origin.raw) == claim
    assert project(entity_state([record])).title == "Claim"


@pytest.mark.parametrize(
    "changed",
    [
        {"modifierExtension": [{"url": "http://example.org/not", "valueBoolean": True}]},
        {"component": [{"modifierExtension": [{"url": "http://example.org/not"}], "code": {}}]},
        {"implicitRules": "http://example.org/values-mean-their-opposite"},
    ],
)
def test_what_an_extension_may_turn_into_its_opposite_is_never_read_as_what_it_seems(
    changed: dict[str, Any],
) -> None:
    found = imported(a_bundle(a_patient(), an_observation(**changed)))
    record = only(found, "imported_resource")
    assert found.report.not_understood == {"Observation": 1}
    assert record.body.origin is not None
    assert json.loads(record.body.origin.raw).items() >= changed.items()


def test_an_unknown_modifier_of_a_patient_is_listed_and_loses_nobody() -> None:
    modifier = [{"url": "http://example.org/x", "valueBoolean": True}]
    found = imported(a_bundle(a_patient(modifierExtension=modifier), an_observation()))
    assert len(found.patients) == 1
    assert "Patient.modifierExtension.url" in found.report.unmapped
    assert not found.report.not_understood


def test_unknown_elements_are_listed_by_path() -> None:
    found = imported(
        a_bundle(a_patient(photo=[{"url": "x"}]), an_observation(bodySite={"text": "arm"}))
    )
    assert found.report.unmapped == {"Patient.photo.url": 1, "Observation.bodySite.text": 1}


def test_nobodys_resources_go_with_the_patients_that_refer_to_them() -> None:
    ward = {
        "resourceType": "Organization",
        "id": "3bd5eda0-16da-3ba5-8500-4dfd6ae118b8",
        "name": "Avd 12",
    }
    lonely = {"resourceType": "Organization", "id": "3bd5eda0-16da-3ba5-8500-4dfd6ae118b9"}
    visit = a_resource(
        "Encounter",
        status="finished",
        **{"class": {"code": "IMP"}, "serviceProvider": {"reference": f"urn:uuid:{ward['id']}"}},
    )
    found = imported(a_bundle(a_patient(), ward, lonely, visit))
    assert found.report.not_understood == {"Organization": 1}
    assert found.report.without_patient == {"Organization": 1}
    assert "Avd 12" in str(only(found, "contact").body.__getattribute__("unit_name"))


def test_a_reference_out_of_the_document_is_listed_and_refuses_nothing() -> None:
    elsewhere = "urn:uuid:11111111-1111-4111-8111-111111111111"
    found = imported(a_bundle(a_patient(), an_observation(encounter={"reference": elsewhere})))
    assert found.report.unresolved == [("Bundle.entry[1].resource.encounter.reference", elsewhere)]
    assert only(found, "observation").body.__getattribute__("contact") is None


def test_lines_of_resources_in_separate_files_meet_in_the_same_patient() -> None:
    importer = Importer(author=AUTHOR, device="d", source="https://ehr.example")
    person = b'{"resourceType":"Patient","id":"1"}\n'
    value = {
        "resourceType": "Observation",
        "id": "7",
        "status": "final",
        "code": {"text": "Längd"},
        "subject": {"reference": "Patient/1"},
    }
    lines = person + b"\n" + json.dumps(value).encode() + b"\n"
    together = all_records(imported(lines, importer))
    first = all_records(imported(person, importer))
    second = all_records(imported(json.dumps(value).encode(), importer))
    assert {r.patient for r in together} == {r.patient for r in (*first, *second)}
    assert len({r.patient for r in together}) == 1


def test_ids_of_two_systems_never_meet() -> None:
    person = b'{"resourceType":"Patient","id":"1"}'
    here = imported(person, Importer(author=AUTHOR, device="d", source="a"))
    there = imported(person, Importer(author=AUTHOR, device="d", source="b"))
    assert here.patients[0].patient != there.patients[0].patient
    with pytest.raises(BrokenDocument, match=r"Patient|\$\.id"):
        imported(person)


def test_a_changed_resource_is_a_new_version_on_the_one_that_is_stored() -> None:
    first = all_records(imported(a_bundle(a_patient(gender="female"))))
    heads = {first[0].entity: (first[0].id,)}
    importer = Importer(
        author=AUTHOR,
        device="import-1",
        standing=lambda _patient, entity, _record: heads.get(entity, ()),
    )
    second = all_records(imported(a_bundle(a_patient(gender="male")), importer))
    state = entity_state([*first, *second])
    assert not state.undecided
    assert state.current.id == second[0].id


def test_a_resource_the_patient_may_not_read_is_withheld() -> None:
    meta = {"security": [{"code": "NOPATIENT"}]}
    found = imported(a_bundle(a_patient(), an_observation(meta=meta)))
    assert not only(found, "observation").approved_for_patient
    assert only(found, "patient").approved_for_patient


def test_records_written_when_the_source_says() -> None:
    record = only(
        imported(a_bundle(a_patient(), an_observation(issued="2011-09-12T04:55:29.233+00:00"))),
        "observation",
    )
    assert record.written_at.as_datetime().isoformat() == "2011-09-12T04:55:29.233000+00:00"


def test_records_are_signed_with_the_importers_key() -> None:
    key = Ed25519PrivateKey.generate()

    class Hand:
        key_id = b"k" * 16

        def sign(self, message: bytes) -> bytes:
            return key.sign(message)

    found = imported(
        a_bundle(a_patient(), an_observation()), Importer(author=AUTHOR, device="d", signer=Hand())
    )
    for sealed in all_sealed(found):
        key.public_key().verify(sealed.signature, sealed.raw)
        assert sealed.signer == b"k" * 16
