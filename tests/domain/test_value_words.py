"""A measured value is shown with the digits that were answered."""

from __future__ import annotations

import pytest

from workstation.domain.dosage_words import number_words
from workstation.domain.observation import ReferenceRange
from workstation.domain.texts import in_language
from workstation.domain.value_words import amount, range_text
from workstation.domain.values import Quantity


@pytest.mark.parametrize(
    ("answered", "shown"),
    [("4.0", "4,0"), ("4", "4"), ("0.50", "0,50"), ("12345.0", "12\u00a0345,0"), ("1E+2", "100")],
)
def test_a_measured_value_keeps_the_digits_that_were_answered(answered: str, shown: str) -> None:
    with in_language("sv"):
        assert amount(Quantity(value=answered, unit="mmol/L")) == f"{shown}\u00a0mmol/L"


def test_a_dose_has_no_trailing_zero_although_a_measured_value_has() -> None:
    with in_language("sv"):
        assert number_words("4.0") == "4"


def test_a_reference_range_is_as_exact_as_the_laboratory_gave_it() -> None:
    low, high = Quantity(value="3.5", unit="mmol/L"), Quantity(value="5.0", unit="mmol/L")
    with in_language("sv"):
        assert range_text(ReferenceRange(low=low, high=high)) == "3,5–5,0"
