"""A combination counts by what is in it: its own dose rules, and the sum with plain orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.findings import Card

CITODON = {"atc": "N02AJ06", "name": "Citodon", "route": "oral"}
ALVEDON = {"atc": "N02BE01", "name": "Alvedon", "route": "oral"}


def dose(value: float | str, unit: str = "mg") -> dict[str, Any]:
    return {"dose_per_day": {"value": Decimal(str(value)), "unit": unit}}


def cards(order: dict[str, Any], *listed: dict[str, Any]) -> tuple[Card, ...]:
    case = {"patient": {"age": 40, "sex": "M"}, "new_order": order, "medications": list(listed)}
    return engine().evaluate(facts_from(case, as_of=date(2026, 3, 2), name="amounts"))


def doses(order: dict[str, Any], *listed: dict[str, Any]) -> list[str]:
    return [card.lead.rule for card in cards(order, *listed) if card.lead.category == "dose"]


@pytest.mark.parametrize("amount", [(3000, "mg"), (3, "g"), (6, "tabletter"), (180, "mg")])
def test_paracetamol_hidden_in_a_combination_is_added_however_its_dose_is_written(
    amount: tuple[float, str],
) -> None:
    (card,) = cards(CITODON | dose(*amount), ALVEDON | dose(2, "g"))
    assert (card.lead.rule, card.interruptive) == ("dose.paracetamol", True)
    assert "Sammanlagt 5 g per dygn." in card.text
    assert "Samma substans två gånger" in card.text


def test_the_sum_is_the_same_whichever_is_ordered_last() -> None:
    (one,) = cards(CITODON | dose(3000), ALVEDON | dose(2000))
    (other,) = cards(ALVEDON | dose(2000), CITODON | dose(3000))
    assert (one.lead.rule, one.interruptive) == (other.lead.rule, other.interruptive)
    assert "5 g" in one.text
    assert "5 g" in other.text


def test_what_is_taken_twice_is_named_before_a_sum_that_is_no_more_serious() -> None:
    card, *_ = cards(
        {"atc": "A10BD07", "name": "Sitagliptin och metformin", "route": "oral"} | dose(2, "st"),
        {"atc": "A10BH01", "name": "Sitagliptin", "route": "oral"} | dose(100),
    )
    assert card.lead.category == "duplicate"
    assert "samt" in card.text
    assert "200 mg" in card.text


def test_a_sum_that_is_not_too_much_says_only_that_there_are_two() -> None:
    (card,) = cards(CITODON | dose(2000), ALVEDON | dose(2000))
    assert (card.lead.category, card.interruptive) == ("duplicate", False)


@given(tablets=st.integers(1, 12), plain=st.integers(0, 4000))
def test_the_limit_is_four_grams_of_paracetamol_whatever_it_is_made_up_of(
    tablets: int, plain: int
) -> None:
    told = doses(CITODON | dose(tablets, "st"), ALVEDON | dose(plain))
    assert ("dose.paracetamol" in told) == (tablets * 500 + plain > 4000)


@pytest.mark.parametrize(
    ("atc", "milligrams"),
    [("N02AJ13", 2600), ("A10BD20", 2000), ("A10BD07", 2000), ("C09DB01", 160), ("C09BA05", 5)],
)
def test_the_mass_of_one_ingredient_is_not_taken_for_that_of_the_other(
    atc: str, milligrams: int
) -> None:
    assert doses({"atc": atc, "route": "oral"} | dose(milligrams)) == []


def test_too_much_of_the_lesser_ingredient_is_told() -> None:
    assert "dose.tramadol" in doses({"atc": "N02AJ13", "route": "oral"} | dose(11, "tablett"))


def test_a_combination_whose_strengths_nobody_wrote_has_no_dose_of_its_parts() -> None:
    assert doses({"atc": "R03AK07", "route": "oral"} | dose(9000)) == []
