"""A dose is the same however its unit is written, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workstation.decision_support.units import amount_in


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("40", "mg"),
        ("40", "mg/dygn"),
        ("40", "MG per dag"),
        ("0.04", "g/day"),
        ("40000", "µg/d"),
        ("40", "milligram / 24 h"),
    ],
)
def test_forty_milligrams_a_day_however_it_is_written(value: str, unit: str) -> None:
    assert amount_in(Decimal(value), unit, "mg") == Decimal(40)


@pytest.mark.parametrize("unit", ["tabletter", "mg/ml", "mg/kg", "ml", "", "mmol"])
def test_a_unit_that_is_no_mass_gives_no_number(unit: str) -> None:
    assert amount_in(Decimal(40), unit, "mg") is None


def test_international_units_are_compared_with_each_other_only() -> None:
    assert amount_in(Decimal(5000), "IE/dygn", "E") == Decimal(5000)
    assert amount_in(Decimal(5000), "IE", "mg") is None
