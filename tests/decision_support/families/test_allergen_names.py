"""What somebody wrote as a hypersensitivity is understood: in English, misspelt, as a group."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workstation.content.cases import facts_from
from workstation.content.shipped import engine

DAY = date(2026, 3, 2)


def told(substance: str, atc: str, **more: Any) -> list[str]:
    """Return the tiers of what the recorded name says about ordering ``atc``."""
    entry = {"substance": substance, "reaction": "anafylaxi", "severity": "severe"}
    case = {
        "allergies": [entry | {"verification": "confirmed"}],
        "new_order": {"atc": atc, "route": "oral"},
    }
    found = engine().findings(facts_from(case | more, as_of=DAY, name="names"))
    return [one.severity for one in found if one.category == "allergy"]


@pytest.mark.parametrize(
    ("written", "atc"),
    [
        ("pencillin", "J01CE02"),
        ("penicilin", "J01CA04"),
        ("Amoxicilin", "J01CA04"),
        ("diclofenac", "M01AE01"),
        ("Sulfonamides", "J01EE01"),
        ("allergisk mot macrolides", "J01FA01"),
        ("codeine", "N02AJ06"),
        ("statiner", "C10AA05"),
        ("Rivarxoaban", "B01AF01"),
        ("Doxycklin", "J01AA02"),
        ("Orlistta", "A08AB01"),
        ("Sulfametoxazol", "A07EC01"),
        ("budesonid", "A07EA06"),
        ("insulin", "A10AB05"),
    ],
)
def test_a_name_is_understood_in_spite_of_language_and_spelling(written: str, atc: str) -> None:
    assert told(written, atc) == ["critical"]


@pytest.mark.parametrize(
    ("written", "atc"),
    [("latex", "C03CA01"), ("björkpollen", "J01CE02"), ("kiwi", "N06AB06"), ("damm", "R06AX13")],
)
def test_a_short_word_is_not_guessed_to_be_a_medicine(written: str, atc: str) -> None:
    assert told(written, atc) == []


@pytest.mark.parametrize("written", ["allergi mot penicillin", "pencillin", "J01CE02"])
def test_whoever_is_hypersensitive_to_a_group_is_not_told_to_choose_from_it(written: str) -> None:
    order = {"atc": "J01FA10", "route": "oral"}
    case = {"diagnoses": [{"icd10": "H66.0"}], "new_order": order}
    facts = facts_from(case, as_of=DAY, name="choice")
    assert "rek.otit" in {one.rule for one in engine().findings(facts)}
    recorded = [{"substance": written, "verification": "confirmed"}]
    facts = facts_from(case | {"allergies": recorded}, as_of=DAY, name="choice")
    assert "rek.otit" not in {one.rule for one in engine().findings(facts)}
