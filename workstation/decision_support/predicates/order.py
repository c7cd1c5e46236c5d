"""How the drug is given: dose, route, form, schedule, as needed, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from workstation.decision_support.activity import replaced_by
from workstation.decision_support.drugs import is_local
from workstation.decision_support.facts import Medication
from workstation.decision_support.findings import Used
from workstation.decision_support.situation import (
    NO,
    YES,
    Answer,
    Builder,
    Check,
    ContentError,
    Limit,
    Situation,
    limit,
    limits,
    strings,
    unknown,
)
from workstation.decision_support.truth import Truth
from workstation.decision_support.units import amount_in, is_amount
from workstation.decision_support.view import Library

_Dose = Literal["dose_per_day", "single_dose"]
_Pick = Callable[[Situation], Medication | None]


def _amount(spec: Any) -> Limit:
    """Read a comparison of a dose; without a unit that doses come in it could never be answered."""
    wanted = limit(spec)
    if not is_amount(wanted.unit):
        raise ContentError(f"dose without a unit of mass or activity: {spec!r}")
    return wanted


def _subject(situation: Situation) -> Medication | None:
    return situation.subject.medication if situation.subject else None


def _partner(situation: Situation) -> Medication | None:
    return situation.partner.medication if situation.partner else None


def _dose(pick: _Pick, field: _Dose = "dose_per_day") -> Builder:
    """``dose: ">20 mg"``: per day; ``single_dose``: at one time.

    Unknown without a dose, or in a unit that is no match.
    """

    def build(spec: Any, library: Library) -> Check:
        wanted = _amount(spec)

        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            amount = None if medication is None else getattr(medication, field)
            if amount is None:
                return unknown(field)
            value = amount_in(amount.value, amount.unit, wanted.unit)
            return unknown(field) if value is None else Answer(Truth.of(wanted.holds(value)))

        return check

    return build


def _word(pick: _Pick, field: str) -> Builder:
    """``route: [oral]``: one of the words, whatever the case. Unknown when nothing is written."""

    def build(spec: Any, library: Library) -> Check:
        wanted = {word.casefold() for word in strings(spec)}

        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            written = None if medication is None else getattr(medication, field)
            if not written:
                return unknown(field)
            return YES if str(written).strip().casefold() in wanted else NO

        return check

    return build


def _form(pick: _Pick) -> Builder:
    """``form: [depot]``: the pharmaceutical form holds one of the words."""

    def build(spec: Any, library: Library) -> Check:
        wanted = [word.casefold() for word in strings(spec)]

        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            if medication is None or not medication.form:
                return unknown("form")
            form = medication.form.casefold()
            return YES if any(word in form for word in wanted) else NO

        return check

    return build


def _prn(pick: _Pick) -> Builder:
    """``prn: true``: as needed."""

    def build(spec: Any, library: Library) -> Check:
        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            if medication is None or medication.prn is None:
                return unknown("prn")
            return YES if medication.prn is bool(spec) else NO

        return check

    return build


def _days(pick: _Pick) -> Builder:
    """``days: ">7"``: planned length of treatment. Unknown when no end is planned."""

    def build(spec: Any, library: Library) -> Check:
        wanted = limits(spec)

        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            if medication is None or medication.planned_stop is None:
                return unknown("planned_stop")
            start = medication.start or situation.view.facts.as_of
            length = (medication.planned_stop - start).days + 1
            return YES if all(one.holds(Decimal(length)) for one in wanted) else NO

        return check

    return build


def _taken_days(pick: _Pick) -> Builder:
    """``taken_days: ">90"``: how long it has been taken. A new order has been taken for 0 days."""

    def build(spec: Any, library: Library) -> Check:
        wanted = limits(spec)

        def check(situation: Situation) -> Answer:
            medication = pick(situation)
            is_new = situation.subject is not None and situation.subject.is_new
            if medication is None or (medication.start is None and not is_new):
                return unknown("start")
            start = medication.start or situation.view.facts.as_of
            length = max((situation.view.facts.as_of - start).days, 0)
            return YES if all(one.holds(Decimal(length)) for one in wanted) else NO

        return check

    return build


def _per_kg(field: _Dose) -> Builder:
    """``dose_per_kg: ">75 mg"``: per day and kilogram of body weight; ``single_per_kg``: at one time."""

    def build(spec: Any, library: Library) -> Check:
        wanted = _amount(spec)

        def check(situation: Situation) -> Answer:
            medication, kilograms = _subject(situation), situation.view.facts.patient.weight_kg
            if kilograms is None or kilograms <= 0:
                return unknown("weight_kg")
            amount = None if medication is None else getattr(medication, field)
            value = amount_in(amount.value, amount.unit, wanted.unit) if amount else None
            if value is None:
                return unknown(field)
            used = (Used(code="weight_kg", value=f"{kilograms}"),)
            return Answer(Truth.of(wanted.holds(value / kilograms)), used)

        return check

    return build


def _dose_total(spec: Any, library: Library) -> Check:
    """``dose_total: ">4 g"``: per day of the same substance in all its daily orders.

    Unknown when the drug itself has no dose; other orders without a dose add nothing.
    """
    wanted = _amount(spec)

    def check(situation: Situation) -> Answer:
        subject = situation.subject
        if subject is None or subject.medication.dose_per_day is None:
            return unknown("dose_per_day")
        same = [
            taken
            for taken in situation.view.everything
            if taken.substances == subject.substances and not is_local(taken.medication)
        ]
        total = Decimal(0)
        for amount in (taken.medication.dose_per_day for taken in same):
            value = amount_in(amount.value, amount.unit, wanted.unit) if amount else Decimal(0)
            if value is None:
                return unknown("dose_per_day")
            total += value
        used = tuple(Used(code=taken.medication.atc) for taken in same)
        return Answer(Truth.of(wanted.holds(total)), used)

    return check


def _new(spec: Any, library: Library) -> Check:
    """``new: true``: the drug is being started now; a renewal of the same substance is not."""

    def check(situation: Situation) -> Answer:
        subject = situation.subject
        if subject is None or not subject.is_new:
            return NO if spec else YES
        started = not any(
            replaced_by(subject.medication, older) and older.atc == subject.medication.atc
            for older in situation.view.facts.medications
        )
        return YES if started is bool(spec) else NO

    return check


PREDICATES: dict[str, Builder] = {
    "new": _new,
    "dose_total": _dose_total,
    "dose_per_kg": _per_kg("dose_per_day"),
    "single_dose": _dose(_subject, "single_dose"),
    "single_per_kg": _per_kg("single_dose"),
    "taken_days": _taken_days(_subject),
    **{
        prefix + name: make
        for prefix, pick in (("", _subject), ("partner_", _partner))
        for name, make in (
            ("dose", _dose(pick)),
            ("route", _word(pick, "route")),
            ("schedule", _word(pick, "schedule")),
            ("form", _form(pick)),
            ("prn", _prn(pick)),
            ("days", _days(pick)),
        )
    },
}
