"""Which kidney function a rule for absolute GFR or clearance is answered with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workstation.content.shipped import engine
from workstation.decision_support.facts import Amount, Facts, Lab, Medication, Patient
from workstation.decision_support.kidney import Kind, estimate
from workstation.decision_support.view import View

AS_OF = date(2026, 3, 2)


def facts(value: str, unit: str, weight: int, height: int) -> Facts:
    return Facts(
        as_of=AS_OF,
        patient=Patient(
            age=Decimal(60), sex="M", weight_kg=Decimal(weight), height_cm=Decimal(height)
        ),
        labs=(Lab(code="eGFR", value=Decimal(value), unit=unit, date=AS_OF),),
        new_order=Medication(
            atc="J01XE01", route="oral", dose_per_day=Amount(value=Decimal(150), unit="mg")
        ),
    )


def counted(kind: Kind, value: str, unit: str, weight: int, height: int) -> float:
    found = estimate(
        View(facts(value, unit, weight, height), engine().library), kind, within_days=365
    )
    assert found.value is not None
    return float(found.value)


@pytest.mark.parametrize("kind", ["absolute", "clearance"])
def test_a_somewhat_large_body_lifts_no_relative_egfr(kind: Kind) -> None:
    assert counted(kind, "38", "mL/min/1.73m2", 80, 178) == 38


@pytest.mark.parametrize("kind", ["absolute", "clearance"])
def test_a_very_large_body_and_a_small_one_are_counted(kind: Kind) -> None:
    assert counted(kind, "38", "mL/min/1.73m2", 130, 200) == pytest.approx(58.2, abs=0.5)
    assert counted(kind, "46", "mL/min/1.73m2", 42, 150) == pytest.approx(35.4, abs=0.5)


def test_what_the_laboratory_says_is_absolute_stands() -> None:
    assert counted("absolute", "42", "mL/min", 80, 178) == 42
    assert counted("relative", "42", "mL/min", 80, 178) == pytest.approx(36.7, abs=0.3)


def test_no_kidney_function_at_all_is_still_a_number() -> None:
    assert counted("clearance", "0", "mL/min/1.73m2", 80, 178) == 0


def test_nitrofurantoin_is_stopped_in_a_man_of_80_kg_and_not_in_one_of_130() -> None:
    def stops(weight: int, height: int) -> bool:
        found = engine().findings(facts("38", "mL/min/1.73m2", weight, height))
        return any(one.rule == "renal.nitrofurantoin" and one.interruptive for one in found)

    assert stops(80, 178)
    assert not stops(130, 200)
