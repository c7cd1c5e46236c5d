"""How the drug is given: dose, route, form, schedule, as needed, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Literal

from workstation.decision_support.activity import replaced_by
from workstation.decision_support.amounts import ingredient, of_ingredient
from workstation.decision_support.drugs import Codes, DrugSet, is_local
from workstation.decision_support.facts import Amount, Medication
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
from workstation.decision_support.view import Library, Taken
from workstation.domain.texts import _

_Dose = Literal["dose_per_day", "single_dose"]
_Pick = Callable[[Situation], Medication | None]
_Given = Callable[[Situation, _Dose], Amount | None]


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


def _subject_gets(situation: Situation, field: _Dose) -> Amount | None:
    return _given(situation.subject, situation.subject_as, situation, field)


def _partner_gets(situation: Situation, field: _Dose) -> Amount | None:
    return _given(situation.partner, situation.partner_as, situation, field)


def _given(
    taken: Taken | None, drugs: DrugSet | None, situation: Situation, field: _Dose
) -> Amount | None:
    """Return the dose of what the row is about: of a combination, that ingredient's."""
    amount: Amount | None = None if taken is None else getattr(taken.medication, field)
    if taken is None or amount is None:
        return None
    codes = situation.view.library.codes
    part = ingredient(taken, drugs, codes)
    return amount if part is None else of_ingredient(amount, taken, part, codes)


def _dose(given: _Given, field: _Dose = "dose_per_day") -> Builder:
    """``dose: ">20 mg"``: per day; ``single_dose``: at one time.

    Unknown without a dose, in a unit that is no match, and for a combination whose strengths
    nobody has written.
    """

    def build(spec: Any, library: Library) -> Check:
        wanted = _amount(spec)

        def check(situation: Situation) -> Answer:
            amount = given(situation, field)
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
            kilograms = situation.view.facts.patient.weight_kg
            if kilograms is None or kilograms <= 0:
                return unknown("weight_kg")
            amount = _subject_gets(situation, field)
            value = amount_in(amount.value, amount.unit, wanted.unit) if amount else None
            if value is None:
                return unknown(field)
            used = (Used(code="weight_kg", value=f"{kilograms}"),)
            return Answer(Truth.of(wanted.holds(value / kilograms)), used)

        return check

    return build


def _dose_total(spec: Any, library: Library) -> Check:
    """``dose_total: ">4 g"``: per day of the same substance in all its daily orders.

    A combination adds what it holds of that substance. Unknown when the drug itself has no dose;
    other orders without a dose add nothing.
    """
    wanted = _amount(spec)

    def check(situation: Situation) -> Answer:
        subject = situation.subject
        if subject is None or _subject_gets(situation, "dose_per_day") is None:
            return unknown("dose_per_day")
        total, used = Decimal(0), []
        for taken in _of_the_same(subject, situation):
            amount = _given(taken, situation.subject_as, situation, "dose_per_day")
            value = amount_in(amount.value, amount.unit, wanted.unit) if amount else Decimal(0)
            if value is None:
                return unknown("dose_per_day")
            total += value
            used.append(Used(code=taken.medication.atc))
        if len(used) > 1:
            said = _("{amount} a day in all.").format(amount=_told(total, wanted.unit))
            used.append(Used(code=subject.medication.atc, value=said, told=True))
        return Answer(Truth.of(wanted.holds(total)), tuple(used))

    return check


def _of_the_same(subject: Taken, situation: Situation) -> Iterator[Taken]:
    """Yield every order of the substance the row is about, its combinations among them."""
    codes, drugs = situation.view.library.codes, situation.subject_as
    meant = _meant(subject, drugs, codes)
    for taken in situation.view.everything:
        if _meant(taken, drugs, codes) == meant and not is_local(taken.medication):
            yield taken


def _told(amount: Decimal, unit: str) -> str:
    return f"{amount.normalize():f} {unit}".replace(".", ",")


def _meant(taken: Taken, drugs: DrugSet | None, codes: Codes) -> tuple[str, ...]:
    part = ingredient(taken, drugs, codes)
    return taken.substances if part is None else (part,)


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
    "single_dose": _dose(_subject_gets, "single_dose"),
    "dose": _dose(_subject_gets),
    "partner_dose": _dose(_partner_gets),
    "single_per_kg": _per_kg("single_dose"),
    "taken_days": _taken_days(_subject),
    **{
        prefix + name: make
        for prefix, pick in (("", _subject), ("partner_", _partner))
        for name, make in (
            ("route", _word(pick, "route")),
            ("schedule", _word(pick, "schedule")),
            ("form", _form(pick)),
            ("prn", _prn(pick)),
            ("days", _days(pick)),
        )
    },
}
