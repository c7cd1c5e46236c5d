"""Cases outside any record, as content owners and auditors write them, and their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from workstation.content.case_files import BrokenFile, parsed, unread
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts, Lab, Medication
from workstation.decision_support.findings import Card
from workstation.decision_support.kidney import reads_as_gfr
from workstation.decision_support.view import Analyte, Library, measured
from workstation.domain.icd10 import is_icd10
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_T = TypeVar("_T")


class _Input(msgspec.Struct, frozen=True, kw_only=True):
    as_of: date
    cases: list[Any]


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    id: str


class CaseProblem(Problem):
    """A case cannot be read; one line names the case and the field."""


def read_cases(raw: bytes) -> dict[str, Facts]:
    """Read a file of cases.

    Raises:
        CaseProblem: It is malformed; the message is one line that names the case and field.
    """
    return dict(_each(_whole(raw)))


def remarks(raw: bytes, cases: dict[str, Facts], engine: Engine) -> list[str]:
    """Return a line for each thing in a readable file that no rule can make use of."""
    whole = _whole(raw)
    lines = [
        _("Case {case}: {field} is no field and was not read").format(case=case, field=field)
        for case, field in unread(whole)
    ]
    lines += [
        _("Case {case}: no hook is given; read as {hook}").format(
            case=case["id"], hook=cases[case["id"]].hook
        )
        for case in whole["cases"]
        if case.get("hook") is None
    ]
    for name, facts in cases.items():
        lines += [
            _("Case {case}: {field} is not understood, and no rule sees it").format(
                case=name, field=field
            )
            for field in _unused(facts, engine.library)
        ]
    return lines


def _unused(facts: Facts, library: Library) -> Iterator[str]:
    for number, lab in enumerate(facts.labs):
        known = library.analyte(lab.code)
        if known is None:
            yield f"labs[{number}].code {lab.code!r}"
        elif measured(lab, known).value is None and not _is_gfr(lab, known):
            yield f"labs[{number}].unit {lab.unit!r}"
    if facts.new_order is None and facts.hook != "patient-view":
        yield f"hook {facts.hook!r} (new_order null)"


def _is_gfr(lab: Lab, known: Analyte) -> bool:
    """Relative and absolute GFR go by one code; the unit says which it is."""
    return known.code.startswith("eGFR") and reads_as_gfr(lab.unit)


def _whole(raw: bytes) -> Any:
    try:
        return parsed(raw)
    except BrokenFile as broken:
        raise _malformed(broken.case, broken.field, broken.what) from None


def _each(whole: Any) -> Iterator[tuple[str, Facts]]:
    as_of = _converted(whole, _Input, "file").as_of
    seen: set[str] = set()
    for position, case in enumerate(whole["cases"]):
        name = _converted(case, _Named, f"cases[{position}]").id
        if name in seen:
            raise _malformed(name, "id", _("is used twice"))
        if not name.strip():
            raise _malformed(f"cases[{position}]", "id", _("is empty"))
        seen.add(name)
        yield name, facts_from(case, as_of=as_of, name=name)
        _need_units(case, name)


def _need_units(case: dict[str, Any], name: str) -> None:
    """A number without its unit is no result; a unit that is empty is said to be none."""
    for number, lab in enumerate(case.get("labs") or ()):
        if "unit" not in lab:
            raise _malformed(name, f"labs[{number}].unit", _LACKS.format("unit"))


def facts_from(case: dict[str, Any], *, as_of: date, name: str) -> Facts:
    """Return the facts of one case. A list of medicines that is given, and empty, is whole.

    Raises:
        CaseProblem: A field is malformed.
    """
    given = {key: value for key, value in case.items() if value is not None}
    given.setdefault("as_of", as_of)
    given["takes_nothing"] = given.get("medications") == []
    try:
        facts = msgspec.convert(_without_nulls(given), Facts, strict=True, dec_hook=None)
    except msgspec.ValidationError as error:
        what, where = _told(error)
        raise _malformed(name, where, what) from None
    _check(facts, name)
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
_RANGES = (
    ("age", "0", "130"),
    ("weight_kg", "0.2", "700"),
    ("height_cm", "20", "300"),
    ("gestational_week", "0", "45"),
)
"""Least and greatest value: a height in metres or a weight of nothing is a slip of the pen."""
_ROUTES = frozenset(
    """
    oral oromucosal sublingual buccal dental nasal inhalation inhaled endotracheal ocular ophthalmic
    otic auricular cutaneous dermal topical transdermal epilesional rectal vaginal urethral bladder
    intravesical intrauterine intravenous intramuscular subcutaneous intradermal intraarterial
    intraarticular intraosseous intraperitoneal intrapleural intrathecal intravitreal epidural
    perineural infiltration implant gastric enteral parenteral unknown other peroral oralt
    intravenöst intramuskulärt subkutant kutant rektalt vaginalt nasalt sublingualt inhalerat
    """.split()
)
_LACKS = "Object missing required field `{}`"
_LACKING = re.compile(r"missing required field `(\w+)`")


def _check(facts: Facts, name: str) -> None:
    for field, what in _faults(facts):
        raise _malformed(name, field, what)


def _faults(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what no reader of types finds: the field and what is wrong with it."""
    for field, least, most in _RANGES:
        value = getattr(facts.patient, field)
        if value is not None and not (_sane(value) and Decimal(least) <= value <= Decimal(most)):
            yield f"patient.{field}", _("is out of range")
    for number, medication in enumerate(facts.medications):
        yield from _of_medication(f"medications[{number}]", medication)
    if facts.new_order is not None:
        yield from _of_medication("new_order", facts.new_order)
    yield from _of_results(facts)
    for number, diagnosis in enumerate(facts.diagnoses):
        code = diagnosis.icd10.strip().upper()
        if not is_icd10(code):
            yield f"diagnoses[{number}].icd10", _("is no ICD-10 code") if code else _("is empty")


def _of_results(facts: Facts) -> Iterator[tuple[str, str]]:
    for number, lab in enumerate(facts.labs):
        if not lab.code.strip():
            yield f"labs[{number}].code", _("is empty")
        if not _sane(lab.value):
            yield f"labs[{number}].value", _("is out of range")


def _of_medication(place: str, medication: Medication) -> Iterator[tuple[str, str]]:
    if _ATC.match(medication.atc.strip().upper()) is None:
        yield f"{place}.atc", _("is no ATC code")
    route = (medication.route or "").strip().casefold()
    if route and route not in _ROUTES:
        yield f"{place}.route", _("is no route of administration")
    amount = medication.dose_per_day
    if amount is not None and not _sane(amount.value):
        yield f"{place}.dose_per_day.value", _("is out of range")


def _sane(value: Decimal) -> bool:
    """Is it a number that can be counted with: finite, not negative, not beyond all measure?"""
    return value.is_finite() and 0 <= value <= _GREATEST and value.adjusted() > -_DIGITS


def _converted(value: Any, kind: type[_T], name: str) -> _T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        what, where = _told(error)
        raise _malformed(name, where, what) from None


def _told(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return what is wrong, and the field with its place; a field that lacks is named itself."""
    what, _sep, place = str(error).partition(" - at `$")
    where = place.strip("`.")
    lacking = _LACKING.search(what)
    if lacking is not None:
        where = f"{where}.{lacking[1]}" if where else lacking[1]
    return what, where or "?"


def _malformed(case: str, field: str, what: str) -> CaseProblem:
    """Return the problem as one line, whatever the case calls itself."""
    told = (
        " ".join(text.split()).encode("utf-8", "replace").decode() for text in (case, field, what)
    )
    named, place, fault = (
        text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in told
    )
    return CaseProblem(
        _("Case {case}, field {field}: {what}").format(case=named, field=place, what=fault)
    )
