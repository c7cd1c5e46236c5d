"""Records become facts exactly: doses, routes, schedules, dates; what is not said stays unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_diagnosis, a_patient, an_attention, an_observation
from workstation.content import shipped
from workstation.decision_support.facts import Amount
from workstation.decision_support.records.facts_of import Chart, facts_of
from workstation.decision_support.records.medicines import fits_use, is_coded, ordered, route_of
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.dosage import parse_dosage
from workstation.domain.medication import Drug, MedicationOrder
from workstation.domain.observation import NPU, Component, Observation
from workstation.domain.patient import Patient
from workstation.domain.values import Coding, Concept, Quantity, millis_of

LIBRARY = shipped.engine().library
TODAY = date(2026, 3, 2)


def an_order(typed: str, unit: str = "tablett", **drug: Any) -> MedicationOrder:
    dosage = parse_dosage(typed, unit=unit)
    return MedicationOrder(action="prescribe", drug=Drug(**drug), dosage=dosage)


def mg(value: str) -> Amount:
    return Amount(value=Decimal(value), unit="mg")


@pytest.mark.parametrize(
    ("typed", "unit", "strength", "amount"),
    [
        ("1+0+1+0", "tablett", "2,5 mg", mg("5")),
        ("2 vb högst 6/dygn", "tablett", "665 mg", mg("3990")),
        ("2 mL x 2", "mL", "10 mg/mL", mg("40")),
        ("400 mg x 3", "tablett", "", mg("1200")),
        ("10 mg 1 gång i veckan", "tablett", "2,5 mg", mg("10")),
        ("1x1", "tablett", "30 mg/500 mg", mg("500")),
        ("1x1", "tablett", "", None),
        ("1 vb", "tablett", "5 mg", None),
        ("2 mL x 2", "mL", "500 mg", None),
    ],
)
def test_a_dose_a_day_is_said_in_mass_or_not_at_all(
    typed: str, unit: str, strength: str, amount: Amount | None
) -> None:
    found = ordered(an_order(typed, unit, name="furosemid", strength=strength), LIBRARY)
    assert found.dose_per_day == amount


@pytest.mark.parametrize(
    ("typed", "unit", "strength", "amount"),
    [
        ("2+0+1+0", "tablett", "500 mg", mg("1000")),
        ("1-2 vb högst 6/dygn", "tablett", "500 mg", mg("1000")),
        ("400 mg x 3", "tablett", "", mg("400")),
        ("2 mL x 2", "mL", "10 mg/mL", mg("20")),
        ("1x1", "tablett", "30 mg/500 mg", mg("500")),
    ],
)
def test_a_single_dose_is_the_most_at_one_time(
    typed: str, unit: str, strength: str, amount: Amount | None
) -> None:
    found = ordered(an_order(typed, unit, name="paracetamol", strength=strength), LIBRARY)
    assert found.single_dose == amount


@pytest.mark.parametrize(
    ("typed", "schedule", "as_needed"),
    [
        ("1x1", "daily", False),
        ("1 var 8:e timme", "daily", False),
        ("4 tabletter 1 gång i veckan", "weekly", False),
        ("1 tablett mån", "weekly", False),
        ("1 tablett mån ons fre", "other", False),
        ("1-2 vb högst 4/dygn", "daily", True),
    ],
)
def test_the_schedule_is_told_apart(typed: str, schedule: str, as_needed: bool) -> None:  # noqa: FBT001
    found = ordered(an_order(typed, name="metotrexat"), LIBRARY)
    assert (found.schedule, found.prn) == (schedule, as_needed)


@pytest.mark.parametrize(
    ("route", "form", "content"),
    [
        ("peroralt", "", "oral"),
        ("oral användning", "", "oral"),
        ("okulär användning", "", "ocular"),
        ("kutan användning", "", "cutaneous"),
        ("subkutan användning", "", "subcutaneous"),
        ("i.v.", "", "intravenous"),
        ("iv", "", "intravenous"),
        ("nasal användning", "", "nasal"),
        ("sublingual användning", "", "oromucosal"),
        ("transdermal användning", "", "transdermal"),
        ("användning i örat", "", "otic"),
        ("", "tablett", "oral"),
        ("", "ögondroppar", "ocular"),
        ("", "", None),
    ],
)
def test_routes_are_read_in_swedish_words(route: str, form: str, content: str | None) -> None:
    assert route_of(Drug(name="x", route=route, form=form)) == content


def test_a_name_finds_its_code_and_a_local_form_its_own() -> None:
    swallowed = ordered(an_order("1x1", name="Ketokonazol", form="tablett"), LIBRARY)
    rubbed_in = ordered(an_order("1x1", name="Ketokonazol", form="kräm"), LIBRARY)
    assert (swallowed.atc, rubbed_in.atc) == ("J02AB02", "D01AC08")


def test_a_cream_is_not_written_down_with_the_code_of_the_tablet() -> None:
    cream = ordered(an_order("1x1", name="Hydrokortison", form="kräm"), LIBRARY)
    assert not fits_use(cream)
    assert fits_use(ordered(an_order("1x1", name="Hydrokortison", form="tablett"), LIBRARY))


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_two_names_that_nobody_knows_are_two_medicines(one: str, other: str) -> None:
    first, second = (
        ordered(MedicationOrder(action="prescribe", drug=Drug(name=f"xq{name}")), LIBRARY)
        for name in (one, other)
    )
    assert not is_coded(first)
    same = f"xq{one}".strip().casefold() == f"xq{other}".strip().casefold()
    assert (first.atc == second.atc) is same


def body(record: Any) -> Any:
    return record.body


def test_a_chart_is_facts_with_what_is_known_and_nothing_else() -> None:
    person = body(a_patient(birth_date="1941-03-08", sex="female"))
    assert isinstance(person, Patient)
    weight = an_observation(
        concept=Concept(text="Kroppsvikt"), quantity=Quantity(value="67.9", unit="kg")
    )
    potassium = an_observation(
        concept=Concept(text="P-Kalium", codings=(Coding(system=NPU, code="NPU03230"),)),
        quantity=Quantity(value="5.6", unit="mmol/L"),
    )
    results = tuple((millis_of("2026-03-01"), body(one)) for one in (weight, potassium))
    assert all(isinstance(one, Observation) for _at, one in results)
    chart = Chart(
        person=person,
        diagnoses=(body(a_diagnosis()), body(a_diagnosis(verification="refuted"))),
        attentions=(body(an_attention()),),
        results=results,
    )
    facts = facts_of(chart, LIBRARY, TODAY)
    assert facts.patient.age == 84
    assert facts.patient.sex == "F"
    assert facts.patient.weight_kg == Decimal("67.9")
    assert facts.patient.height_cm is None
    assert facts.patient.pregnant is False, "nobody of 84 is asked"
    assert [(d.icd10, d.status) for d in facts.diagnoses] == [
        ("I10.9", "active"),
        ("I10.9", "refuted"),
    ]
    assert [(lab.code, lab.value, lab.date) for lab in facts.labs] == [
        ("P-Kalium", Decimal("5.6"), date(2026, 3, 1))
    ]
    assert facts.allergies[0].severity is not None


@pytest.mark.parametrize(
    ("born", "sex", "code", "expects"),
    [
        ("1996-01-01", "female", "", None),
        ("1996-01-01", "female", "Z33.9", True),
        ("1996-01-01", "male", "", False),
        ("1996-01-01", "unknown", "", None),
    ],
)
def test_pregnancy_that_nobody_has_recorded_is_unknown(
    born: str,
    sex: str,
    code: str,
    expects: bool | None,  # noqa: FBT001
) -> None:
    coding = (Coding(system="http://hl7.org/fhir/sid/icd-10-se", code=code),)
    diagnoses = (Diagnosis(concept=Concept(codings=coding)),) if code else ()
    person = body(a_patient(birth_date=born, sex=sex))
    facts = facts_of(Chart(person=person, diagnoses=diagnoses), LIBRARY, TODAY)
    assert facts.patient.pregnant is expects


def test_what_was_asked_and_denied_is_no_hypersensitivity() -> None:
    none = Attention(category="C", concept=Concept(text="ingen känd"), none_known=True)
    gone = Attention(category="C", concept=Concept(text="penicillin"), status="refuted")
    facts = facts_of(Chart(attentions=(none, gone)), LIBRARY, TODAY)
    assert [one.verification for one in facts.allergies] == ["refuted"]


def test_a_pressure_in_two_parts_is_two_values() -> None:
    pressure = Observation(
        concept=Concept(text="Blodtryck"),
        components=tuple(
            Component(
                concept=Concept(codings=(Coding(system="http://loinc.org", code=code),)),
                quantity=Quantity(value=value, unit="mm[Hg]"),
            )
            for code, value in (("8480-6", "85"), ("8462-4", "55"))
        ),
    )
    facts = facts_of(Chart(results=((millis_of("2026-03-01"), pressure),)), LIBRARY, TODAY)
    assert [(lab.code, lab.value) for lab in facts.labs] == [
        ("Systoliskt blodtryck", Decimal(85)),
        ("Diastoliskt blodtryck", Decimal(55)),
    ]


@pytest.mark.parametrize(
    ("said", "smokes"),
    [
        ("Never smoker", [False]),
        ("Tidigare rökare", [False]),
        ("Röker inte", [False]),
        ("Dagligrökare", [True]),
        ("Current every day smoker", [True]),
        ("okänt", []),
    ],
)
def test_smoking_is_understood_or_not_known(said: str, smokes: list[bool]) -> None:
    asked = Concept(codings=(Coding(system="http://loinc.org", code="72166-2"),))
    result = Observation(concept=asked, coded=Concept(text=said))
    facts = facts_of(Chart(results=((millis_of("2026-03-01"), result),)), LIBRARY, TODAY)
    assert [sign.present for sign in facts.signs] == smokes
