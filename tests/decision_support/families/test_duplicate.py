"""The same medicine twice: two strengths of one product are meant, two products are not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workstation.content.cases import facts_from
from workstation.content.shipped import engine


def told(listed: dict[str, Any], order: dict[str, Any]) -> list[str]:
    """Return the rules that call ``order`` a second one of what is ``listed``."""
    case = {
        "patient": {"age": 56, "sex": "F"},
        "medications": [{"route": "oral"} | listed],
        "new_order": {"route": "oral"} | order,
    }
    facts = facts_from(case, as_of=date(2026, 3, 2), name="twice")
    return [one.rule for one in engine().findings(facts) if one.category == "duplicate"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Levaxin 100 mikrogram", "levaxin 25 mikrogram"), ("Levaxin 100 mikrogram", ""), ("", "")],
)
def test_two_strengths_of_one_product_are_meant(first: str, second: str) -> None:
    assert told({"atc": "H03AA01", "name": first}, {"atc": "H03AA01", "name": second}) == []


@pytest.mark.parametrize(
    ("atc", "first", "second"),
    [("H03AA01", "Levaxin 100", "Euthyrox 75"), ("A10AE04", "Lantus", "Abasaglar")],
)
def test_two_products_of_one_substance_are_not(atc: str, first: str, second: str) -> None:
    assert told({"atc": atc, "name": first}, {"atc": atc, "name": second}) == ["duplicate.same"]


def test_as_needed_beside_regular_is_meant() -> None:
    assert told({"atc": "N02BE01", "prn": True}, {"atc": "N02BE01", "prn": False}) == []


@pytest.mark.parametrize("prn", [True, False])
def test_an_ingredient_that_nobody_looks_for_is_told_even_as_needed(prn: bool) -> None:
    combined = {"atc": "N02AJ06", "prn": prn}
    plain = {"atc": "N02BE01", "prn": False}
    assert told(combined, plain) == ["duplicate.same"]
    assert told(plain, combined) == ["duplicate.same"]


def test_an_inhaler_as_needed_beside_a_regular_one_is_meant() -> None:
    listed = {"atc": "R03BA02", "route": "inhalation", "prn": False}
    assert told(listed, {"atc": "R03AK07", "route": "inhalation", "prn": True}) == []
