"""Scores of one patient's facts. What is not known leaves the score between a least and a most.

A comparison that holds for both ends, and so for all between, holds; one that fails for both
fails; else it cannot be said, and what would say it is named. Nobody's missing pulse counts as
a normal one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from workstation.decision_support.facts import Diagnosis, SignCode
from workstation.decision_support.findings import Used
from workstation.decision_support.scores.score2 import score2, score2_op
from workstation.decision_support.view import View, matching
from workstation.domain import scores

RESPIRATION, SPO2, PULSE = "Andningsfrekvens", "SpO2", "Puls"
SYSTOLIC, DIASTOLIC = "Systoliskt blodtryck", "Diastoliskt blodtryck"
TEMPERATURE, NEWS2 = "Kroppstemperatur", "NEWS2"
CHOLESTEROL, HDL = "P-Kolesterol", "P-HDL-kolesterol"
AT_ONCE, _LONG = 1, 365
"""Days: bedside values are of today or yesterday; blood fats and smoking of the last year."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """``least`` and ``most`` are the same where all is known; None where the score does not apply."""

    least: Decimal | None
    most: Decimal | None
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What one item adds: a least and a most, with its fact or its name when it is missing."""

    least: int
    most: int
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()


_NOT_FOR = Scored(least=None, most=None)
Points = Callable[[Decimal], int]


def _known(points: int, *used: Used) -> _Part:
    return _Part(least=points, most=points, used=used)


def _lab(view: View, code: str, points: Points, most: int, within: int = AT_ONCE) -> _Part:
    found = view.newest(code, within_days=within)
    if found is None or found.value is None:
        return _Part(least=0, most=most, missing=(code,))
    value = f"{found.lab.value} {found.lab.unit}".strip()
    return _known(points(found.value), Used(code=code, value=value, on=found.lab.date))


def _sign(view: View, code: SignCode, points: int = 1, within: int = AT_ONCE) -> _Part:
    found = view.sign(code, within_days=within)
    if found is None:
        return _Part(least=0, most=points, missing=(code,))
    if not found.present:
        return _known(0)
    return _known(points, Used(code=code, on=found.date or view.facts.as_of))


def _age(view: View, points: Points, most: int) -> _Part:
    years = view.facts.patient.age
    if years is None:
        return _Part(least=0, most=most, missing=("age",))
    return _known(points(years), Used(code="age", value=f"{years}"))


def _illness(view: View, points: int, *prefixes: str, ever: bool = False) -> _Part:
    found = _ill(view.ever if ever else view.active, prefixes)
    used = tuple(Used(code=one.icd10, on=one.recorded) for one in found)
    return _known(points if found else 0, *used)


def _ill(diagnoses: Iterable[Diagnosis], prefixes: tuple[str, ...]) -> list[Diagnosis]:
    """Return the diagnoses under the prefixes; transient global amnesia (G45.4) is no TIA."""
    amnesias = ("G454",)
    return [one for one in matching(diagnoses, prefixes) if not matching([one], amnesias)]


def _sum(*parts: _Part) -> Scored:
    return Scored(
        least=Decimal(sum(part.least for part in parts)),
        most=Decimal(sum(part.most for part in parts)),
        used=tuple(used for part in parts for used in part.used),
        missing=tuple(name for part in parts for name in part.missing),
    )


def _cha2ds2_vasc(view: View) -> Scored:
    """Illnesses as they are coded: an illness nobody recorded is no point, as for every rule."""
    sex = view.facts.patient.sex
    woman = (
        _Part(least=0, most=1, missing=("sex",)) if sex is None else _known(1 if sex == "F" else 0)
    )
    return _sum(
        _age(view, lambda years: 2 if years >= 75 else 1 if years >= 65 else 0, 2),
        woman,
        _illness(view, 1, "I50", "I110", "I130", "I132", "I42", ever=True),
        _illness(view, 1, "I10", "I11", "I12", "I13", "I15", ever=True),
        _illness(view, 1, "E10", "E11", "E12", "E13", "E14", ever=True),
        _illness(view, 2, "I63", "I64", "I693", "I694", "G45", "I74", "Z866A", ever=True),
        _illness(view, 1, "I21", "I22", "I252", "I70", "I739", ever=True),
    )


def _qsofa(view: View) -> Scored:
    return _sum(
        _lab(view, RESPIRATION, lambda rate: int(rate >= 22), 1),
        _lab(view, SYSTOLIC, lambda pressure: int(pressure <= 100), 1),
        _sign(view, "confusion"),
    )


def _crb_65(view: View) -> Scored:
    upper = _lab(view, SYSTOLIC, lambda pressure: int(pressure < 90), 1)
    lower = _lab(view, DIASTOLIC, lambda pressure: int(pressure <= 60), 1)
    pressure = _Part(
        least=max(upper.least, lower.least),
        most=max(upper.most, lower.most),
        used=(*upper.used, *lower.used),
        missing=() if max(upper.least, lower.least) else (*upper.missing, *lower.missing),
    )
    return _sum(
        _sign(view, "confusion"),
        _lab(view, RESPIRATION, lambda rate: int(rate >= 30), 1),
        pressure,
        _age(view, lambda years: int(years >= 65), 1),
    )


def _centor(view: View) -> Scored:
    """Fever by what was measured, else by what was told; the Swedish limit is 38.5 °C."""
    fever = _lab(view, TEMPERATURE, lambda degrees: int(degrees >= Decimal("38.5")), 1)
    if fever.missing:
        fever = _sign(view, "fever")
    signs: tuple[SignCode, ...] = ("tender_nodes", "tonsillar_coating", "no_cough")
    return _sum(fever, *(_sign(view, code) for code in signs))


def _news2(view: View) -> Scored:
    """What was scored on a form stands; else it is counted from what was measured. Adults only."""
    years = view.facts.patient.age
    if (years is not None and years < 16) or view.facts.patient.pregnant:
        return _NOT_FOR
    told = view.newest(NEWS2, within_days=AT_ONCE)
    if told is not None and told.value is not None:
        used = Used(code=NEWS2, value=f"{told.lab.value}", on=told.lab.date)
        return Scored(least=told.value, most=told.value, used=(used,))
    return _sum(
        _lab(view, RESPIRATION, lambda v: scores.points_of("respiration", v), 3),
        _saturation(view),
        _sign(view, "oxygen", 2),
        _lab(view, SYSTOLIC, lambda v: scores.points_of("systolic", v), 3),
        _lab(view, PULSE, lambda v: scores.points_of("pulse", v), 3),
        _sign(view, "confusion", 3),
        _lab(view, TEMPERATURE, lambda v: scores.points_of("temperature", v), 3),
    )


def _saturation(view: View) -> _Part:
    """Scale 2 only where somebody decided on it: nobody asked counts as scale 1."""
    hypercapnia = view.sign("hypercapnia", within_days=_LONG)
    if hypercapnia is None or not hypercapnia.present:
        return _lab(view, SPO2, lambda v: scores.points_of("spo2", v), 3)
    oxygen = view.sign("oxygen", within_days=AT_ONCE)
    scales = [oxygen.present] if oxygen is not None else [False, True]
    ways = [
        _lab(view, SPO2, lambda v, on=on: scores.points_of("spo2_2", v, on_oxygen=on), 3)  # type: ignore[misc]
        for on in scales
    ]
    return _Part(
        least=min(way.least for way in ways),
        most=max(way.most for way in ways),
        used=ways[0].used,
        missing=ways[0].missing,
    )


def _score2(view: View) -> Scored:
    """In per cent, one decimal. Not for who has the disease, or diabetes before 70 years."""
    person = view.facts.patient
    diabetes = bool(matching(view.ever, ("E10", "E11", "E12", "E13", "E14")))
    ill = _ill(view.ever, ("I20", "I21", "I22", "I24", "I25", "I63", "I64", "G45", "I70", "I739"))
    years = int(person.age) if person.age is not None else None
    if ill or (years is not None and (not 40 <= years <= 89 or (diabetes and years < 70))):
        return _NOT_FOR
    measured = {code: view.newest(code, within_days=_LONG) for code in (SYSTOLIC, CHOLESTEROL, HDL)}
    missing = [code for code, one in measured.items() if one is None or not one.value]
    missing += [name for name, known in (("age", years), ("sex", person.sex)) if known is None]
    smoker = view.sign("smoker", within_days=_LONG)
    if missing:
        return Scored(
            least=Decimal(0),
            most=Decimal(100),
            missing=(*missing, *(("smoker",) if smoker is None else ())),
        )
    values = {code: float(one.value) for code, one in measured.items() if one and one.value}
    assert years is not None
    assert person.sex is not None
    risks = [
        _risk(years, person.sex, smokes, diabetes, values)
        for smokes in ([smoker.present] if smoker else [False, True])
    ]
    used = (
        Used(code=code, value=f"{one.lab.value} {one.lab.unit}".strip(), on=one.lab.date)
        for code, one in measured.items()
        if one
    )
    return Scored(
        least=min(risks),
        most=max(risks),
        used=(Used(code="age", value=f"{person.age}"), *used),
        missing=() if smoker else ("smoker",),
    )


def _risk(
    years: int, sex: Literal["M", "F"], smoker: bool, diabetes: bool, values: Mapping[str, float]
) -> Decimal:
    if years >= 70:
        risk = score2_op(
            age_years=years,
            sex=sex,
            smoker=smoker,
            diabetes=diabetes,
            systolic_mmhg=values[SYSTOLIC],
            cholesterol_mmol_l=values[CHOLESTEROL],
            hdl_mmol_l=values[HDL],
        )
    else:
        risk = score2(
            age_years=years,
            sex=sex,
            smoker=smoker,
            systolic_mmhg=values[SYSTOLIC],
            cholesterol_mmol_l=values[CHOLESTEROL],
            hdl_mmol_l=values[HDL],
        )
    return Decimal(repr(risk)).quantize(Decimal("0.1"), ROUND_HALF_UP)


SCORES: Mapping[str, Callable[[View], Scored]] = {
    "cha2ds2_vasc": _cha2ds2_vasc,
    "qsofa": _qsofa,
    "crb_65": _crb_65,
    "centor": _centor,
    "news2": _news2,
    "score2": _score2,
}
"""The closed set of scores a rule may compare."""


@dataclass(frozen=True, kw_only=True)
class Bedside:
    """What a score asks that somebody must look for now."""

    labs: tuple[str, ...] = ()
    signs: tuple[SignCode, ...] = ()


ASKED_AT_THE_BEDSIDE: Mapping[str, Bedside] = {
    "cha2ds2_vasc": Bedside(),
    "qsofa": Bedside(labs=(RESPIRATION, SYSTOLIC), signs=("confusion",)),
    "crb_65": Bedside(labs=(RESPIRATION, SYSTOLIC, DIASTOLIC), signs=("confusion",)),
    "centor": Bedside(
        labs=(TEMPERATURE,), signs=("fever", "tender_nodes", "tonsillar_coating", "no_cough")
    ),
    "news2": Bedside(
        labs=(RESPIRATION, SPO2, SYSTOLIC, PULSE, TEMPERATURE), signs=("confusion", "oxygen")
    ),
    "score2": Bedside(labs=(SYSTOLIC, CHOLESTEROL, HDL), signs=("smoker",)),
}
