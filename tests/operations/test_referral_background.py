"""What a referral begins with: the record's own facts as text, with where each stands, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    GRACE,
    a_diagnosis,
    a_medication_order,
    a_patient,
    a_time,
    an_attention,
    an_observation,
)
from tests.ward import Ward
from workstation.domain.diagnosis import ICD10SE
from workstation.domain.medication import ATC, Drug
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity
from workstation.operations.referral_background import FromRecord, background


async def told(ward: Ward, *records: Record, **about: Any) -> dict[str, FromRecord]:
    await ward.put(a_patient(**{"birth_date": "1941-03-08", "sex": "female", **about}), *records)
    line = await ward.cache.patient(GRACE)
    assert line is not None
    found = await background(line, records=ward.cache, now=ward.clock.now())
    return {str(name): one for name, one in found.items()}


def a_result(name: str, value: str, unit: str, code: str = "", **fields: Any) -> Record:
    codings = (Coding(system=NPU, code=code),) if code else ()
    return an_observation(
        concept=Concept(text=name, codings=codings),
        quantity=Quantity(value=value, unit=unit),
        category="laboratory",
        reference=None,
        interpretation="",
        **fields,
    )


def a_drug(name: str, atc: str) -> Record:
    concept = Concept(text=name, codings=(Coding(system=ATC, code=atc),))
    return a_medication_order(drug=Drug(name=name, form="tablett", concept=concept))


async def test_every_line_says_where_it_stands_in_the_record(ward: Ward) -> None:
    heart = Concept(text="Hjärtsvikt", codings=(Coding(system=ICD10SE, code="I50.9"),))
    found = await told(ward, a_diagnosis(concept=heart, onset="2024-11-02"))

    assert found["problems"].text.startswith("Hjärtsvikt (I50.9), sedan 2024-11-02 [")
    assert found["problems"].text.endswith("2026-03-02]")


async def test_renal_function_stands_with_its_date_and_is_flagged_when_low_old_or_missing(
    ward: Ward,
) -> None:
    assert "beställ" in (await told(ward))["kidney"].caution

    low = a_result("Pt-eGFR(Krea)relativ", "38", "mL/min/1,73 m²", effective="2026-03-01")
    found = (await told(ward, low))["kidney"]
    assert "38" in found.text
    assert "2026-03-01]" in found.text
    assert found.caution == "eGFR under 45."


async def test_an_old_renal_function_is_said_to_be_old(ward: Ward) -> None:
    old = a_result("P-Kreatinin", "80", "µmol/L", "NPU04998", effective="2025-06-01")
    caution = (await told(ward, old))["kidney"].caution
    assert "Äldre än 3 månader" in caution
    assert "Inget eGFR" in caution


@pytest.mark.parametrize(
    ("name", "atc"), [("metformin", ""), ("Janumet", "A10BD07"), ("metformin", "A10BA02")]
)
async def test_metformin_is_found_by_name_and_inside_combinations(
    ward: Ward, name: str, atc: str
) -> None:
    found = (await told(ward, a_drug(name, atc)))["metformin"]
    assert name.lower() in found.text.lower()
    assert "uppehåll" in found.caution


async def test_no_metformin_is_only_said_of_a_whole_record(ward: Ward) -> None:
    found = await told(ward, a_drug("amlodipin", "C08CA01"))
    assert found["metformin"].text == "Inget metformin i läkemedelslistan 2026-03-02."


async def test_pregnancy_is_never_guessed(ward: Ward) -> None:
    young = await told(ward, birth_date="1995-01-01")
    assert young["pregnancy"].answer == ""
    assert "fråga patienten" in young["pregnancy"].caution


async def test_a_recorded_pregnancy_is_told_and_an_impossible_one_not_asked_for(
    ward: Ward,
) -> None:
    code = (Coding(system=ICD10SE, code="Z34.9"),)
    pregnant = a_diagnosis(concept=Concept(text="Graviditet", codings=code))
    found = await told(ward, pregnant, birth_date="1995-01-01")
    assert found["pregnancy"].answer == "pregnant"


async def test_an_old_woman_is_not_asked_about_pregnancy(ward: Ward) -> None:
    assert (await told(ward))["pregnancy"].answer == "not_relevant"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Pacemaker", True),
        ("Höftprotes vänster", True),
        ("Kranskärlsstent 2019", True),
        ("ICD", True),
        ("MRSA, resistent", False),
        ("Diabetes typ 2", False),
    ],
)
async def test_implants_are_found_inside_swedish_compounds_and_nowhere_else(
    ward: Ward, words: str, is_one: bool
) -> None:
    concept = Concept(text=words)
    found = await told(ward, an_attention(category="A", concept=concept, severity=""))
    assert ("MR-säkerhet" in found["implants"].caution) is is_one


async def test_hypersensitivity_that_nobody_asked_about_is_left_to_be_asked(ward: Ward) -> None:
    found = (await told(ward))["hypersensitivity"]
    assert (found.text, found.caution) == ("", "Journalen säger inget om detta: fråga patienten.")


async def test_weight_comes_as_an_amount_with_its_day(ward: Ward) -> None:
    weighed = a_result("Kroppsvikt", "67.9", "kg", effective="2026-03-01", written_at=a_time(3))
    found = (await told(ward, weighed))["weight"]
    assert found.answer == "67.9"
    assert found.text.startswith("67,9 kg [")
    assert found.caution == ""
