"""A dosing in words that cannot be misread: no abbreviation, no trailing zero, "per" and never "/"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from workstation.domain.dosage_terms import OCCASIONS, WEEKDAYS, unit_words
from workstation.domain.medication import Dosage, DosageStep
from workstation.domain.runs import Run, joined, plain
from workstation.domain.texts import _, current_language, ngettext
from workstation.domain.values import Quantity

_GROUPED_FROM = 10_000
_UNIT = "mg|g|ml|mL|mmol|mikrogram|µg|E|IE"
_VOLUME = r"\d+(?:[.,]\d+)?\s*(?:ml|mL|l|L|dos|dygn|timm|tim|h|min)"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def dosage_words(dosage: Dosage) -> str:
    """Return the dosing in the current language; imported words stand as they came."""
    return plain(dosage_runs(dosage))


def dosage_runs(dosage: Dosage) -> tuple[Run, ...]:
    """Return the dosing as runs; amounts with their units are ``strong``."""
    steps = [tuple(_step_runs(step, alone=len(dosage.steps) == 1)) for step in dosage.steps]
    if not any(steps):
        return (Run(dosage.text or _("Dosage not stated")),)
    found: list[Run] = []
    for place, runs in enumerate(steps):
        if place:
            found.append(Run(f", {_('then')} "))
        found.extend(runs)
    return joined(found)


def unmeasured_runs(steps: Sequence[DosageStep]) -> tuple[Run, ...]:
    """Return a dosing whose first step says when and not how much; its amounts are not told."""
    first, *after = steps
    alone = not after
    asked = msgspec.structs.replace(first, amounts=(), dose=None, dose_high=None)
    occasions = [_(OCCASIONS[place]) for place, one in enumerate(first.amounts) if Decimal(one)]
    when = _listed(occasions) if occasions else _time_words(asked, alone=alone).removeprefix(", ")
    found = [Run(_("Amount not stated"), "strong"), Run(f", {when}" if when else ",")]
    found.extend(_limit_runs(asked, alone=alone))
    for step in after:
        found.append(Run(f", {_('then')} "))
        found.extend(_step_runs(step, alone=False))
    return joined(found)


def number_words(number: Decimal | str) -> str:
    """Return a number as it is shown: decimal comma in Swedish, leading zero, no trailing zero."""
    return _shown(number, trimmed=True)


def measured_words(number: Decimal | str) -> str:
    """Return a measured number with all its digits: ``4.0`` was not measured as ``4``."""
    return _shown(number, trimmed=False)


def _shown(number: Decimal | str, *, trimmed: bool) -> str:
    text = format(Decimal(number), "f")
    whole, _point, fraction = text.partition(".")
    fraction = fraction.rstrip("0") if trimmed else fraction
    if len(whole.lstrip("-")) > 4 and abs(Decimal(number)) >= _GROUPED_FROM:
        whole = f"{int(whole):,}".replace(",", _NO_BREAK)
    separator = "," if current_language() == "sv" else "."
    return f"{whole}{separator}{fraction}" if fraction else whole


def amount_words(amount: str, unit: str, *, to: str | None = None) -> str:
    """Return ``2,5 mg``, ``1–2 tabletter``: number, space, unit."""
    greatest = Decimal(to or amount)
    numbers = f"{number_words(amount)}–{number_words(to)}" if to else number_words(amount)
    return f"{numbers} {unit_words(unit, greatest) or _('(unit not stated)')}"


def strength_words(strength: str) -> str:
    """Return a printed strength safe to read: ``2.50 mg/ml`` is ``2,5 mg per ml``.

    Two strengths are added, not divided: ``500 mg/30 mg`` is ``500 mg + 30 mg``. A number that
    could be read as thousands (``1.000``) is left as it was printed.
    """
    spaced = re.sub(rf"(?<=\d)(?=(?:{_UNIT})\b)", " ", strength)
    several = re.sub(rf"\s*/\s*(?=\d)(?!{_VOLUME})", " + ", spaced)
    worded = re.sub(r"\s*/\s*", f" {_('per')} ", several)
    return re.sub(r"(?<![\d.,])\d+[.,]\d+(?![\d.,])", _safe_number, worded)


def _safe_number(match: re.Match[str]) -> str:
    text = match.group()
    whole, fraction = re.split(r"[.,]", text)
    if len(fraction) == 3 and int(whole):
        return text
    try:
        return number_words(f"{int(whole)}.{fraction}")
    except InvalidOperation:
        return text


def _step_runs(step: DosageStep, *, alone: bool) -> Iterator[Run]:
    if step == DosageStep(unit=step.unit):
        return
    when = tuple(_when_runs(step, alone=alone))
    yield from when
    if step.rate is not None:
        yield Run(", " if when else "")
        yield Run(_rate_words(step.rate), "strong")
    yield from _limit_runs(step, alone=alone)


def _limit_runs(step: DosageStep, *, alone: bool) -> Iterator[Run]:
    if step.as_needed:
        reason = step.as_needed_for
        words = _("as needed for {reason}").format(reason=reason) if reason else _("as needed")
        yield Run(f" {words}")
        if step.frequency is not None:
            yield Run(f", {_('at most')} {_often_words(step)}")
    if step.max_per_day is not None:
        yield Run(f", {_('at most')} ")
        yield Run(amount_words(step.max_per_day, step.unit), "strong")
        yield Run(f" {_('per day and night')}")
    if step.days is not None and not (alone and _is_once(step)):
        days = ngettext("for {days} day", "for {days} days", step.days)
        yield Run(f" {days.format(days=step.days)}")
    if step.instruction:
        yield Run(f", {step.instruction}")


def _when_runs(step: DosageStep, *, alone: bool) -> Iterator[Run]:
    if step.amounts:
        yield from _occasion_runs(step)
    elif step.dose is not None:
        yield Run(amount_words(step.dose, step.unit, to=step.dose_high), "strong")
    elif step.rate is None:
        yield Run(f"{_('Amount not stated')},")
    when = _time_words(step, alone=alone)
    if when and (step.dose is not None or step.amounts):
        yield Run(when if when.startswith(",") else f" {when}")
    elif when:
        yield Run(f"{'' if step.rate else ' '}{when.removeprefix(', ')}")


def _time_words(step: DosageStep, *, alone: bool) -> str:
    daily = step.frequency == 1 and step.period == 1 and step.period_unit == "d"
    if step.times:
        clock = _("at {times}").format(times=_listed([_no_break(t) for t in step.times]))
        return f"{clock}{_only_on(step)}"
    if step.weekdays and daily and not step.as_needed:
        return _("every {weekdays}").format(weekdays=_weekdays(step))
    if step.as_needed:
        return _only_on(step)
    if alone and _is_once(step):
        return _("on a single occasion")
    often = _often_words(step) if step.frequency is not None else ""
    return f"{often}{_only_on(step)}"


def _is_once(step: DosageStep) -> bool:
    plain_day = step.frequency == 1 and step.period == 1 and step.period_unit == "d"
    return plain_day and step.days == 1 and not step.as_needed and not step.weekdays


def _occasion_runs(step: DosageStep) -> Iterator[Run]:
    taken = [
        (amount, _(OCCASIONS[place]))
        for place, amount in enumerate(step.amounts)
        if Decimal(amount)
    ]
    amounts = {Decimal(amount) for amount, _when in taken}
    if len(amounts) == 1:
        yield Run(amount_words(taken[0][0], step.unit), "strong")
        for place, (_amount, when) in enumerate(taken):
            between = "" if not place else f" {_('and')}" if place == len(taken) - 1 else ","
            yield Run(f"{between} ")
            yield Run(when, "whole")
        return
    for place, (amount, when) in enumerate(taken):
        if place:
            yield Run(f" {_('and')} " if place == len(taken) - 1 else ", ")
        yield Run(amount_words(amount, step.unit), "strong")
        yield Run(" ")
        yield Run(when, "whole")


def _often_words(step: DosageStep) -> str:
    """Return how often: ``2 gånger dagligen``, ``var 8:e timme``, ``1 gång i veckan``."""
    frequency = step.frequency or 1
    if step.period == 1 and step.period_unit != "h":
        return _times_per(frequency, step.period_unit)
    every = _every(step.period, step.period_unit)
    if frequency == 1:
        return every
    times = ngettext("{count} time", "{count} times", frequency).format(count=frequency)
    return f"{times} {every}"


def _times_per(count: int, unit: str) -> str:
    words = {
        "d": ngettext("{count} time daily", "{count} times daily", count),
        "wk": ngettext("{count} time a week", "{count} times a week", count),
        "mo": ngettext("{count} time a month", "{count} times a month", count),
    }
    return words[unit].format(count=count)


def _every(period: int, unit: str) -> str:
    if period == 1:
        return _("every hour")
    if period == 2:
        second = {
            "h": _("every second hour"),
            "d": _("every second day"),
            "wk": _("every second week"),
            "mo": _("every second month"),
        }
        return second[unit]
    words = {
        "h": _("every {count} hours"),
        "d": _("every {count} days"),
        "wk": _("every {count} weeks"),
        "mo": _("every {count} months"),
    }
    return words[unit].format(count=_ordinal(period))


def _ordinal(number: int) -> str:
    """Swedish says ``var 21:a``, ``var 8:e``; English ``every 8``."""
    if current_language() != "sv":
        return str(number)
    return f"{number}:{'a' if number % 10 in (1, 2) and number % 100 not in (11, 12) else 'e'}"


def _only_on(step: DosageStep) -> str:
    if not step.weekdays:
        return ""
    return ", " + _("only on {weekdays}").format(weekdays=_weekdays(step))


def _weekdays(step: DosageStep) -> str:
    return _listed([_(WEEKDAYS[day - 1]) for day in sorted(set(step.weekdays))])


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_('and')} {words[-1]}"


def _rate_words(rate: Quantity) -> str:
    unit = re.sub(r"/\s*h$", f" {_('per hour')}", rate.unit)
    unit = re.sub(r"/\s*min$", f" {_('per minute')}", unit).replace("/", f" {_('per')} ")
    return f"{number_words(rate.value)} {unit}".strip()


def _no_break(text: str) -> str:
    return text.replace(" ", _NO_BREAK)
