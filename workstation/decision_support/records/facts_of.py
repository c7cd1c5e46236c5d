"""A patient's records as facts. What is not recorded stays unknown; nothing is filled in."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from workstation.decision_support.facts import (
    Allergy,
    Diagnosis,
    Facts,
    Lab,
    Medication,
    Patient,
    Severity,
    Sign,
)
from workstation.decision_support.records.medicines import medication_of
from workstation.decision_support.view import Library
from workstation.domain import attention, diagnosis, observation, patient
from workstation.domain.medication import ATC, OrderState
from workstation.domain.values import Concept, Quantity, age_on, local_date, millis_of

_WEIGHTS = frozenset({"29463-7", "3141-9", "NPU03804", "Kroppsvikt", "Vikt", "Body weight"})
_HEIGHTS = frozenset({"8302-2", "NPU03794", "Kroppslängd", "Längd", "Body height"})
_SMOKING = frozenset({"72166-2", "Tobacco smoking status", "Rökning", "Rökvanor", "Tobaksbruk"})
_NOT_SMOKING = ("aldrig", "never", "icke", "inte", "tidigare", "former", "slutat", "ex-", "ej ")
_SMOKES = ("röker", "rökare", "daglig", "current", "smoker", "every day", "some days")
_PREGNANT = ("Z33", "Z34", "Z35", "O1", "O2", "O3", "O4")
_BREASTFEEDS = ("Z391",)
_FERTILE = range(12, 56)
_SEVERITY: dict[str, Severity] = {
    "life_threatening": "severe",
    "harmful": "moderate",
    "troublesome": "mild",
}
_SEX: dict[str, Literal["M", "F"]] = {"male": "M", "female": "F"}
_GONE: dict[str, Literal["refuted", "resolved"]] = {"refuted": "refuted", "inactive": "resolved"}
_DX_STATUS: dict[str, Literal["active", "resolved", "inactive"]] = {
    "active": "active",
    "remission": "active",
    "unknown": "active",
    "resolved": "resolved",
    "inactive": "inactive",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Chart:
    """What is known of one patient, from records that stand (nothing voided).

    ``results``: newest first, with the body's own time in ms UTC.
    """

    person: patient.Patient | None = None
    orders: tuple[OrderState, ...] = ()
    diagnoses: tuple[diagnosis.Diagnosis, ...] = ()
    attentions: tuple[attention.Attention, ...] = ()
    results: tuple[tuple[int, observation.Observation], ...] = ()


def facts_of(chart: Chart, library: Library, as_of: date) -> Facts:
    """Return the facts of an open chart; a new order is put in by whoever asks about it."""
    diagnoses = tuple(d for one in chart.diagnoses if (d := _diagnosis(one)) is not None)
    return Facts(
        as_of=as_of,
        hook="patient-view",
        patient=_patient(chart, diagnoses, as_of),
        diagnoses=diagnoses,
        medications=listed(chart.orders, library),
        allergies=tuple(a for one in chart.attentions if (a := _allergy(one)) is not None),
        labs=_labs(chart.results, library),
        signs=tuple(_smoking(chart.results)),
    )


def listed(orders: Iterable[OrderState], library: Library) -> tuple[Medication, ...]:
    """Return the medication list."""
    return tuple(medication_of(order, library) for order in orders if not order.voided)


def uncoded_diagnoses(chart: Chart) -> tuple[str, ...]:
    """Return diagnoses in words only: the rules cannot see them."""
    return tuple(
        one.concept.label
        for one in chart.diagnoses
        if one.status == "active" and not one.concept.code_in(diagnosis.ICD10SE)
    )


def unknown_hypersensitivities(chart: Chart, known: Container[str]) -> tuple[str, ...]:
    """Return hypersensitivities without a code and with no name among ``known`` (casefolded)."""
    found = (_allergy(one) for one in chart.attentions)
    return tuple(
        one.substance
        for one in found
        if one is not None
        and one.verification != "refuted"
        and not one.substance_atc
        and one.substance.strip().casefold() not in known
    )


def _patient(chart: Chart, diagnoses: tuple[Diagnosis, ...], as_of: date) -> Patient:
    person = chart.person
    if person is None:
        return Patient()
    sex = _SEX.get(person.sex)
    born = local_date(millis_of(person.birth_date)) if person.birth_date else None
    age = _age(born, as_of) if born is not None else None
    return Patient(
        age=age,
        sex=sex,
        weight_kg=_measure(chart, _WEIGHTS, {"kg": Decimal(1), "g": Decimal("0.001")}),
        height_cm=_measure(chart, _HEIGHTS, {"cm": Decimal(1), "m": Decimal(100)}),
        pregnant=_expects(sex, age, diagnoses, _PREGNANT),
        breastfeeding=_expects(sex, age, diagnoses, _BREASTFEEDS),
    )


def _age(born: date, as_of: date) -> Decimal:
    years = age_on(born, as_of)
    if years >= 2:
        return Decimal(years)
    return (Decimal((as_of - born).days) / Decimal("365.25")).quantize(Decimal("0.01"))


def _expects(
    sex: str | None, age: Decimal | None, diagnoses: tuple[Diagnosis, ...], codes: tuple[str, ...]
) -> bool | None:
    if sex == "M" or (age is not None and int(age) not in _FERTILE):
        return False
    own = (d for d in diagnoses if d.status == "active" and d.subject == "own")
    return True if any(d.icd10.replace(".", "").startswith(codes) for d in own) else None


def _measure(chart: Chart, names: frozenset[str], units: dict[str, Decimal]) -> Decimal | None:
    for _at, result in chart.results:
        known = {coding.code for coding in result.concept.codings} | {result.concept.label}
        if known & names and result.quantity is not None:
            factor = units.get(result.quantity.unit.strip())
            value = _number(result.quantity.value)
            if factor is not None and value is not None and value > 0:
                return value * factor
    return None


def _diagnosis(body: diagnosis.Diagnosis) -> Diagnosis | None:
    code = body.concept.code_in(diagnosis.ICD10SE)
    if not code:
        return None
    status: Literal["active", "resolved", "refuted", "inactive", "entered-in-error"]
    status = _DX_STATUS[body.status]
    if body.verification == "refuted":
        status = "refuted"
    if body.verification == "entered_in_error":
        status = "entered-in-error"
    when = body.recorded or body.onset
    return Diagnosis(
        icd10=code,
        status=status,
        recorded=local_date(millis_of(when)) if when else None,
        subject=body.subject,
    )


def _allergy(body: attention.Attention) -> Allergy | None:
    if body.category != "C" or body.none_known:
        return None
    said = ", ".join(r.manifestation.label for r in body.reactions) or body.comment or None
    doubtful = body.certainty == "suspected"
    when = body.verified or body.valid_from
    return Allergy(
        substance=body.concept.label,
        substance_atc=body.concept.code_in(ATC) or None,
        reaction=said,
        severity=_SEVERITY.get(body.severity),
        certainty=body.certainty or None,
        verification=_GONE.get(body.status) or ("unconfirmed" if doubtful else "confirmed"),
        recorded=local_date(millis_of(when)) if when else None,
    )


def _labs(
    results: tuple[tuple[int, observation.Observation], ...], library: Library
) -> tuple[Lab, ...]:
    found: list[Lab] = []
    for at, result in results:
        if result.status == "cancelled":
            continue
        for concept, quantity in _measured(result):
            value = _number(quantity.value)
            code = _lab_code(concept, library) if value is not None else ""
            if code and value is not None:
                found.append(Lab(code=code, value=value, unit=quantity.unit, date=local_date(at)))
    return tuple(found)


def _measured(result: observation.Observation) -> Iterable[tuple[Concept, Quantity]]:
    """Yield the value, and each part of one that has several: systolic and diastolic pressure."""
    if result.quantity is not None:
        yield result.concept, result.quantity
    for part in result.components:
        if part.quantity is not None:
            yield part.concept, part.quantity


def _smoking(results: tuple[tuple[int, observation.Observation], ...]) -> Iterable[Sign]:
    """Yield what was said of smoking, where it can be understood; who has stopped does not smoke."""
    for at, result in results:
        asked = {coding.code for coding in result.concept.codings} | {result.concept.label}
        said = (result.coded.label if result.coded else result.text).casefold()
        if result.status == "cancelled" or not asked & _SMOKING or not said:
            continue
        if any(word in said for word in _NOT_SMOKING):
            yield Sign(code="smoker", present=False, date=local_date(at))
        elif any(word in said for word in _SMOKES):
            yield Sign(code="smoker", present=True, date=local_date(at))


def _lab_code(concept: Concept, library: Library) -> str:
    names = [coding.code for coding in concept.codings] + [concept.label]
    for name in names:
        plain = name.strip().casefold().replace(" ", "")
        for key in (plain, plain.partition("-")[2]):
            if analyte := library.by_alias.get(key):
                return analyte.code
    return ""


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
