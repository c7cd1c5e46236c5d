"""Dosings out as FHIR dosage instructions; read back they are the same steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workstation.domain.dosage_words import dosage_words
from workstation.domain.medication import DosageStep, MedicationOrder
from workstation.interop.fhir.source import NumberText

_WHENS = ("MORN", "NOON", "EVE", "NIGHT")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UCUM = "http://unitsofmeasure.org"


def instructions(order: MedicationOrder) -> list[dict[str, Any]]:
    """Return one instruction a step, several for amounts that differ over the day.

    Each carries the whole dosing's words: those it was ordered with, else ours.
    """
    dosage = order.dosage
    if dosage is None:
        return []
    route = {"text": order.drug.route} if order.drug and order.drug.route else None
    words = dosage.text or dosage_words(dosage)
    found = [
        part for number, step in enumerate(dosage.steps, start=1) for part in _parts(step, number)
    ]
    if not found:  # words only, or nothing at any time of the day
        return [_filled(text=words, route=route)]
    found[0] = {"text": words, **found[0]}
    for part in found:
        if route:
            part["route"] = route
    return found


def _parts(step: DosageStep, number: int) -> list[dict[str, Any]]:
    if not step.amounts:
        return [_part(step, number, step.dose, None)]
    return [
        _part(step, number, amount, _WHENS[place])
        for place, amount in enumerate(step.amounts)
        if Decimal(amount)
    ]


def _part(step: DosageStep, number: int, dose: str | None, when: str | None) -> dict[str, Any]:
    return _filled(
        sequence=number,
        additionalInstruction=[{"text": step.instruction}] if step.instruction else None,
        timing=_timing(step, when),
        asNeededBoolean=True if step.as_needed and not step.as_needed_for else None,
        asNeededCodeableConcept={"text": step.as_needed_for} if step.as_needed_for else None,
        doseAndRate=_dose(step, dose),
        maxDosePerPeriod=_limit(step),
    )


def _timing(step: DosageStep, when: str | None) -> dict[str, Any] | None:
    every = step.frequency is not None
    bounds = {"value": NumberText(step.days), "system": _UCUM, "code": "d"} if step.days else None
    repeat = _filled(
        boundsDuration=bounds,
        frequency=step.frequency,
        period=NumberText(step.period) if every else None,
        periodUnit=step.period_unit if every else None,
        dayOfWeek=[_WEEKDAYS[day - 1] for day in step.weekdays],
        timeOfDay=[f"{time}:00" for time in step.times],
        when=[when] if when else None,
    )
    return {"repeat": repeat} if repeat else None


def _dose(step: DosageStep, dose: str | None) -> list[dict[str, Any]] | None:
    rate = None
    if step.rate is not None:
        rate = _filled(value=NumberText(step.rate.value), unit=step.rate.unit, code=step.rate.code)
    if dose is None:
        return [{"rateQuantity": rate}] if rate else None
    amount = _filled(value=NumberText(dose), unit=step.unit)
    if step.dose_high is not None:
        high = _filled(value=NumberText(step.dose_high), unit=step.unit)
        return [_filled(doseRange={"low": amount, "high": high}, rateQuantity=rate)]
    return [_filled(doseQuantity=amount, rateQuantity=rate)]


def _limit(step: DosageStep) -> dict[str, Any] | None:
    if step.max_per_day is None:
        return None
    most = _filled(value=NumberText(step.max_per_day), unit=step.unit)
    return {"numerator": most, "denominator": {"value": 1, "system": _UCUM, "code": "d"}}


def _filled(**elements: Any) -> dict[str, Any]:
    return {key: value for key, value in elements.items() if value not in (None, "", [], (), {})}
