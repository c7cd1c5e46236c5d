"""The kidney function a rule asks for, by the best estimate the facts allow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from workstation.decision_support.findings import Used
from workstation.decision_support.scores import kidney
from workstation.decision_support.units import spelled
from workstation.decision_support.view import Measured, View
from workstation.domain.texts import N_, _

Kind = Literal["absolute", "relative", "clearance"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_NAMES = {
    "absolute": N_("absolute GFR"),
    "relative": N_("relative GFR"),
    "clearance": N_("creatinine clearance"),
}


_SAME_TIME_DAYS = 7
_ABOUT_STANDARD = 1.2
"""A body surface up to this many times 1.73 m² lifts no relative eGFR: the estimate itself is no surer."""
_PER_MINUTE = ("ml/min", "milliliter/min")


class Estimate(NamedTuple):
    """``value`` in mL/min (relative: per 1.73 m²), None when it cannot be said."""

    value: Decimal | None
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()


class _Base(NamedTuple):
    value: float
    lab: Measured
    kind: Kind


def estimate(view: View, kind: Kind, *, within_days: int | None) -> Estimate:
    """Return kidney function of the kind asked for.

    Without height and weight the other kind stands in, and the fact used says so. A relative
    eGFR under a limit stays there in somebody who is only somewhat larger than the standard.
    """
    if kind == "clearance" and (exact := _clearance(view, within_days)) is not None:
        return exact
    base = _base(view, within_days)
    if base is None:
        return Estimate(None, (), ("eGFR",))
    wanted: Kind = "relative" if kind == "relative" else "absolute"
    value, called = base.value, base.kind
    size = _size(view)
    if wanted != base.kind and size is not None:
        weight, height = size
        change = (
            kidney.absolute_from_relative if wanted == "absolute" else kidney.relative_from_absolute
        )
        changed = change(base.value, weight_kg=weight, height_cm=height)
        lifted = wanted == "absolute" and base.value < changed <= base.value * _ABOUT_STANDARD
        value, called = (base.value, base.kind) if lifted else (changed, wanted)
    return Estimate(_exact(value), (_used(base.lab, value, called),))


def _base(view: View, within_days: int | None) -> _Base | None:
    """Return the newest of what there is; of one day, what the laboratory says before our own."""
    reported = view.newest("eGFR", within_days=within_days)
    direct = view.newest("eGFR-absolut", within_days=within_days)
    computed = _computed(view, within_days)
    days = [one.lab.date for one in (direct, reported, computed and computed.lab) if one]
    if not days:
        return None
    if direct is not None and direct.lab.date == max(days) and direct.value is not None:
        return _Base(float(direct.value), direct, "absolute")
    if reported is not None and reported.lab.date == max(days):
        return _reported(reported)
    return computed


def reads_as_gfr(unit: str) -> bool:
    """Whether a GFR can be read in this unit; without one it is relative."""
    even = spelled(unit)
    return not even or even.startswith(_PER_MINUTE)


def _reported(measured: Measured) -> _Base | None:
    """Return what the laboratory estimated; a unit nobody knows is no kidney function."""
    unit = spelled(measured.lab.unit)
    if not reads_as_gfr(unit):
        return None
    kind: Kind = "relative" if not unit or "1.73" in unit else "absolute"
    return _Base(float(measured.lab.value), measured, kind)


def _computed(view: View, within_days: int | None) -> _Base | None:
    """Return LM-rev, CAPA, or the mean of the two where they are of about the same time.

    A cystatin from before kidneys failed says nothing of a creatinine from after it: then the
    newer of the two counts alone. CAPA needs no sex.
    """
    age = view.facts.patient.age
    if age is None or not 18 <= age <= 120:
        return None
    by_creatinine = _by_creatinine(view, float(age), within_days)
    by_cystatin = _by_cystatin(view, float(age), within_days)
    if by_creatinine is None or by_cystatin is None:
        return by_creatinine or by_cystatin
    apart = (by_creatinine.lab.lab.date - by_cystatin.lab.lab.date).days
    if abs(apart) > _SAME_TIME_DAYS:
        return by_creatinine if apart > 0 else by_cystatin
    mean = kidney.mean_of(by_creatinine.value, by_cystatin.value)
    return by_creatinine._replace(value=mean)


def _by_creatinine(view: View, age: float, within_days: int | None) -> _Base | None:
    found, sex = _measured(view, "P-Kreatinin", within_days), view.facts.patient.sex
    if found is None or sex is None:
        return None
    measured, amount = found
    value = kidney.lm_revised(age_years=age, sex=sex, creatinine_umol_l=amount)
    return _Base(value, measured, "relative")


def _by_cystatin(view: View, age: float, within_days: int | None) -> _Base | None:
    found = _measured(view, "P-Cystatin C", within_days)
    if found is None:
        return None
    measured, amount = found
    value = kidney.capa(age_years=age, cystatin_c_mg_l=amount)
    return _Base(value, measured, "relative")


def _measured(view: View, code: str, within_days: int | None) -> tuple[Measured, float] | None:
    """Return the newest result with its value in the unit of the equation; None for no amount."""
    found = view.newest(code, within_days=within_days)
    if found is None or found.value is None or found.value <= 0:
        return None
    return found, float(found.value)


def _clearance(view: View, within_days: int | None) -> Estimate | None:
    patient = view.facts.patient
    found = _measured(view, "P-Kreatinin", within_days)
    if found is None:
        return None
    creatinine, amount = found
    if patient.age is None or patient.sex is None or patient.weight_kg is None:
        return None
    if not 18 <= patient.age <= 120 or patient.weight_kg <= 0:
        return None
    value = kidney.cockcroft_gault(
        age_years=float(patient.age),
        sex=patient.sex,
        weight_kg=float(patient.weight_kg),
        creatinine_umol_l=amount,
    )
    return Estimate(_exact(value), (_used(creatinine, value, "clearance"),))


def _size(view: View) -> tuple[float, float] | None:
    weight, height = view.facts.patient.weight_kg, view.facts.patient.height_cm
    if weight is None or height is None or weight <= 0 or height <= 0:
        return None
    return float(weight), float(height)


def _exact(value: float) -> Decimal:
    return Decimal(repr(round(value, 3)))


def _used(measured: Measured, value: float, kind: Kind) -> Used:
    day: date = measured.lab.date
    return Used(code=measured.lab.code, value=f"{_(_NAMES[kind])} {value:.0f} mL/min", on=day)
