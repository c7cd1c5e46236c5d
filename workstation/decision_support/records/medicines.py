"""An order as the rules see it: code, route, dose a day, schedule, from when until when."""

from __future__ import annotations

import hashlib
import re
import weakref
from datetime import date
from decimal import Decimal

import msgspec

from workstation.decision_support.drugs import is_local
from workstation.decision_support.facts import Amount, Medication
from workstation.decision_support.units import in_milligrams
from workstation.decision_support.view import Library
from workstation.domain.dosage import daily_amount
from workstation.domain.medication import (
    Dosage,
    DosageStep,
    Drug,
    MedicationOrder,
    OrderState,
    OrderStatus,
    Standing,
)
from workstation.domain.medication_line import generic_name
from workstation.domain.once import OncePer
from workstation.domain.values import local_date, millis_of

# A word that the route holds, and how content calls it. The first that fits holds.
_ROUTES = (
    ("inhal", "inhalation"),
    ("okul", "ocular"),
    ("ögon", "ocular"),
    ("öga", "ocular"),
    ("öra", "otic"),
    ("öron", "otic"),
    ("aurik", "otic"),
    ("nas", "nasal"),
    ("näs", "nasal"),
    ("vagin", "vaginal"),
    ("rekt", "rectal"),
    ("subling", "oromucosal"),
    ("buck", "oromucosal"),
    ("munhål", "oromucosal"),
    ("transderm", "transdermal"),
    ("intramusk", "intramuscular"),
    ("im", "intramuscular"),
    ("subkut", "subcutaneous"),
    ("subcut", "subcutaneous"),
    ("sc", "subcutaneous"),
    ("intraven", "intravenous"),
    ("iv", "intravenous"),
    ("kutan", "cutaneous"),
    ("cutan", "cutaneous"),
    ("hud", "cutaneous"),
    ("oral", "oral"),
    ("mun", "oral"),
    ("po", "oral"),
)
_BY_FORM = (
    ("inhal", "inhalation"),
    ("ögon", "ocular"),
    ("öron", "otic"),
    ("näs", "nasal"),
    ("vag", "vaginal"),
    ("suppo", "rectal"),
    ("plåster", "transdermal"),
    ("infusion", "intravenous"),
    ("kräm", "cutaneous"),
    ("salva", "cutaneous"),
    ("gel", "cutaneous"),
    ("kutan", "cutaneous"),
    ("tablett", "oral"),
    ("kapsel", "oral"),
    ("oral", "oral"),
    ("mixtur", "oral"),
)
_WHOLE_WORDS = frozenset({"im", "sc", "iv", "po"})
_LOCAL_CODES = ("S", "D", "R", "A01", "A07", "G01", "C05", "M02")
_STRENGTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zµμ]+|E|IE)\s*(?:/\s*(mL|ml|dos|dose))?\s*$", re.I)
_COMBINED = re.compile(r"(\d+(?:[.,]\d+)?)\s*mg\s*/\s*(\d+(?:[.,]\d+)?)\s*mg", re.I)
"""Two ingredients: the dose is that of the one there is most of, as ``amounts`` reads it."""
_COUNTED = frozenset(
    "tablett kapsel suppositorium dospåse inhalation sprayning plåster vagitorium styck st dos "
    "vaginaltablett injektion mått".split()
)
_STATUS = {
    OrderStatus.ACTIVE: "active",
    OrderStatus.PAUSED: "on-hold",
    OrderStatus.STOPPED: "stopped",
    OrderStatus.HELD: "active",
}


def medication_of(order: OrderState, library: Library) -> Medication:
    """Return a listed order. What two people changed apart counts as taken while one side gives it.

    The same order and library give the same object: every check after a save reads the whole list.
    """
    kept = _as_last_read(order)
    for read_with, medication in tuple(kept):  # as it stands now: others ask beside the event loop
        if read_with() is library:
            return medication
    found = _listed(order, library)
    kept[:] = [(weakref.ref(library), found)]
    return found


def _not_read(_order: OrderState) -> list[tuple[weakref.ref[Library], Medication]]:
    return []


_as_last_read = OncePer(_not_read)


def _listed(order: OrderState, library: Library) -> Medication:
    standing = order.effective
    if order.undecided:
        given = [side for side in order.sides if side.status is OrderStatus.ACTIVE]
        standing = given[0] if given else standing
    return _of(standing, library)


def _of(standing: Standing, library: Library) -> Medication:
    stopped = standing.status is OrderStatus.STOPPED
    return ordered(
        standing.content,
        library,
        status=_STATUS[standing.status],
        stop=local_date(standing.step.written_at.millis) if stopped else None,
    )


def ordered(
    content: MedicationOrder,
    library: Library,
    *,
    status: str = "active",
    stop: date | None = None,
    replaces: str | list[str] | None = None,
) -> Medication:
    """Return what an order says. What cannot be understood is left unknown, never guessed."""
    drug = content.drug or Drug(name="")
    route = route_of(drug)
    dosage = content.dosage or Dosage()
    plain = Medication(
        atc="",
        name=generic_name(drug),
        route=route,
        form=drug.form or None,
        status=status,
        prn=all(step.as_needed for step in dosage.steps) if dosage.steps else None,
        start=_day(content.start),
        stop=stop,
        planned_stop=_day(content.planned_stop),
        schedule=schedule_of(dosage),
        replaces=replaces,
        dose_per_day=dose_of(drug, dosage),
        single_dose=single_dose_of(drug, dosage),
    )
    return _coded(plain, drug, library)


def _coded(plain: Medication, drug: Drug, library: Library) -> Medication:
    codes = (drug.atc,) if drug.atc else codes_of(drug.name, library)
    if len(codes) > 1:
        local = is_local(plain)
        fitting = [code for code in codes if code.startswith(_LOCAL_CODES) is local]
        codes = tuple(fitting) or codes
    return msgspec.structs.replace(plain, atc=codes[0] if codes else _nameless(drug.name))


def codes_of(name: str, library: Library) -> tuple[str, ...]:
    """Return the ATC codes a name stands for in the package; none when nobody knows it."""
    plain = name.strip().casefold()
    return library.names.get(plain) or library.names.get(plain.split(" ")[0], ())


def _nameless(name: str) -> str:
    """Return a stand-in for a code: the same words are the same medicine, and of no group."""
    return "?" + hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:10].upper()


def is_coded(medication: Medication) -> bool:
    """Whether the rules know what it is."""
    return not medication.atc.startswith("?")


def fits_use(medication: Medication) -> bool:
    """Whether the code is one for how it is used: a cream is not given the code of the tablet."""
    return not is_local(medication) or medication.atc.startswith(_LOCAL_CODES)


def route_of(drug: Drug) -> str | None:
    """Return the route in content's words; from the form where no route is written."""
    route = drug.route.strip().casefold()
    if route:
        words = set(re.split(r"[^a-zåäö]+", route.replace(".", "")))
        for word, name in _ROUTES:
            if (word in words) if word in _WHOLE_WORDS else (word in route):
                return name
        return route
    form = drug.form.casefold()
    return next((name for word, name in _BY_FORM if word in form), None)


def schedule_of(dosage: Dosage) -> str | None:
    """Return ``daily``, ``weekly`` or ``other``; None where the dosing is only words."""
    found = {_schedule(step) for step in dosage.steps}
    if not found:
        return None
    return found.pop() if len(found) == 1 else "other"


def _schedule(step: DosageStep) -> str:
    weekly = step.period_unit == "wk" and step.period == 1 and step.frequency == 1
    if weekly or len(step.weekdays) == 1:
        return "weekly"
    if step.weekdays or step.period_unit in ("wk", "mo"):
        return "other"
    return "daily" if step.period == 1 or step.period_unit == "h" else "other"


def dose_of(drug: Drug, dosage: Dosage) -> Amount | None:
    """Return the most taken on a day, as a mass (or units of activity) where that can be said."""
    return _amount(drug, dosage, daily_amount(dosage))


def single_dose_of(drug: Drug, dosage: Dosage) -> Amount | None:
    """Return the most taken at one time, where every step says how much."""
    if len({step.unit for step in dosage.steps}) != 1:
        return None
    amounts = [_at_one_time(step) for step in dosage.steps]
    known = [amount for amount in amounts if amount is not None]
    return _amount(drug, dosage, max(known)) if len(known) == len(amounts) else None


def _at_one_time(step: DosageStep) -> Decimal | None:
    if step.amounts:
        return max(Decimal(amount) for amount in step.amounts)
    most = step.dose_high or step.dose
    return Decimal(most) if most is not None and step.rate is None else None


def _amount(drug: Drug, dosage: Dosage, amount: Decimal | None) -> Amount | None:
    if amount is None:
        return None
    unit = dosage.steps[0].unit.strip()
    if in_milligrams(Decimal(1), unit) is not None or unit.upper() in ("E", "IE"):
        return Amount(value=amount, unit=unit)
    counted = unit.casefold() in _COUNTED or not unit
    combined = _COMBINED.fullmatch(drug.strength.strip())
    if combined is not None:
        most = max(Decimal(one.replace(",", ".")) for one in combined.groups())
        return Amount(value=(amount * most).normalize() + 0, unit="mg") if counted else None
    strength = _STRENGTH.match(drug.strength.strip())
    if strength is None:
        return None
    per_ml = bool(strength[3]) and strength[3].casefold() == "ml"
    if not (unit.casefold() == "ml" if per_ml else counted):
        return None
    value = amount * Decimal(strength[1].replace(",", "."))
    return Amount(value=value.normalize() + 0, unit=strength[2])


def _day(when: str | None) -> date | None:
    return local_date(millis_of(when)) if when else None
