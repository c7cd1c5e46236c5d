"""Age, sex, pregnancy and breast-feeding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workstation.decision_support.facts import Patient
from workstation.decision_support.findings import Used
from workstation.decision_support.situation import (
    NO,
    YES,
    Answer,
    Check,
    ContentError,
    Situation,
    limits,
    unknown,
)
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library

FERTILE_FROM = 13
FERTILE_UNTIL = 50
"""Completed years; the upper bound is the last year counted as fertile."""


def age(spec: Any, library: Library) -> Check:
    """``age: ">=65"``. Unknown without an age."""
    wanted = limits(spec)

    def check(situation: Situation) -> Answer:
        years = situation.view.facts.patient.age
        if years is None:
            return unknown("age")
        holds = all(one.holds(years) for one in wanted)
        return Answer(Truth.of(holds), (Used(code="age", value=f"{years}"),))

    return check


def sex(spec: Any, library: Library) -> Check:
    """``sex: F``. Unknown without a sex."""
    if spec not in ("F", "M"):
        raise ContentError(f"not a sex: {spec!r}")

    def check(situation: Situation) -> Answer:
        known = situation.view.facts.patient.sex
        return unknown("sex") if known is None else (YES if known == spec else NO)

    return check


def weight(spec: Any, library: Library) -> Check:
    """``weight: "<50"``: kilograms. Unknown without a weight."""
    wanted = limits(spec)

    def check(situation: Situation) -> Answer:
        kilograms = situation.view.facts.patient.weight_kg
        if kilograms is None:
            return unknown("weight_kg")
        holds = all(one.holds(kilograms) for one in wanted)
        return Answer(Truth.of(holds), (Used(code="weight_kg", value=f"{kilograms}"),))

    return check


def pregnant(spec: Any, library: Library) -> Check:
    """``pregnant: true``. False for men; unknown where nobody has asked a woman."""

    def check(situation: Situation) -> Answer:
        patient = situation.view.facts.patient
        if patient.sex == "M":
            return NO if spec else YES
        if _is_pregnant(patient):
            return Answer(Truth.of(bool(spec)), (Used(code="pregnant"),))
        if patient.pregnant is None and not _may_be_pregnant(patient.sex, patient.age):
            return NO if spec else YES
        if patient.pregnant is None:
            return unknown("pregnant")
        return Answer(Truth.of(not spec), (Used(code="pregnant"),))

    return check


def week(spec: Any, library: Library) -> Check:
    """``week: ">=20"``: completed gestational weeks of a pregnancy that is going on."""
    wanted = limits(spec)

    def check(situation: Situation) -> Answer:
        patient = situation.view.facts.patient
        if not _is_pregnant(patient):
            return NO
        if patient.gestational_week is None:
            return unknown("gestational_week")
        weeks = patient.gestational_week
        holds = all(one.holds(weeks) for one in wanted)
        return Answer(Truth.of(holds), (Used(code="gestational_week", value=f"{weeks}"),))

    return check


def fertile(spec: Any, library: Library) -> Check:
    """``fertile: true``: a woman of an age at which she may become pregnant."""

    def check(situation: Situation) -> Answer:
        patient = situation.view.facts.patient
        if patient.sex is None or (patient.sex == "F" and patient.age is None):
            return unknown("sex" if patient.sex is None else "age")
        return YES if _may_be_pregnant(patient.sex, patient.age) is bool(spec) else NO

    return check


def breastfeeding(spec: Any, library: Library) -> Check:
    """``breastfeeding: true``. Nobody asked counts as unknown only in fertile women."""

    def check(situation: Situation) -> Answer:
        patient = situation.view.facts.patient
        if patient.breastfeeding is None:
            fertile_woman = _may_be_pregnant(patient.sex, patient.age)
            return unknown("breastfeeding") if fertile_woman else NO
        known = patient.breastfeeding is bool(spec)
        return Answer(Truth.of(known), (Used(code="breastfeeding"),))

    return check


def _is_pregnant(patient: Patient) -> bool:
    """A gestational week says it too, where nobody has answered the question itself."""
    return patient.pregnant is True or (
        patient.pregnant is None and patient.gestational_week is not None
    )


def _may_be_pregnant(known_sex: str | None, years: Decimal | None) -> bool:
    if known_sex == "M":
        return False
    return years is None or FERTILE_FROM <= years < FERTILE_UNTIL + 1


PREDICATES = {
    "age": age,
    "sex": sex,
    "weight": weight,
    "pregnant": pregnant,
    "week": week,
    "fertile": fertile,
    "breastfeeding": breastfeeding,
}
