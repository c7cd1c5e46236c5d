"""What the shipped content says, and where it stays silent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.findings import Card

AS_OF = date(2026, 3, 2)
Case = dict[str, Any]


def cards(case: Case) -> tuple[Card, ...]:
    return engine().evaluate(facts_from(case, as_of=AS_OF, name="case"))


def drug(atc: str, **more: Any) -> Case:
    return {"atc": atc, "name": atc, "route": "oral", "status": "active", **more}


def on(*listed: Case, new: Case | None = None, **more: Any) -> Case:
    return {
        "patient": {"age": 50, "sex": "M"},
        "medications": list(listed),
        "new_order": new,
    } | more


def lab(code: str, value: float, unit: str = "", day: str = "2026-02-20") -> Case:
    return {"code": code, "value": value, "unit": unit, "date": day}


PAIRS = [
    ("N06BA04", "N06AF04"),
    ("J05AE08", "A02BC01"),
    ("M04AA03", "L04AX01"),
    ("N06AB06", "N06AG02"),
    ("L01CE02", "J02AC02"),
    ("N02AB02", "N06AF03"),
    ("N06AA09", "N06AF03"),
    ("C01BD01", "C07AA07"),
    ("N05CH02", "N06AB08"),
    ("J05AE10", "J04AB02"),
    ("C10AA01", "J01FA09"),
    ("N02CA02", "J05AE03"),
    ("M03BX02", "J01MA02"),
    ("N06AF04", "L01XB01"),
    ("N02CC01", "N06AG02"),
]


@pytest.mark.parametrize(("one", "other"), [*PAIRS, *((b, a) for a, b in PAIRS)])
def test_each_published_high_priority_pair_interrupts_whichever_is_new(
    one: str, other: str
) -> None:
    found = cards(on(drug(one), new=drug(other)))
    assert any(
        c.lead.category == "interaction" and c.interruptive and {one, other} <= set(c.about)
        for c in found
    )


WARFARIN, IBUPROFEN, OMEPRAZOLE = drug("B01AA03"), drug("M01AE01"), drug("A02BC01")
PENICILLIN = {"substance": "penicillin", "substance_atc": "J01C", "reaction": "anafylaxi"}
SILENT = {
    "stopped": on(drug("N06AG02", status="stopped", stop="2026-01-01"), new=drug("N06AB06")),
    "course is over": on(drug("J01FA09", planned_stop="2026-02-20"), new=drug("C10AA01")),
    "planned": on(drug("J01FA09", status="planned", start="2026-05-01"), new=drug("C10AA01")),
    "topical": on(WARFARIN, new=drug("M02AA15", route="cutaneous")),
    "oral code on the skin": on(WARFARIN, new=drug("M01AB05", route="cutaneous")),
    "refuted allergy": on(
        allergies=[PENICILLIN | {"verification": "refuted"}], new=drug("J01CA04")
    ),
    "resolved allergy": on(
        allergies=[PENICILLIN | {"verification": "resolved"}], new=drug("J01CA04")
    ),
    "another side chain": on(
        allergies=[PENICILLIN | {"severity": "severe"}], new=drug("J01DB04", route="intravenous")
    ),
    "refuted heart failure": on(diagnoses=[{"icd10": "I50.9", "status": "refuted"}], new=IBUPROFEN),
    "a relative's asthma": on(
        diagnoses=[{"icd10": "J45.9", "subject": "family"}], new=drug("C07AA05")
    ),
    "renewal": on(drug("C07AB02"), new=drug("C07AB02", replaces="C07AB02")),
    "planned switch": on(
        drug("C09AA02", planned_stop="2026-03-10"), new=drug("C09CA01", start="2026-03-11")
    ),
    "base and as needed": on(drug("N02AA01"), new=drug("N02AA01", prn=True)),
    "two insulins": on(drug("A10AE04"), new=drug("A10AB05")),
    "weekly methotrexate, followed": on(
        drug("B03BB01"),
        new=drug("L04AX03", schedule="weekly"),
        labs=[lab("B-LPK", 6), lab("P-ALAT", 0.5), lab("eGFR", 80, "mL/min/1.73m2")],
    ),
    "protected by a PPI": on(OMEPRAZOLE, new=IBUPROFEN, patient={"age": 70, "sex": "F"}),
    "large body, relative 36": on(
        new=drug("J01XE01"),
        patient={"age": 50, "sex": "M", "weight_kg": 125, "height_cm": 195},
        labs=[lab("eGFR", 36, "mL/min/1.73 m²")],
    ),
    "low priority": on(drug("C07AB02"), new=drug("N06AB06")),
}


@pytest.mark.parametrize("name", SILENT)
def test_it_stays_silent(name: str) -> None:
    assert [(c.lead.rule, c.lead.severity) for c in cards(SILENT[name])] == []


ALARM: dict[str, tuple[Case, str, str, bool]] = {
    "warfarin and NSAID in old age": (
        on(WARFARIN, new=IBUPROFEN, patient={"age": 80, "sex": "F"}),
        "interaction",
        "critical",
        True,
    ),
    "warfarin and NSAID with PPI": (
        on(WARFARIN, OMEPRAZOLE, new=IBUPROFEN),
        "interaction",
        "warning",
        False,
    ),
    "MAO inhibitor stopped a week ago": (
        on(drug("N06AF04", status="stopped", stop="2026-02-24"), new=drug("N06AB06")),
        "interaction",
        "critical",
        True,
    ),
    "fluoxetine stopped a month ago": (
        on(drug("N06AB03", status="stopped", stop="2026-02-05"), new=drug("N06AF04")),
        "interaction",
        "critical",
        True,
    ),
    "small body, relative 45": (
        on(
            new=drug("J01XE01"),
            patient={"age": 80, "sex": "F", "weight_kg": 42, "height_cm": 150},
            labs=[lab("eGFR", 45, "mL/min/1.73m2")],
        ),
        "renal",
        "critical",
        True,
    ),
    "kidney function is old": (
        on(new=drug("A10BA02"), labs=[lab("eGFR", 20, "mL/min/1.73m2", "2024-01-01")]),
        "renal",
        "info",
        False,
    ),
    "daily methotrexate": (on(new=drug("L04AX03", schedule="daily")), "dose", "critical", True),
    "penicillin anaphylaxis": (
        on(allergies=[PENICILLIN], new=drug("J01CA04")),
        "allergy",
        "critical",
        True,
    ),
    "shared side chain": (
        on(
            allergies=[
                {"substance": "amoxicillin", "substance_atc": "J01CA04", "severity": "severe"}
            ],
            new=drug("J01DB05"),
        ),
        "allergy",
        "critical",
        True,
    ),
    "codeine to a child, in a combination": (
        on(new=drug("N02AJ06"), patient={"age": 8}),
        "age",
        "critical",
        True,
    ),
    "ACE inhibitor in week 24": (
        on(
            new=drug("C09BA02"),
            patient={"age": 30, "sex": "F", "pregnant": True, "gestational_week": 24},
        ),
        "pregnancy",
        "critical",
        True,
    ),
    "same substance twice": (
        on(drug("N06AB06"), new=drug("N06AB06")),
        "duplicate",
        "warning",
        False,
    ),
    "paracetamol adds up": (
        on(
            drug("N02BE01", dose_per_day={"value": 3, "unit": "g"}),
            new=drug("N02BE01", prn=True, dose_per_day={"value": 2000, "unit": "mg"}),
        ),
        "dose",
        "critical",
        True,
    ),
    "an old ATC code": (
        on(
            new=drug("N03AX12", dose_per_day={"value": 2400, "unit": "mg"}),
            patient={"age": 80, "sex": "F", "weight_kg": 50, "height_cm": 160},
            labs=[lab("P-Kreatinin", 180, "µmol/L")],
        ),
        "renal",
        "warning",
        False,
    ),
    "NSAID in heart failure": (
        on(new=IBUPROFEN, diagnoses=[{"icd10": "I50.9"}]),
        "contraindication",
        "critical",
        True,
    ),
}


@pytest.mark.parametrize("name", ALARM)
def test_it_speaks_in_the_right_tier(name: str) -> None:
    case, category, severity, interruptive = ALARM[name]
    found = [c for c in cards(case) if c.lead.category == category]
    assert [(c.lead.severity, c.interruptive) for c in found] == [(severity, interruptive)]


def test_opening_a_chart_interrupts_nobody() -> None:
    found = cards(on(WARFARIN, IBUPROFEN, hook="patient-view"))
    assert found
    assert not any(c.interruptive for c in found)


def test_what_rests_on_memory_never_interrupts() -> None:
    rules = engine().index.rules
    assert not [
        r.rule.id for r in rules if not r.rule.verified and any(v.interrupts for _c, v in r.levels)
    ]


def test_the_kidney_is_asked_for_where_it_may_be_ill_and_not_in_everybody() -> None:
    def told(age: int, *diagnoses: str) -> list[tuple[str, bool]]:
        case = {
            "patient": {"age": age, "sex": "F", "pregnant": False, "breastfeeding": False},
            "diagnoses": [{"icd10": code} for code in diagnoses],
            "new_order": drug("J01XE01"),
        }
        return [(card.lead.severity, card.lead.unknown) for card in cards(case)]

    assert told(30) == []
    assert told(30, "N18.3") == [("info", True)]
    assert told(82) == [("info", True)]


def test_a_kidney_function_in_a_unit_nobody_knows_is_none() -> None:
    def told(unit: str) -> tuple[str, bool]:
        lab = {"code": "eGFR", "value": 20, "unit": unit, "date": "2026-02-10"}
        case = {"patient": {"age": 80, "sex": "F"}, "labs": [lab], "new_order": drug("A10BA02")}
        (card,) = cards(case)
        return card.lead.severity, card.lead.unknown

    assert told("mL/min/1,73 m²") == told("mL/min") == ("critical", False)
    assert told("bananas") == ("info", True)


def test_a_gestational_week_says_that_she_is_pregnant() -> None:
    def told(**known: object) -> list[str]:
        case = {"patient": {"age": 30, "sex": "F", **known}, "new_order": drug("C09AA02")}
        return [card.lead.severity for card in cards(case)]

    assert told(gestational_week=20) == told(pregnant=True, gestational_week=20) == ["critical"]
    assert told(pregnant=False, gestational_week=20) == told() == []


@pytest.mark.parametrize(
    ("value", "unit"), [(250, "µmol/L"), (0.25, "mmol/L"), (2.83, "mg/dL"), (250, "umol/l")]
)
def test_creatinine_is_read_in_the_units_it_is_written_in(value: float, unit: str) -> None:
    lab = {"code": "P-Kreatinin", "value": value, "unit": unit, "date": "2026-02-10"}
    case = {"patient": {"age": 80, "sex": "F"}, "labs": [lab], "new_order": drug("A10BA02")}
    (card,) = cards(case)
    assert (card.lead.severity, card.lead.unknown) == ("critical", False)
