"""Patients with so and so many points: what the tests of rules about scores are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from workstation.content.cases import facts_from
from workstation.decision_support import scoring
from workstation.decision_support.view import Library, View

Case = dict[str, Any]
Put = Callable[[Case], None]
_ILLNESSES = (("I10", 1), ("E11.9", 1), ("I50.9", 1), ("I25.2", 1), ("I63.9", 2))
_NORMAL = {
    scoring.RESPIRATION: 16,
    scoring.SPO2: 97,
    scoring.SYSTOLIC: 130,
    scoring.DIASTOLIC: 80,
    scoring.PULSE: 75,
    scoring.TEMPERATURE: 37,
}
_UNITS = {
    scoring.RESPIRATION: "/min",
    scoring.SPO2: "%",
    scoring.SYSTOLIC: "mmHg",
    scoring.DIASTOLIC: "mmHg",
    scoring.PULSE: "/min",
    scoring.TEMPERATURE: "°C",
    scoring.CHOLESTEROL: "mmol/L",
    scoring.HDL: "mmol/L",
}


def put(name: str, value: Decimal, library: Library, as_of: date) -> Put:
    """Return what gives a case the score ``value``."""
    return lambda case: _MAKERS[name](case, value, library, as_of)


def begun(name: str, least: int, as_of: date) -> Iterator[Put]:
    """Yield cases in which somebody has begun to look for what the score asks, each in one way."""
    asked = scoring.ASKED_AT_THE_BEDSIDE[name]
    if least:
        yield lambda case: _lab(case, scoring.RESPIRATION, 30, as_of)
    for code in asked.labs:
        yield lambda case, code=code: _lab(case, code, _NORMAL.get(code, 1), as_of)  # type: ignore[misc]
    for sign in asked.signs:
        yield lambda case, sign=sign: _sign(case, sign, False)  # type: ignore[misc]


def _lab(case: Case, code: str, value: Any, as_of: date) -> None:
    day = (as_of - timedelta(days=1)).isoformat()
    entry = {"code": code, "value": value, "unit": _UNITS[code], "date": day}
    case["labs"] = [one for one in case.get("labs", []) if one["code"] != code] + [entry]


def _sign(case: Case, code: str, present: bool) -> None:
    kept = [one for one in case.get("signs", []) if one["code"] != code]
    case["signs"] = [*kept, {"code": code, "present": present}]


def _illnesses(case: Case, value: Decimal, library: Library, as_of: date) -> None:
    """Points by illnesses, beyond what age and sex give already."""
    person = case["patient"]
    left = int(value) - _of_person(person)
    for code, points in _ILLNESSES:
        if 0 < points <= left:
            case.setdefault("diagnoses", []).append({"icd10": code})
            left -= points


def _of_person(person: Mapping[str, Any]) -> int:
    years = person.get("age") or 0
    return (2 if years >= 75 else 1 if years >= 65 else 0) + (person.get("sex") == "F")


def _bedside(
    items: tuple[tuple[str, Any, int], ...],
) -> Callable[[Case, Decimal, Library, date], None]:
    """Return what puts normal values, and abnormal ones until the points are enough."""

    def make(case: Case, value: Decimal, library: Library, as_of: date) -> None:
        left = int(value)
        for code, abnormal, points in items:
            counts = 0 < points <= left
            left -= points if counts else 0
            if abnormal is True:
                _sign(case, code, counts)
            else:
                _lab(case, code, abnormal if counts else _NORMAL[code], as_of)

    return make


def _score2(case: Case, value: Decimal, library: Library, as_of: date) -> None:
    """The systolic pressure, to a tenth, that gives this risk with plain blood fats."""
    _lab(case, scoring.CHOLESTEROL, 4.0, as_of)
    _lab(case, scoring.HDL, 1.6, as_of)
    _sign(case, "smoker", False)
    low, high = 800, 2600
    while low < high:
        middle = (low + high) // 2
        _lab(case, scoring.SYSTOLIC, middle / 10, as_of)
        found = scoring.SCORES["score2"](View(facts_from(case, as_of=as_of, name="-"), library))
        if found.least is not None and found.least < value:
            low = middle + 1
        else:
            high = middle
    _lab(case, scoring.SYSTOLIC, low / 10, as_of)


_MAKERS: Mapping[str, Callable[[Case, Decimal, Library, date], None]] = {
    "cha2ds2_vasc": _illnesses,
    "qsofa": _bedside(
        ((scoring.RESPIRATION, 22, 1), (scoring.SYSTOLIC, 100, 1), ("confusion", True, 1))
    ),
    "crb_65": _bedside(
        (
            (scoring.RESPIRATION, 30, 1),
            (scoring.SYSTOLIC, 89, 1),
            ("confusion", True, 1),
            (scoring.DIASTOLIC, 60, 0),
        )
    ),
    "centor": _bedside(
        (
            (scoring.TEMPERATURE, 38.5, 1),
            ("tender_nodes", True, 1),
            ("tonsillar_coating", True, 1),
            ("no_cough", True, 1),
        )
    ),
    "news2": _bedside(
        (
            (scoring.RESPIRATION, 25, 3),
            (scoring.SPO2, 91, 3),
            (scoring.PULSE, 131, 3),
            ("oxygen", True, 2),
            (scoring.TEMPERATURE, 38.5, 1),
            (scoring.SYSTOLIC, 105, 1),
            ("confusion", True, 3),
        )
    ),
    "score2": _score2,
}
