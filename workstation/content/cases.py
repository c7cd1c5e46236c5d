"""Cases outside any record, as content owners and auditors write them, and their answers."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts
from workstation.decision_support.findings import Card
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_T = TypeVar("_T")


class CaseProblem(Problem):
    """A case cannot be read; one line names the case and the field."""


class _Input(msgspec.Struct, frozen=True, kw_only=True):
    as_of: date
    cases: list[msgspec.Raw]


class _Id(msgspec.Struct, frozen=True, kw_only=True):
    id: str


def read_cases(raw: bytes) -> dict[str, Facts]:
    """Read a file of cases.

    Raises:
        CaseProblem: It is malformed; the message is one line that names the case and field.
    """
    whole = _decoded(raw, _Input, "file")
    found: dict[str, Facts] = {}
    for position, part in enumerate(whole.cases):
        name = _decoded(bytes(part), _Id, f"cases[{position}]").id
        if name in found:
            raise _malformed(name, "id", _("is used twice"))
        found[name] = facts_from(_object(bytes(part), name), as_of=whole.as_of, name=name)
    return found


def facts_from(case: dict[str, Any], *, as_of: date, name: str) -> Facts:
    """Return the facts of one case.

    Raises:
        CaseProblem: A field is malformed.
    """
    given = {key: value for key, value in case.items() if value is not None}
    given.setdefault("as_of", as_of)
    try:
        facts = msgspec.convert(_without_nulls(given), Facts, strict=True, dec_hook=None)
    except msgspec.ValidationError as error:
        text = str(error)
        what, _sep, where = text.partition(" - at `$")
        raise _malformed(name, where.strip("`.") or "?", what) from None
    _check_numbers(facts, name)
    return facts


def answers(engine: Engine, cases: dict[str, Facts]) -> dict[str, list[dict[str, Any]]]:
    """Evaluate the cases; the answer has one entry for each card."""
    return {
        name: [_entry(card) for card in engine.evaluate(facts)] for name, facts in cases.items()
    }


def _entry(card: Card) -> dict[str, Any]:
    lead = card.lead
    return {
        "category": lead.category,
        "severity": lead.severity,
        "interruptive": card.interruptive,
        "about": list(card.about),
        "text": card.text,
        "rule": lead.rule,
        "version": lead.version,
    }


def _without_nulls(value: Any) -> Any:
    """Leave out what is null inside lists of facts: the same as not written."""
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


_GREATEST = Decimal(10) ** 9
_DIGITS = 30
_LONGEST = 200
_ATC = re.compile(r"^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$")


def _check_numbers(facts: Facts, name: str) -> None:
    patient = facts.patient
    ranges = (("age", 130), ("weight_kg", 700), ("height_cm", 300), ("gestational_week", 45))
    for field, most in ranges:
        value = getattr(patient, field)
        if value is not None and not (_sane(value) and value <= most):
            raise _malformed(name, f"patient.{field}", _("is out of range"))
    medications = (*facts.medications, *((facts.new_order,) if facts.new_order else ()))
    for medication in medications:
        if _ATC.match(medication.atc.strip().upper()) is None:
            raise _malformed(name, "medications.atc", _("is no ATC code"))
        amount = medication.dose_per_day
        if amount is not None and not _sane(amount.value):
            raise _malformed(name, "medications.dose_per_day.value", _("is out of range"))
    if any(not _sane(lab.value) for lab in facts.labs):
        raise _malformed(name, "labs.value", _("is out of range"))
    if any(not diagnosis.icd10.strip() for diagnosis in facts.diagnoses):
        raise _malformed(name, "diagnoses.icd10", _("is empty"))


def _sane(value: Decimal) -> bool:
    """Is it a number that can be counted with: finite, not negative, not beyond all measure?"""
    return value.is_finite() and 0 <= value <= _GREATEST and value.adjusted() > -_DIGITS


def _object(raw: bytes, name: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _malformed(name, "?", _("is not JSON")) from None
    if not isinstance(value, dict):
        raise _malformed(name, "?", _("is no object"))
    return value


def _decoded(raw: bytes, kind: type[_T], name: str) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        what, _sep, where = str(error).partition(" - at `$")
        raise _malformed(name, where.strip("`.") or "?", what) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _malformed(name, "?", _("is not JSON")) from None


def _malformed(case: str, field: str, what: str) -> CaseProblem:
    """Return the problem as one line, whatever the case calls itself."""
    told = (" ".join(text.split()).encode("utf-8", "replace").decode() for text in (case, what))
    named, fault = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in told)
    return CaseProblem(
        _("Case {case}, field {field}: {what}").format(case=named, field=field, what=fault)
    )
