"""A file of cases as somebody wrote it: where it is broken, and what is in it that nobody reads.

A file is read strictly, because an auditor trusts the answers: a key that stands twice, a number
that is none and a byte that is no UTF-8 are faults with their place, not something to guess at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from workstation.decision_support.facts import (
    Allergy,
    Amount,
    Diagnosis,
    Facts,
    Lab,
    Medication,
    Patient,
    Sign,
)
from workstation.domain.texts import _

_READ: dict[str, type[msgspec.Struct]] = {
    "patient": Patient,
    "diagnoses": Diagnosis,
    "medications": Medication,
    "new_order": Medication,
    "allergies": Allergy,
    "labs": Lab,
    "signs": Sign,
    "dose_per_day": Amount,
    "single_dose": Amount,
}


class BrokenFile(Exception):
    """The file is no readable JSON: the case, the field in it and what is wrong."""

    def __init__(self, case: str, field: str, what: str) -> None:
        super().__init__(what)
        self.case, self.field, self.what = case, field, what


class _Object(dict[str, Any]):
    """A JSON object that remembers a key that stood twice."""

    twice = ""


class _NoNumber(str):
    """NaN or Infinity, which JSON does not have."""


def parsed(raw: bytes) -> Any:
    """Return the file's JSON, numbers with decimals as ``Decimal``.

    Raises:
        BrokenFile: It is empty, no UTF-8, no JSON, has a key twice or a number that is none.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = _("is not UTF-8 at byte {place}").format(place=error.start + 1)
        raise BrokenFile("file", "?", fault) from None
    if not text.strip():
        raise BrokenFile("file", "?", _("is empty"))
    value = _loaded(text)
    for place, fault in _faults(value, ""):
        case, field = _told(value, place)
        raise BrokenFile(case, field, fault)
    return value


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=Decimal, parse_constant=_NoNumber
        )
    except json.JSONDecodeError as error:
        fault = _("is not JSON at line {line}, column {column}").format(
            line=error.lineno, column=error.colno
        )
    except (ValueError, ArithmeticError, RecursionError):  # digits or depth beyond all measure
        fault = _("is not JSON")
    raise BrokenFile("file", "?", fault)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object()
    for key, value in pairs:
        if key in made:
            made.twice = key
        made[key] = value
    return made


def _faults(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _NoNumber):
        yield place, _("is no number")
    elif isinstance(value, _Object):
        if value.twice:
            yield _below(place, value.twice), _("stands twice")
        for key, part in value.items():
            yield from _faults(part, _below(place, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _faults(part, f"{place}[{number}]")


def _told(whole: Any, place: str) -> tuple[str, str]:
    """Return the case by its id, and the field in it: ``cases[1].labs[0].value``."""
    head, _sep, field = place.partition(".")
    if not head.startswith("cases["):
        return "file", place or "?"
    case = whole["cases"][int(head[len("cases[") :].partition("]")[0])]
    named = case.get("id") if isinstance(case, dict) else None
    return (named if isinstance(named, str) and named.strip() else head), field or "?"


def unread(whole: Any) -> Iterator[tuple[str, str]]:
    """Yield what stands in a readable file and is no field: the case's id, and the place in it.

    Nothing is refused for it (a case may carry its author's own remarks), but a dose under a
    misspelt name must not be left out without a word.
    """
    for case in whole["cases"]:
        rest = {key: part for key, part in case.items() if key != "id"}
        for place in _strangers(rest, Facts, ""):
            yield case["id"], place


def _strangers(value: Any, kind: type[msgspec.Struct], place: str) -> Iterator[str]:
    parts = value if isinstance(value, list) else [value]
    for number, part in enumerate(parts):
        here = f"{place}[{number}]" if isinstance(value, list) else place
        for key, inner in part.items() if isinstance(part, dict) else ():
            if key not in kind.__struct_fields__:
                yield _below(here, key)
            elif key in _READ:
                yield from _strangers(inner, _READ[key], _below(here, key))


def _below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
