"""A whole record as FHIR: every family has a form, nothing a record says is lost, and it reads back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args, get_origin
from uuid import UUID

import msgspec
import pytest

from tests.builders import a_referral, a_referral_answer, a_referral_event
from tests.interop.builders import PATIENT, a_bundle, a_record, a_resource, all_records, imported
from workstation.domain.attention import Attention, Reaction
from workstation.domain.contact import Booking, Contact
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.ids import HsaId
from workstation.domain.kinds import BY_NAME, KINDS, entity_state
from workstation.domain.marks import Void
from workstation.domain.medication import Administration, Drug, MedicationOrder, MedicationReview
from workstation.domain.observation import DiagnosticReport, Observation
from workstation.domain.patient import IdentityLink, Patient
from workstation.domain.plan import Activity, CarePlan, PlannedAction
from workstation.domain.procedure import ImagingStudy, Immunization, Procedure, Series
from workstation.domain.record import Body
from workstation.domain.referral import Referral
from workstation.domain.values import Coding, Concept, Quantity
from workstation.interop.fhir.attention_out import FLAG_PROFILE, LEVEL_EXTENSION
from workstation.interop.fhir.writing import (
    NotExported,
    around,
    bundle,
    fhir_bytes,
    resources,
    to_fhir,
)

_STEERING = {"block", "block_lift", "consent"}
"""What steers access to the record is no care: it leaves with the records, not as FHIR."""
ONE = UUID("00000000-0000-4000-8000-000000000001")
PENICILLIN = Concept(text="penicillin", codings=(Coding(system="urn:x", code="J01CE"),))
BODIES: dict[str, Body] = {
    "patient": Patient(
        family="Ek",
        given=("Eva", "Maria"),
        preferred="Maria",
        birth_date="1950-01-02",
        sex="female",
        interpreter=True,
        extra=(Coding(system="urn:x", code="M"),),
    ),
    "identity_link": IdentityLink(other=ONE, reason="samma person"),
    "contact": Contact(
        type="phone",
        status="ongoing",
        start="2026-01-02T08:00:00+01:00",
        end="2026-01-02T08:10:00+01:00",
        unit_name="Mottagningen",
        place="Rum 4",
        reason="Provsvar",
        responsible="Bo Berg",
    ),
    "booking": Booking(
        status="booked",
        start="2026-02-03T09:00:00+01:00",
        end="2026-02-03T09:30:00+01:00",
        unit=HsaId("SE2321000131-E1"),
        unit_name="Mottagningen",
        type="video",
        reason="Återbesök",
        clinician="Bo Berg",
        clinician_id=HsaId("SE2321000131-P7"),
        room="Rum 4",
        interpreter="arabiska",
        fee="frikort",
        referral=None,
    ),
    "diagnosis": Diagnosis(
        concept=Concept(text="Förmaksflimmer"), type="main", onset="2020-01", comment="känt"
    ),
    "medication_order": MedicationOrder(
        action="prescribe",
        source="own_report",
        drug=Drug(name="metoprolol", form="tablett", concept=Concept(text="metoprolol")),
        purpose="lugna hjärtat",
        start="2026-01-01",
        planned_stop="2026-03-01",
        follow_up="2026-02-01",
        follow_up_how="puls",
    ),
    "administration": Administration(
        order=ONE,
        status="refused",
        amount="1.50",
        unit="tablett",
        planned="2026-01-02T08:00:00+01:00",
        actual="2026-01-02T08:05:00+01:00",
        reason="ville inte",
        batch="B1",
        witness="Ann",
    ),
    "planned_action": PlannedAction(
        type="test",
        title="Blodprov",
        due="2026-03-01",
        responsible="Distriktssköterskan",
        responsible_unit=HsaId("SE2321000131-E1"),
        comment="fastande",
    ),
    "care_plan": CarePlan(
        title="Vårdplan",
        status="active",
        start="2026-01-01",
        activities=(
            Activity(
                concept=Concept(text="Sjukgymnastik"),
                status="in-progress",
                place="hemma",
                text="x 2",
            ),
        ),
        goals=("gå i trappor",),
        text="i samråd",
    ),
    "procedure": Procedure(
        concept=Concept(text="Koloskopi"),
        status="completed",
        start="2026-01-01",
        end="2026-01-02",
        reasons=(Concept(text="anemi"),),
        comment="utan polyper",
    ),
    "immunization": Immunization(
        vaccine=Concept(text="Influensavaccin"),
        status="completed",
        occurred="2025-11-01",
        batch="X7",
        dose=Quantity(value="0.50", unit="mL"),
    ),
    "imaging_study": ImagingStudy(
        status="available",
        started="2026-01-01",
        procedures=(Concept(text="DT buk"),),
        series=(
            Series(
                uid="1.2.3",
                modality=Concept(codings=(Coding(system="urn:x", code="CT"),)),
                body_site=Concept(codings=(Coding(system="urn:x", code="buk"),)),
                instances=4,
            ),
        ),
    ),
    "diagnostic_report": DiagnosticReport(
        concept=Concept(text="DT buk"),
        status="preliminary",
        issued="2026-01-01T10:00:00+01:00",
        conclusion="ingen blödning",
        performer="Röntgen",
    ),
    "observation": Observation(
        concept=Concept(text="P-Kalium"), quantity=Quantity(value="4.10", unit="mmol/L"), delta="U"
    ),
}
COMES_BACK = BODIES.keys() - {"identity_link"}
ALERTS = {
    "A": Attention(category="A", concept=Concept(text="Pacemaker"), valid_from="2019"),
    "B": Attention(
        category="B", concept=Concept(text="MRSA"), certainty="probable", comment="odlat"
    ),
    "C": Attention(
        category="C",
        concept=PENICILLIN,
        severity="harmful",
        certainty="suspected",
        kind="allergy medication",
        reactions=(
            Reaction(manifestation=Concept(text="urtikaria"), severity="severe", onset="2009"),
        ),
        valid_from="2009",
        valid_to="2030-01-01",
        verified="2020-02-02",
        comment="som barn",
    ),
    "D": Attention(category="D", concept=Concept(text="Ingen HLR"), status="inactive"),
    "E": Attention(category="E", concept=Concept(text="Se anteckning"), severity="troublesome"),
}
NONE = Attention(category="C", concept=Concept(text="Ingen känd"), none_known=True)


def _made(kind: str, body: Body) -> list[dict[str, Any]]:
    return resources(entity_state([a_record(kind, body)]))


def _back(kind: str, made: list[dict[str, Any]]) -> list[Body]:
    person = [] if kind == "patient" else [{"resourceType": "Patient", "id": PATIENT}]
    records = all_records(imported(fhir_bytes(bundle([*person, *made]))))
    return [record.body for record in records if record.kind == kind]


def _plain(body: Body) -> dict[str, Any]:
    """What a body says, without where it came from and with every reference as one that was sent."""
    whole = msgspec.to_builtins(body)
    return {
        key: value
        for key, value in whole.items()
        if key not in ("origin", "stated_status", "contact", "order")
    }


def test_every_family_of_care_has_a_form() -> None:
    families = {kind.family for kind in KINDS if kind.family} - _STEERING
    known = {*BODIES, "attention", "referral", "note", "medication_review", "unmatched_answer"}
    assert families - known == {"imported_resource"}
    for kind, body in BODIES.items():
        assert _made(kind, body)[0]["resourceType"]


@pytest.mark.parametrize("kind", sorted(COMES_BACK))
def test_what_leaves_comes_back_as_it_was(kind: str) -> None:
    body = BODIES[kind]
    (again,) = _back(kind, _made(kind, body))
    assert _plain(again) == _plain(body)


@pytest.mark.parametrize("category", sorted(ALERTS))
def test_attention_information_comes_back_as_it_was(category: str) -> None:
    made = _made("attention", ALERTS[category])
    (again,) = _back("attention", made)
    assert _plain(again) == _plain(ALERTS[category])


def test_a_hypersensitivity_is_an_allergy_and_a_flag_that_points_to_it() -> None:
    allergy, flag = _made("attention", ALERTS["C"])
    assert allergy["criticality"] == "low"
    assert flag["meta"]["profile"] == [FLAG_PROFILE]
    detail, level = flag["extension"]
    assert detail["valueReference"]["reference"] == f"AllergyIntolerance/{allergy['id']}"
    assert level["url"] == LEVEL_EXTENSION
    assert level["valueCodeableConcept"]["coding"][0]["display"] == "Harmful"
    assert flag["category"][0]["coding"][0]["code"] == "C"
    assert flag["id"] != allergy["id"]
    assert (flag["status"], allergy["clinicalStatus"]["coding"][0]["code"]) == ("active", "active")


def test_no_known_hypersensitivity_warns_of_nothing() -> None:
    (allergy,) = _made("attention", NONE)
    assert allergy["code"]["coding"][0]["code"] == "no-known-allergies"
    (again,) = _back("attention", [allergy])
    assert _plain(again) == _plain(NONE)


def test_no_known_hypersensitivity_leaves_refuted_where_one_is_known() -> None:
    none, known = (a_record("attention", body) for body in (NONE, ALERTS["C"]))
    states = [entity_state([none]), entity_state([known])]
    (told,) = resources(states[0], around(states))
    assert told["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert told["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert to_fhir(states[1])["verificationStatus"]["coding"][0]["code"] == "unconfirmed"


def test_what_runs_in_the_family_is_never_the_patients_own_condition() -> None:
    body = Diagnosis(
        concept=Concept(text="Bröstcancer"), subject="family", recorded="2024-05-05", comment="mor"
    )
    (resource,) = _made("diagnosis", body)
    assert resource["resourceType"] == "FamilyMemberHistory"
    (again,) = _back("diagnosis", [resource])
    assert _plain(again) == _plain(body)


def test_several_illnesses_in_the_family_are_kept_whole() -> None:
    resource = {
        "resourceType": "FamilyMemberHistory",
        "id": str(ONE),
        "status": "completed",
        "patient": {"reference": f"Patient/{PATIENT}"},
        "condition": [{"code": {"text": "a"}}, {"code": {"text": "b"}}],
    }
    assert _back("diagnosis", [resource]) == []
    assert len(_back("imported_resource", [resource])) == 1


def test_a_flag_of_another_guide_is_kept_whole() -> None:
    flag = a_resource("Flag", status="active", code={"text": "fallrisk"})
    assert _back("attention", [flag]) == []
    assert len(_back("imported_resource", [flag])) == 1


def test_a_finer_category_is_its_main_group() -> None:
    system = (
        "http://hl7.se/fhir/r4/ig/medicalalertinformation/CodeSystem/SEAlertInformationCategoryCS"
    )
    flag = a_resource(
        "Flag",
        status="active",
        code={"text": "pacemaker"},
        category=[{"coding": [{"system": system, "code": "A4"}]}],
    )
    (body,) = _back("attention", [flag])
    assert isinstance(body, Attention)
    assert (body.category, body.status) == ("A", "active")
    found = imported(a_bundle({"resourceType": "Patient", "id": PATIENT}, flag))
    assert "Flag.category.coding.code" in found.report.unmapped


def test_a_task_that_is_no_plan_of_ours_is_kept_whole() -> None:
    task = {
        "resourceType": "Task",
        "id": str(ONE),
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{PATIENT}"},
    }
    assert _back("planned_action", [task]) == []
    assert len(_back("imported_resource", [task])) == 1


def test_what_was_entered_in_error_leaves_as_such() -> None:
    for kind, body in {**BODIES, "attention": ALERTS["A"]}.items():
        if kind in ("patient", "identity_link"):
            continue
        record = a_record(kind, body)
        void = a_record("void", Void(reason="fel patient"), 2)
        void = replace(void, bases=(record.id,), entity=record.entity)
        told = fhir_bytes(resources(entity_state([record, void]))[0]).decode()
        assert "entered-in-error" in told, kind


def test_a_referrals_steps_and_answers_leave_with_it() -> None:
    referral = a_referral()
    event = a_referral_event(referral, event="booked", booked_for="2026-03-03T10:00:00+01:00")
    answer = a_referral_answer(referral, answer="SSV", text="Hb 132")
    order, *rest = resources(entity_state([referral, event, answer]))
    assert order["resourceType"] == "ServiceRequest"
    assert [one["resourceType"] for one in rest] == ["Task", "DiagnosticReport"]
    assert rest[0]["businessStatus"]["coding"][0]["code"] == "booked"
    assert rest[1]["conclusion"] == "Hb 132"
    assert all(one["id"] != order["id"] for one in rest)


def test_a_number_to_reach_a_protected_patient_never_leaves() -> None:
    body = Referral(
        type="consultation", question="?", to_unit=HsaId("SE1-x"), patient_phone="070-123"
    )
    referral = entity_state([a_record("referral", body)])

    def told(protection: str) -> str:
        person = entity_state([a_record("patient", Patient(protection=protection))])  # type: ignore[arg-type]
        return fhir_bytes(resources(referral, around([person, referral]))[0]).decode()

    assert "070-123" in told("none")
    assert "070-123" not in told("sekretessmarkering")
    assert "070-123" not in fhir_bytes(to_fhir(referral)).decode()


def test_what_came_from_elsewhere_leaves_as_it_came() -> None:
    flag = a_resource(
        "Basic", code={"text": "något"}, extension=[{"url": "urn:x", "valueDecimal": 1}]
    )
    (record,) = [
        r
        for r in all_records(imported(a_bundle({"resourceType": "Patient", "id": PATIENT}, flag)))
        if r.kind == "imported_resource"
    ]
    (again,) = resources(entity_state([record]))
    assert again["code"] == flag["code"]


def _sentinel(kind: Any, name: str) -> Any:
    """Return a value of the field's type that stands out in a text."""
    if kind is str or kind is HsaId or getattr(kind, "__supertype__", None) is str:
        return f"NÅL-{name}"
    if kind is Concept:
        return Concept(text=f"NÅL-{name}")
    if get_origin(kind) is tuple and get_args(kind)[0] is Concept:
        return (Concept(text=f"NÅL-{name}"),)
    if get_origin(kind) is tuple and get_args(kind)[0] is str:
        return (f"NÅL-{name}",)
    if get_args(kind) and type(None) in get_args(kind):
        inner = [one for one in get_args(kind) if one is not type(None)]
        return _sentinel(inner[0], name) if len(inner) == 1 else None
    return None


_ELSEWHERE = {
    ("observation", "category"),
    ("care_plan", "status"),
    ("procedure", "status"),
    ("patient", "language"),
    ("medication_order", "stated_status"),
    ("diagnostic_report", "category"),
    ("referral", "answers"),
    ("note", "template"),
    ("note", "why_corrected"),
    ("note", "form"),
    ("note", "answers"),
}
"""Codes, what another element says already, and a form's own answers: in the records' own export."""


@pytest.mark.parametrize("kind", sorted({*BODIES, "attention", "medication_review"}))
def test_every_word_a_record_can_say_leaves(kind: str) -> None:
    body = {
        **BODIES,
        "attention": ALERTS["B"],
        "medication_review": MedicationReview(type="simple"),
    }[kind]
    lost = []
    for field in msgspec.structs.fields(type(body)):
        said = _sentinel(field.type, field.name)
        if said is None or (kind, field.name) in _ELSEWHERE:
            continue
        changed = msgspec.structs.replace(body, **{field.name: said})
        text = fhir_bytes({"all": _made(kind, changed)}).decode()
        if f"NÅL-{field.name}" not in text:
            lost.append(field.name)
    assert lost == []


def test_steering_of_access_says_that_it_has_no_form() -> None:
    for family in sorted(_STEERING & BY_NAME.keys()):
        with pytest.raises(NotExported, match=family):
            to_fhir(_steering(family))


def _steering(family: str) -> Any:
    state = entity_state([a_record("procedure", BODIES["procedure"])])
    return replace(state, family=family)
