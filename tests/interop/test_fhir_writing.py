"""What leaves as FHIR says the same when it is read back: texts byte for byte, numbers digit for digit."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_dosage import TYPED
from tests.interop.builders import (
    PATIENT,
    a_bundle,
    a_patient,
    a_record,
    a_resource,
    all_records,
    imported,
    only,
)
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.dosage import parse_dosage
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state
from workstation.domain.medication import ATC, Dosage, DosageStep, Drug, MedicationOrder, Override
from workstation.domain.note import Note, Section
from workstation.domain.observation import NPU, Component, Observation, ReferenceRange
from workstation.domain.patient import Address, Identifier, Patient, Relative, Telecom
from workstation.domain.procedure import ImportedResource
from workstation.domain.record import Body, Record
from workstation.domain.referral import Referral
from workstation.domain.values import Coding, Concept, Quantity
from workstation.interop.fhir.writing import NotExported, bundle, fhir_bytes, to_fhir

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def _out(kind: str, body: Body) -> dict[str, Any]:
    return to_fhir(entity_state([a_record(kind, body)]))


def _back(kind: str, resource: dict[str, Any]) -> Body:
    person: list[dict[str, Any]] = [{"resourceType": "Patient", "id": PATIENT}]
    resources = [resource] if resource["resourceType"] == "Patient" else person + [resource]
    records: Sequence[Record] = all_records(imported(fhir_bytes(bundle(resources))))
    (record,) = [r for r in records if r.kind == kind]
    return record.body


@given(st.lists(st.tuples(_texts, _texts), min_size=1, max_size=3))
def test_a_notes_texts_come_back_byte_for_byte(sections: list[tuple[str, str]]) -> None:
    body = Note(
        type="bes", title="Besök", sections=tuple(Section(term=t, text=x) for t, x in sections)
    )
    resource = _out("note", body)

    data = [b64decode(c["attachment"].get("data", "")).decode() for c in resource["content"]]
    assert data == [text for _term, text in sections]
    again = _back("note", resource)
    assert isinstance(again, Note)
    assert again.sections == body.sections
    assert (again.type, again.title) == (body.type, body.title)


@pytest.mark.parametrize("number", ["1.50", "0.10", "-3", "1e3", "7"])
def test_a_value_comes_back_digit_for_digit(number: str) -> None:
    unit = Quantity(value=number, unit="mmol/L", code="mmol/L", system="http://unitsofmeasure.org")
    body = Observation(
        concept=Concept(text="P-Kalium", codings=(Coding(system=NPU, code="NPU03230"),)),
        category="laboratory",
        effective="2026-01-02T03:04:05+01:00",
        issued="2026-01-02T03:04:05.678+01:00",
        quantity=unit,
        reference=ReferenceRange(low=Quantity(value="3.50", unit="mmol/L"), text="vuxna"),
        interpretation="H",
        comment="hemolys",
        components=(Component(concept=Concept(text="del"), text="ingen blödning"),),
    )
    resource = _out("observation", body)

    assert f'"value":{number},' in fhir_bytes(resource).decode()
    again = _back("observation", resource)
    assert isinstance(again, Observation)
    for field in ("concept", "category", "effective", "issued", "quantity", "reference"):
        assert getattr(again, field) == getattr(body, field)
    for field in ("interpretation", "comment", "components", "status"):
        assert getattr(again, field) == getattr(body, field)


@pytest.mark.parametrize("typed", TYPED)
def test_a_dosing_comes_back_as_the_same_steps(typed: str) -> None:
    dosage = parse_dosage(typed, unit="tablett")
    coded = Concept(text="Metoprolol", codings=(Coding(system=ATC, code="C07AB02"),))
    drug = Drug(
        name="Metoprolol",
        brand="Seloken",
        form="Tablett",
        strength="50 mg",
        route="oral",
        concept=coded,
    )
    body = MedicationOrder(
        action="prescribe",
        drug=drug,
        dosage=dosage,
        reason=Concept(text="hypertoni"),
        start="2026-01-01",
    )

    again = _back("medication_order", _out("medication_order", body))

    assert isinstance(again, MedicationOrder)
    assert again.dosage == dosage
    assert again.drug == drug
    assert again.reason == body.reason


def test_a_dosing_in_words_comes_back_in_words() -> None:
    body = MedicationOrder(
        action="prescribe", drug=Drug(name="X"), dosage=Dosage(text="Enligt schema")
    )
    again = _back("medication_order", _out("medication_order", body))
    assert isinstance(again, MedicationOrder)
    assert again.dosage == Dosage(text="Enligt schema")


@given(_texts)
def test_a_diagnosis_comes_back(comment: str) -> None:
    body = Diagnosis(
        concept=Concept(text="Förmaksflimmer", codings=(Coding(system="urn:x", code="I48.9"),)),
        status="remission",
        verification="unconfirmed",
        onset="2020-01",
        recorded="2020-02-03",
        comment=comment,
    )
    assert _same(_back("diagnosis", _out("diagnosis", body)), body)


def _same(one: Body, other: Body) -> bool:
    fields = [name for name in other.__struct_fields__ if name != "origin"]
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _person(**more: Any) -> Patient:
    content: dict[str, Any] = {
        "identifiers": (
            Identifier(
                system="http://electronichealth.se/identifier/personnummer", value="191212121212"
            ),
        ),
        "family": "Åkesson",
        "given": ("Tolvan", "T"),
        "former_family": "Öst",
        "birth_date": "1912-12-12",
        "sex": "male",
        "addresses": (Address(lines=("Gatan 1",), postal_code="41101", city="Göteborg"),),
        "telecoms": (Telecom(system="phone", value="031-123", use="home"),),
        "relatives": (Relative(name="Elvan", relation="son", phone="031-456"),),
        "language": "sv",
    }
    return Patient(**{**content, **more})


def test_a_patient_comes_back() -> None:
    assert _same(_back("patient", _out("patient", _person())), _person())


def test_whereabouts_of_a_protected_patient_never_leave() -> None:
    data = fhir_bytes(_out("patient", _person(protection="sekretessmarkering"))).decode()
    for secret in ("Gatan", "41101", "Göteborg", "031-123", "Elvan", "031-456"):
        assert secret not in data
    assert "sekretessmarkering" in data


@given(_texts.filter(bool), _texts.filter(bool))
def test_a_referrals_texts_leave_byte_for_byte(question: str, background: str) -> None:
    body = Referral(
        type="consultation",
        question=question,
        background=background,
        to_unit=HsaId("SE1-x"),
        to_unit_name="Hjärtmottagningen",
        priority="urgent",
    )
    resource = json.loads(fhir_bytes(_out("referral", body)))
    assert [note["text"] for note in resource["note"]] == [question, background]
    assert resource["priority"] == "asap"
    assert resource["performer"][0]["display"] == "Hjärtmottagningen"


def test_what_the_patient_may_not_read_carries_the_label() -> None:
    record = a_record("diagnosis", Diagnosis(concept=Concept(text="x")))
    hidden = replace(record, approved_for_patient=False)
    assert to_fhir(entity_state([hidden]))["meta"]["security"][0]["code"] == "NOPATIENT"


def test_a_family_without_a_form_says_so() -> None:
    with pytest.raises(NotExported, match="imported_resource"):
        _out("imported_resource", ImportedResource(type="Basic"))


def test_a_warning_ordered_in_spite_of_leaves_with_its_reason() -> None:
    body = MedicationOrder(
        action="prescribe",
        drug=Drug(name="ibuprofen"),
        overrides=(
            Override(
                rule="ddi.vka-nsaid",
                version="1.0.0",
                reason_code="followed",
                reason="Kontroll om fem dagar",
                tier="critical",
                facts=("warfarin, 2.5 mg",),
            ),
        ),
    )
    resource = _out("medication_order", body)
    assert resource["detectedIssue"] == [{"reference": "#override-1"}]
    (issue,) = resource["contained"]
    assert (issue["severity"], issue["detail"]) == ("high", "warfarin, 2.5 mg")
    assert issue["identifier"][0]["value"] == "ddi.vka-nsaid|1.0.0"
    assert issue["mitigation"][0]["action"]["text"] == "Kontroll om fem dagar"


def test_a_dosing_of_nothing_at_any_time_leaves_as_its_words() -> None:
    step = DosageStep(amounts=("0", "-0", "0", "0"), unit="tablett")
    order = MedicationOrder(
        action="prescribe",
        drug=Drug(name="metoprolol"),
        dosage=Dosage(steps=(step,), text="Uppehåll, inga tabletter"),
    )

    (told,) = _out("medication_order", order)["dosageInstruction"]

    assert told == {"text": "Uppehåll, inga tabletter"}


def test_a_warning_ordered_in_spite_of_comes_back_as_it_left() -> None:
    told = Override(
        rule="ddi.vka-nsaid",
        version="1.0.0",
        reason_code="followed",
        reason="Kontroll om fem dagar",
        tier="critical",
        basis="0f" * 16,
        facts=("warfarin, 2.5 mg", "Ålder: 84 (2026-03-02)"),
    )
    body = MedicationOrder(action="prescribe", drug=Drug(name="ibuprofen"), overrides=(told,))
    resource = _out("medication_order", body)
    back = _back("medication_order", resource)
    assert isinstance(back, MedicationOrder)
    assert back.overrides == (told,)


def test_what_another_system_detected_and_answered_is_read_and_an_open_question_is_not() -> None:
    issue = {
        "resourceType": "DetectedIssue",
        "id": "i1",
        "status": "final",
        "severity": "moderate",
        "code": {"text": "Dubbelmedicinering"},
        "mitigation": [{"action": {"text": "Planerat byte"}}],
    }
    open_question = {**issue, "id": "i2"} | {"mitigation": []}
    order = a_resource(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationCodeableConcept={"text": "ibuprofen"},
        contained=[issue, open_question],
        detectedIssue=[{"reference": "#i1"}, {"reference": "#i2"}],
    )
    found = imported(a_bundle(a_patient(), order))
    back = only(found, "medication_order").body
    assert isinstance(back, MedicationOrder)
    assert back.overrides == (
        Override(rule="Dubbelmedicinering", version="", reason="Planerat byte", tier="warning"),
    )
    assert any("contained" in path for path in found.report.unmapped)
