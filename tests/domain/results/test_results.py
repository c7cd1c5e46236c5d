"""Units that convert or say no, limits that flag, and answers that are attached only where all agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workstation.domain.ids import HsaId
from workstation.domain.observation import NPU, DiagnosticReport, Observation, ReferenceRange
from workstation.domain.referral import Referral
from workstation.domain.results import (
    Delivery,
    Unmatched,
    Value,
    answer_text,
    factor,
    flagged,
    is_older,
    obstacle,
)
from workstation.domain.values import Coding, Concept, Quantity

LAB = HsaId("SE2321000016-L1AB")


def a_value(
    code: str = "NPU03230", amount: str = "4.1", unit: str = "mmol/L", **more: Any
) -> Value:
    concept = Concept(text="P-Kalium", codings=(Coding(system=NPU, code=code),))
    body = Observation(concept=concept, quantity=Quantity(value=amount, unit=unit), **more)
    return Value(identifier=code, body=body)


def an_order(*codes: str) -> Referral:
    asked = tuple(Concept(codings=(Coding(system=NPU, code=code),)) for code in codes)
    return Referral(type="laboratory", question="?", to_unit=LAB, requested=asked)


def why(*values: Value, order: Referral | None = None, **more: Any) -> Unmatched | None:
    agreed: dict[str, Any] = {"performer": LAB, "receiver": LAB, "patient_agrees": True, "now": 0}
    delivery = Delivery(
        identifier="r1", report=DiagnosticReport(concept=Concept(text="Svar")), values=values
    )
    return obstacle(delivery, order or an_order("NPU03230"), **(agreed | more))


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ("mmol/L", "mmol/l", "1"),
        ("µmol/L", "mmol/L", "0.001"),
        ("g/dL", "g/L", "10"),
        ("10^9/L", "10*9/L", "1"),
        ("E9/L", "10*9/L", "1"),
        ("mm[Hg]", "kPa", "0.133322"),
        ("ukat/L", "nkat/L", "1000"),
    ],
)
def test_units_of_one_quantity_convert_exactly(one: str, other: str, by: str) -> None:
    assert factor(one, other) == Decimal(by)


@pytest.mark.parametrize(
    ("one", "other"), [("mmol/L", "g/L"), ("U/L", "ukat/L"), ("titer", "mmol/L"), ("%", "g/L")]
)
def test_units_of_different_quantities_never_convert(one: str, other: str) -> None:
    assert factor(one, other) is None


def test_mass_and_amount_convert_by_the_analytes_own_molar_mass() -> None:
    by = factor("mg/dL", "umol/L", molar_mass=Decimal("113.12"))
    assert by is not None
    assert round(by, 1) == Decimal("88.4")


@pytest.mark.parametrize(
    ("amount", "flag"), [("2.4", "LL"), ("6.6", "HH"), ("3.2", "L"), ("4.0", "N"), ("5.2", "H")]
)
def test_a_result_is_flagged_by_its_range_and_by_critical_limits(amount: str, flag: str) -> None:
    reference = ReferenceRange(
        low=Quantity(value="3.5", unit="mmol/L"), high=Quantity(value="4.8", unit="mmol/L")
    )
    found = flagged(a_value(amount=amount, reference=reference).body, ())
    assert found.interpretation == flag


def test_the_laboratorys_own_graver_flag_stands() -> None:
    assert flagged(a_value(interpretation="HH").body, ()).interpretation == "HH"


def test_a_large_change_is_marked_whatever_the_range_says() -> None:
    before = a_value(amount="3.6", effective="2026-03-01T08:00:00Z").body
    now = a_value(amount="4.7", effective="2026-03-02T08:00:00Z").body
    assert flagged(now, (before,)).delta == "U"
    assert flagged(before, (now,)).delta == ""  # a later one is not before it


def test_only_an_answer_on_which_all_agree_is_attached() -> None:
    assert why(a_value()) is None
    assert why(a_value(), patient_agrees=False) is Unmatched.WRONG_PATIENT
    assert why(a_value(), performer="SE2321000016-OTHER") is Unmatched.OTHER_PERFORMER
    assert why(a_value(code="NPU28309")) is Unmatched.OTHER_ANALYSIS
    assert why(a_value(unit="mg/L")) is Unmatched.UNIT
    assert why(a_value(), a_value(amount="9.9")) is Unmatched.TWICE_UNLIKE
    long = Value(identifier="x", body=Observation(concept=Concept(), text="x" * 1_000_001))
    assert why(long) is Unmatched.TOO_LARGE


def test_an_early_value_after_the_final_one_is_older_and_a_correction_is_not() -> None:
    final = a_value(status="final", issued="2026-03-02T10:00:00Z").body
    early = a_value(status="preliminary", issued="2026-03-02T11:00:00Z").body
    corrected = a_value(status="corrected", issued="2026-03-02T12:00:00Z").body
    assert is_older(early, final)
    assert not is_older(corrected, final)
    assert not is_older(final, early)


def test_the_answers_text_holds_the_conclusion_byte_for_byte_and_every_value() -> None:
    text = "Ingen  blödning.\n\tÅter\u00a0vid behov"
    report = DiagnosticReport(concept=Concept(text="Svar"), conclusion=text)
    told = answer_text(Delivery(identifier="1", report=report, values=(a_value(),)))
    assert told == f"{text}\nP-Kalium: 4.1 mmol/L"
