"""What is promised about what the invented records say."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.generator.worlds import AS_OF, by_entity, everything, world
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.kinds import entity_state
from workstation.domain.medication import Administration, MedicationOrder, order_state
from workstation.domain.note import Note
from workstation.domain.observation import NPU, Observation
from workstation.domain.patient import Patient
from workstation.domain.record import Record
from workstation.domain.referral import Referral, ReferralAnswer
from workstation.generator.drugs import preparations
from workstation.generator.lasting import conditions
from workstation.generator.physiology import lund_malmo
from workstation.generator.vocabulary import analyses, diagnoses, phrases, vitals
from workstation.generator.wards import news2

ENGLISH = re.compile(
    r"\b(the|and|with|of|patient's|visit|blood pressure|note|tablet|daily|history|none|unknown|"
    r"follow|test|signed|year|years|day|days|left|right|pain|fever)\b",
    re.IGNORECASE,
)


def _texts(record: Record) -> list[str]:
    body = record.body
    if isinstance(body, Note):
        return [body.title, *(part for s in body.sections for part in (s.term, s.text))]
    if isinstance(body, Referral):
        return [body.question, body.background]
    if isinstance(body, ReferralAnswer):
        return [body.text]
    if isinstance(body, MedicationOrder):
        dosage = body.dosage.text if body.dosage else ""
        return [body.why, body.purpose, body.follow_up_how, dosage]
    if isinstance(body, Attention):
        return [body.concept.text, body.comment]
    return []


def _all_texts() -> list[str]:
    return [t for records in everything() for record in records for t in _texts(record) if t]


def test_no_english_word_has_slipped_into_a_text() -> None:
    found = {match[0] for text in _all_texts() for match in ENGLISH.finditer(text)}

    assert not found


def test_no_placeholder_none_or_doubled_blank_is_left_in_a_text() -> None:
    for text in _all_texts():
        assert not re.search(r"[{}]|\bNone\b|\bnan\b|  |\.\.| \.|^\s|\s$", text), text


def test_texts_use_the_decimal_comma() -> None:
    for text in _all_texts():
        assert not re.search(r"\d\.\d", re.sub(r"\d\d\.\d\d\b", "", text)), text


def test_notes_hold_negations_as_clinicians_write_them() -> None:
    text = " ".join(_all_texts())

    for negation in ("Ingen blödning", "Ej feber", "Inga suicidtankar", "Ingen bröstsmärta"):
        assert negation in text


def test_notes_are_varied() -> None:
    notes = [r.body.text for records in everything() for r in records if isinstance(r.body, Note)]
    counted = Counter(notes)

    assert len(counted) > 0.75 * len(notes)


@pytest.mark.parametrize("name", list(conditions()))
def test_every_condition_refers_only_to_words_that_exist(name: str) -> None:
    condition = conditions()[name]

    assert set(condition["diagnos"]) <= diagnoses().keys()
    assert set(condition["prover"]) <= analyses().keys()
    assert condition.get("effekt", {}).keys() <= analyses().keys() | vitals().keys()
    for choices in condition["lakemedel"]:
        assert set(choices) <= preparations().keys()


@pytest.mark.parametrize("name", list(phrases("acute")))
def test_every_passing_trouble_refers_only_to_words_that_exist(name: str) -> None:
    trouble = phrases("acute")[name]

    codes = {
        *trouble["diagnos"],
        *(c for v in trouble.get("varianter", ()) for c in v.get("diagnos", ())),
    }
    assert codes <= diagnoses().keys()
    assert set(trouble.get("prover", ())) <= analyses().keys()
    assert trouble.get("lakemedel", "Paracetamol 500 mg") in preparations()


def test_the_vocabulary_is_as_large_as_promised() -> None:
    substances = {preparation.substance for preparation in preparations().values()}

    assert len(substances) >= 150
    assert len(diagnoses()) >= 150
    assert len(analyses()) >= 60
    for preparation in preparations().values():
        assert re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", preparation.drug.atc)
    for code in diagnoses():
        assert re.fullmatch(r"[A-Z]\d\d\.\d[A-Z]?", code)


def test_a_dosings_words_and_numbers_say_the_same() -> None:
    for order in _orders():
        assert order.dosage is not None
        if not order.dosage.steps:
            assert order.dosage.text
            continue
        step = order.dosage.steps[0]
        said = [
            Decimal(n.replace(",", ".")) for n in re.findall(r"\d+(?:,\d+)?", order.dosage.text)
        ]
        taken = [Decimal(a) for a in step.amounts if Decimal(a)] or [Decimal(step.dose or "0")]
        assert said[: len(taken)] == taken, order.dosage.text
        if step.max_per_day is not None:
            assert said[-1] == Decimal(step.max_per_day)


def test_no_dose_is_more_than_twice_or_less_than_half_the_usual() -> None:
    usual = {(p.drug.name, p.drug.strength, p.drug.form): p.dosage for p in preparations().values()}
    for order in _orders():
        assert order.drug is not None
        assert order.dosage is not None
        if "mL" in order.drug.strength and order.drug.form.startswith("Oral"):
            continue  # by the child's weight
        expected = usual[order.drug.name, order.drug.strength, order.drug.form]
        if expected.steps and expected.steps[0].amounts:
            most = sum(map(Decimal, expected.steps[0].amounts))
            given = sum(map(Decimal, order.dosage.steps[0].amounts))
            assert most / 2 <= given <= most * 2


def test_methotrexate_is_only_ever_taken_once_a_week() -> None:
    assert preparations()["Metotrexat 2,5 mg"].dosage.steps[0].period_unit == "wk"
    for order in _orders():
        assert order.drug is not None
        assert order.dosage is not None
        if order.drug.name == "Metotrexat":
            step = order.dosage.steps[0]
            assert (step.frequency, step.period, step.period_unit) == (1, 1, "wk")


def test_every_order_says_why_and_how_it_is_followed_up() -> None:
    for order in _orders():
        assert order.reason is not None
        assert order.reason.text
        assert order.purpose
        assert order.follow_up_how


def test_a_very_old_patient_takes_fourteen_medicines() -> None:
    counts = [
        _current_orders(records)
        for batch, records in zip(world()[1], everything(), strict=True)
        if batch.archetype == "multisjuk äldre"
    ]

    assert max(counts) >= 14


def test_doses_given_are_of_orders_in_the_same_chart() -> None:
    for records in everything():
        orders = {r.entity for r in records if isinstance(r.body, MedicationOrder)}
        given = [r.body for r in records if isinstance(r.body, Administration)]
        assert all(body.order in orders for body in given)
        assert all(body.amount for body in given if body.status == "given")


def test_penicillin_is_not_ordered_for_somebody_who_does_not_tolerate_it() -> None:
    for records in everything():
        known = [
            r.written_at
            for r in records
            if isinstance(r.body, Attention) and r.body.concept.text == "Penicillin"
        ]
        for record in records:
            body = record.body
            if known and isinstance(body, MedicationOrder) and body.drug is not None:
                assert not (body.drug.atc.startswith("J01C") and record.written_at > known[0])


def test_results_carry_code_unit_range_and_the_flag_that_follows_from_them() -> None:
    results = [
        r.body
        for records in everything()
        for r in records
        if isinstance(r.body, Observation) and r.body.category == "laboratory"
    ]

    assert len({body.concept.code_in(NPU) for body in results}) >= 30
    for body in results:
        assert body.quantity is not None
        assert body.reference is not None
        assert body.quantity.unit or body.concept.text in ("B-EVF", "kB-pH")
        _check_flag(body)


def test_diagnoses_are_coded() -> None:
    for records in everything():
        for record in records:
            if isinstance(record.body, Diagnosis):
                assert record.body.concept.code_in(ICD10SE)


def test_hypersensitivity_is_known_absent_or_not_asked_about() -> None:
    said = set()
    for records in everything():
        found = [
            r.body for r in records if isinstance(r.body, Attention) and r.body.category == "C"
        ]
        said.add("not asked" if not found else "none" if found[0].none_known else "known")

    assert said == {"known", "none", "not asked"}


def test_only_people_of_the_right_sex_and_age_are_pregnant_or_have_prostate_cancer() -> None:
    for records in everything():
        patient = next(r.body for r in records if isinstance(r.body, Patient))
        codes = {r.body.concept.code_in(ICD10SE) for r in records if isinstance(r.body, Diagnosis)}
        if codes & {"Z34.9", "O80.0", "C50.9", "N30.0"}:
            assert patient.sex == "female"
        if "C61.9" in codes:
            assert patient.sex == "male"


def test_creatinine_and_egfr_of_one_sample_agree() -> None:
    for records in everything():
        patient = next(r.body for r in records if isinstance(r.body, Patient))
        for entity in by_entity(records).values():
            body = entity[0].body
            if isinstance(body, Observation) and body.concept.text.startswith("Pt-eGFR"):
                assert body.quantity is not None
                assert 2 <= float(body.quantity.value) <= 90
                assert patient.birth_date is not None
                assert int(patient.birth_date[:4]) <= AS_OF.year - 18


def test_the_formulas_give_their_published_values() -> None:
    assert round(lund_malmo(70, 40, female=False)) == 100
    assert news2({"af": 18, "sat": 97, "sbt": 130, "puls": 80, "temp": 37.0}) == 0
    assert news2({"af": 25, "sat": 91, "sbt": 90, "puls": 131, "temp": 39.1}) == 14


def _check_flag(body: Observation) -> None:
    assert body.quantity is not None
    assert body.reference is not None
    value = Decimal(body.quantity.value)
    low = Decimal(body.reference.low.value) if body.reference.low else None
    high = Decimal(body.reference.high.value) if body.reference.high else None
    if body.quantity.comparator:
        assert body.interpretation == ""
        return
    below, above = low is not None and value < low, high is not None and value > high
    expected = {"L", "LL"} if below else {"H", "HH"} if above else {"", "LL", "HH"}
    assert body.interpretation in expected


def _orders() -> list[MedicationOrder]:
    return [
        record.body
        for records in everything()
        for record in records
        if isinstance(record.body, MedicationOrder) and record.body.drug is not None
    ]


def _current_orders(records: tuple[Record, ...]) -> int:
    orders = [v for v in by_entity(records).values() if v[0].kind == "medication_order"]
    return sum(order_state(entity_state(versions)).current for versions in orders)
