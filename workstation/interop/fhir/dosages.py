"""FHIR dosage instructions as steps, where they can be said in steps without loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from workstation.domain.medication import DosageStep
from workstation.domain.values import Quantity
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import exact_json
from workstation.interop.fhir.values import period_at, quantity_at, words, words_at

_OCCASIONS = {"MORN": 0, "NOON": 1, "EVE": 2, "NIGHT": 3}
_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_UNITS = ("h", "d", "wk", "mo")
_INSTRUCTION = frozenset(
    {
        "sequence",
        "text",
        "additionalInstruction",
        "patientInstruction",
        "timing",
        "asNeededBoolean",
        "asNeededCodeableConcept",
        "site",
        "route",
        "method",
        "doseAndRate",
        "maxDosePerPeriod",
        "id",
    }
)
_REPEAT = frozenset(
    {
        "frequency",
        "period",
        "periodUnit",
        "dayOfWeek",
        "timeOfDay",
        "when",
        "boundsDuration",
        "boundsPeriod",
    }
)
_DAYS = {"d": 1, "wk": 7}


class _CannotBeSaid(Exception):
    """The instruction says something that steps have no place for."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Dosing:
    """``steps`` is empty where the words alone are certain. ``text``: the source's words."""

    steps: tuple[DosageStep, ...] = ()
    text: str = ""
    route: str = ""
    start: str | None = None
    end: str | None = None


def dosing(node: Node, key: str) -> Dosing:
    """Read the Dosage list at ``key``."""
    parts = node.children(key)
    text = "\n".join(words for part in parts if (words := part.text("text")))
    routes = [route for part in parts if (route := words_at(part, "route"))]
    bounds = _bounds(parts)
    try:
        steps = _steps(parts)
    except _CannotBeSaid:
        steps = ()
        text = text or ("" if all(_says_nothing(part) for part in parts) else own_words(node, key))
    return Dosing(
        steps=steps, text=text, route=next(iter(routes), ""), start=bounds[0], end=bounds[1]
    )


def _says_nothing(part: Node) -> bool:
    """Whether it holds neither amount nor time nor words."""
    return part.keys() <= {"sequence", "asNeededBoolean"} and not part.flag("asNeededBoolean")


def own_words(node: Node, key: str) -> str:
    """Return the instructions as the source wrote them, for what has no words of its own."""
    return exact_json(node.plain()[key])


def _bounds(parts: Iterable[Node]) -> tuple[str | None, str | None]:
    for part in parts:
        timing = part.child("timing")
        repeat = timing.child("repeat") if timing is not None else None
        period = period_at(repeat, "boundsPeriod") if repeat is not None else None
        if period is not None:
            return period.start, period.end
    return None, None


def _steps(parts: tuple[Node, ...]) -> tuple[DosageStep, ...]:
    """One instruction is one step; instructions in sequence are a ramp; together, one day's amounts."""
    groups: dict[int, list[DosageStep]] = {}
    for place, part in enumerate(parts):
        sequence = part.whole("sequence")
        groups.setdefault(place if sequence is None else sequence, []).append(_step(part))
    if any("sequence" not in part for part in parts) and len(parts) > 1:
        raise _CannotBeSaid
    steps = tuple(_one(group) for _sequence, group in sorted(groups.items()))
    if any(step.days is None for step in steps[:-1]):
        raise _CannotBeSaid
    if len(steps) == 1 and steps[0] == DosageStep(unit=steps[0].unit):
        raise _CannotBeSaid
    return steps


def _one(group: list[DosageStep]) -> DosageStep:
    if len(group) == 1:
        return group[0]
    first = group[0]
    amounts = ["0"] * 4
    for step in group:
        taken = [place for place, amount in enumerate(step.amounts) if amount != "0"]
        if len(taken) != 1 or amounts[taken[0]] != "0" or _rest(step) != _rest(first):
            raise _CannotBeSaid
        amounts[taken[0]] = step.amounts[taken[0]]
    return replace(first, amounts=tuple(amounts))


def _rest(step: DosageStep) -> DosageStep:
    return replace(step, amounts=())


def _step(part: Node) -> DosageStep:
    _only(part, _INSTRUCTION)
    fields: dict[str, Any] = {}
    _amounts(part, fields)
    _timing(part, fields)
    reason = "asNeededCodeableConcept"
    fields["as_needed"] = bool(part.flag("asNeededBoolean")) or reason in part
    fields["as_needed_for"] = words_at(part, reason)
    _limit(part, fields)
    told = [
        *map(words, part.children("additionalInstruction")),
        part.text("patientInstruction"),
    ]
    fields["instruction"] = "; ".join(text for text in told if text)
    return DosageStep(**fields)


def _amounts(part: Node, fields: dict[str, Any]) -> None:
    rates = part.children("doseAndRate")
    if len(rates) > 1:
        raise _CannotBeSaid
    for rate in rates:
        _only(rate, frozenset({"type", "doseQuantity", "doseRange", "rateQuantity", "id"}))
        dose = _exact(quantity_at(rate, "doseQuantity"))
        limits = rate.child("doseRange")
        low = _exact(quantity_at(limits, "low")) if limits is not None else dose
        high = _exact(quantity_at(limits, "high")) if limits is not None else None
        if (limits is not None and (low is None or high is None)) or _differ(low, high):
            raise _CannotBeSaid
        if low is not None:
            fields["dose"], fields["unit"] = low.value, low.unit or low.code
        if high is not None:
            fields["dose_high"] = high.value
        fields["rate"] = quantity_at(rate, "rateQuantity")


def _exact(found: Quantity | None) -> Quantity | None:
    if found is not None and found.comparator:
        raise _CannotBeSaid
    return found


def _differ(low: Quantity | None, high: Quantity | None) -> bool:
    return (
        low is not None and high is not None and (low.unit or low.code) != (high.unit or high.code)
    )


def _timing(part: Node, fields: dict[str, Any]) -> None:
    timing = part.child("timing")
    if timing is None:
        return
    _only(timing, frozenset({"repeat", "id"}))
    repeat = timing.child("repeat")
    if repeat is None:
        raise _CannotBeSaid
    _only(repeat, _REPEAT)
    fields["frequency"] = repeat.whole("frequency")
    _period(repeat, fields)
    days = repeat.texts("dayOfWeek")
    if any(day not in _WEEKDAYS for day in days):
        raise _CannotBeSaid
    fields["weekdays"] = tuple(sorted(_WEEKDAYS[day] for day in days))
    times = repeat.texts("timeOfDay")
    if any(not time.endswith(":00") or len(time) != 8 for time in times):
        raise _CannotBeSaid
    fields["times"] = tuple(time[:5] for time in times)
    _occasions(repeat, fields)
    _duration(repeat, fields)


def _period(repeat: Node, fields: dict[str, Any]) -> None:
    number, unit = repeat.number("period"), repeat.text("periodUnit")
    if number is None and not unit:
        if fields["frequency"] is not None:
            raise _CannotBeSaid
        return
    whole = (number or "1").partition(".")
    if unit not in _UNITS or not whole[0].isdigit() or whole[2].strip("0") or int(whole[0]) < 1:
        raise _CannotBeSaid
    fields["period"], fields["period_unit"] = int(whole[0]), unit
    if fields["frequency"] is None:
        fields["frequency"] = 1


def _occasions(repeat: Node, fields: dict[str, Any]) -> None:
    whens = repeat.texts("when")
    if not whens:
        return
    dose = fields.pop("dose", None)
    known = all(when in _OCCASIONS for when in whens)
    daily = fields.get("period_unit", "d") == "d" and fields.get("period", 1) == 1
    count = fields.get("frequency")
    if not known or dose is None or "dose_high" in fields or fields["times"]:
        raise _CannotBeSaid
    if count not in (None, len(whens)) or (not daily and len(whens) > 1):
        raise _CannotBeSaid
    if daily:
        fields["frequency"] = None
    amounts = ["0"] * 4
    for when in whens:
        amounts[_OCCASIONS[when]] = dose
    fields["amounts"] = tuple(amounts)


def _duration(repeat: Node, fields: dict[str, Any]) -> None:
    if "boundsDuration" not in repeat:
        return
    found = quantity_at(repeat, "boundsDuration")
    unit = (found.code or found.unit) if found is not None else ""
    if found is None or unit not in _DAYS or not found.value.isdigit() or found.comparator:
        raise _CannotBeSaid
    fields["days"] = int(found.value) * _DAYS[unit]


def _limit(part: Node, fields: dict[str, Any]) -> None:
    inner = part.child("maxDosePerPeriod")
    if inner is None:
        return
    most, per = quantity_at(inner, "numerator"), quantity_at(inner, "denominator")
    day = per is not None and per.value == "1" and (per.code or per.unit) == "d"
    if most is None or not day or (most.unit or most.code) != fields.get("unit", ""):
        raise _CannotBeSaid
    fields["max_per_day"] = most.value


def _only(node: Node, known: frozenset[str]) -> None:
    if node.keys() - known:
        raise _CannotBeSaid
