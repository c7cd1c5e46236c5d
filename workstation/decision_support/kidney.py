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

    Without height and weight the other kind stands in, and the fact used says so.
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
        value, called = change(base.value, weight_kg=weight, height_cm=height), wanted
    return Estimate(_exact(value), (_used(base.lab, value, called),))


def _base(view: View, within_days: int | None) -> _Base | None:
    reported = view.newest("eGFR", within_days=within_days)
    direct = view.newest("eGFR-absolut", within_days=within_days)
    if direct is not None and (reported is None or direct.lab.date > reported.lab.date):
        return _Base(float(direct.lab.value), direct, "absolute")
    creatinine = view.newest("P-Kreatinin", within_days=within_days)
    if reported is None or (creatinine is not None and creatinine.lab.date > reported.lab.date):
        computed = _from_creatinine(view, creatinine)
        if computed is not None:
            return computed
    return None if reported is None else _reported(reported)


def _reported(measured: Measured) -> _Base | None:
    """Return what the laboratory estimated; a unit nobody knows is no kidney function."""
    unit = spelled(measured.lab.unit)
    if unit and not unit.startswith(_PER_MINUTE):
        return None
    kind: Kind = "relative" if not unit or "1.73" in unit else "absolute"
    return _Base(float(measured.lab.value), measured, kind)


def _from_creatinine(view: View, creatinine: Measured | None) -> _Base | None:
    patient = view.facts.patient
    if creatinine is None or creatinine.value is None or creatinine.value <= 0:
        return None
    if patient.age is None or patient.sex is None or not 18 <= patient.age <= 120:
        return None
    age = float(patient.age)
    value = kidney.lm_revised(
        age_years=age, sex=patient.sex, creatinine_umol_l=float(creatinine.value)
    )
    cystatin = view.newest("P-Cystatin C", within_days=90)
    if cystatin is not None and cystatin.value is not None and cystatin.value > 0:
        other = kidney.capa(age_years=age, cystatin_c_mg_l=float(cystatin.value))
        value = kidney.mean_of(value, other)
    return _Base(value, creatinine, "relative")


def _clearance(view: View, within_days: int | None) -> Estimate | None:
    patient = view.facts.patient
    creatinine = view.newest("P-Kreatinin", within_days=within_days)
    if creatinine is None or creatinine.value is None or creatinine.value <= 0:
        return None
    if patient.age is None or patient.sex is None or patient.weight_kg is None:
        return None
    if not 18 <= patient.age <= 120 or patient.weight_kg <= 0:
        return None
    value = kidney.cockcroft_gault(
        age_years=float(patient.age),
        sex=patient.sex,
        weight_kg=float(patient.weight_kg),
        creatinine_umol_l=float(creatinine.value),
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
