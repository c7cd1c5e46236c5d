"""At what times of a day the doses of one dosing step fall, or why that cannot be told.

Where the step names no times the unit's standard times say them; where nobody has published any,
customary ward times: four occasions at 08, 12, 18 and 22. A time is never guessed from words, a
rate or a count that fits no day: that is ``Unlaid``.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from workstation.domain.clock import from_millis, swedish_zone, to_millis
from workstation.domain.medication import DosageStep

_HOUR_MS = 3_600_000


@dataclass(frozen=True, kw_only=True)
class DoseTimes:
    """When a unit gives doses that name no times of their own.

    ``occasions``: morning, noon, evening and night, as in ``1+0+1+0``. ``times``: for so many
    doses a day. What counts in hours without a known moment begins with the first occasion.
    """

    occasions: tuple[time, ...]
    times: Mapping[int, tuple[time, ...]]


_OCCASIONS = (time(8), time(12), time(18), time(22))
CUSTOMARY = DoseTimes(
    occasions=_OCCASIONS,
    times={
        1: (time(8),),
        2: (time(8), time(20)),
        3: (time(8), time(14), time(20)),
        4: _OCCASIONS,
        5: (time(8), time(11, 30), time(15), time(18, 30), time(22)),
        6: (time(7), time(10), time(13), time(16), time(19), time(22)),
        7: (time(7), time(9, 30), time(12), time(14, 30), time(17), time(19, 30), time(22)),
        8: (time(7), time(9), time(11), time(13), time(15), time(17), time(19), time(22)),
    },
)
"""What counts where nothing has been published."""


class Unlaid(Enum):
    """Why doses cannot be laid out in times."""

    WORDS = "words"
    """Only words say how it is taken."""
    RATE = "rate"
    """It runs at a rate: begun and ended, not given in doses."""
    HOW_OFTEN = "how_often"
    """How often is not said, or in a way that fits no day."""
    WEEKDAYS = "weekdays"
    """So many times a week or month, without saying which days."""
    CONTRADICTION = "contradiction"
    """What it says of times and counts does not fit together."""
    START = "start"
    """It counts from the first day, and that day is not known."""
    STEP_LENGTH = "step_length"
    """A step that others follow does not say how long it lasts."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A dose at a moment (ms UTC): ``amount`` to ``amount_high``; None where it is not stated."""

    at: int
    amount: str | None
    amount_high: str | None = None


def day_bounds(day: date) -> tuple[int, int]:
    """Return the first instant of a Swedish day and of the next (ms UTC): 23, 24 or 25 hours."""
    return _at(day, time()), _at(day + timedelta(days=1), time())


def slots_of(
    step: DosageStep,
    day: date,
    *,
    first: date | None,
    first_at: int | None,
    standard: DoseTimes = CUSTOMARY,
) -> tuple[Slot, ...] | Unlaid:
    """Return a step's doses on a Swedish day in time order; none where it rests that day.

    Args:
        first: The first day, where it is known to the day.
        first_at: The first moment (ms UTC), where it is known to the minute; an interval of
            hours counts from it, else from the first occasion of the first day.
    """
    if step.dose is None and not step.amounts:
        return _without_amount(step)
    if step.period_unit == "h" and step.frequency is not None:
        return _by_hours(step, day, first, first_at, standard)
    on = _is_on(step, day, first)
    if isinstance(on, Unlaid):
        return on
    times = _times(step, standard)
    if isinstance(times, Unlaid):
        return times
    if not on:
        return ()
    return tuple(
        Slot(at=_at(day, when), amount=amount, amount_high=step.dose_high)
        for when, amount in times
        if amount is None or Decimal(amount) or step.dose_high
    )


def _without_amount(step: DosageStep) -> Unlaid:
    if step.rate is not None:
        return Unlaid.RATE
    return Unlaid.WORDS


def _at(day: date, when: time) -> int:
    return to_millis(datetime.combine(day, when, tzinfo=swedish_zone()))


def _by_hours(
    step: DosageStep, day: date, first: date | None, first_at: int | None, standard: DoseTimes
) -> tuple[Slot, ...] | Unlaid:
    """Every k hours. Where k divides the day the clock times stay, summer time or not."""
    if step.frequency != 1 or step.times or step.amounts or step.weekdays or step.period < 1:
        return Unlaid.CONTRADICTION
    if first is None:
        return Unlaid.START
    begin = _at(first, standard.occasions[0]) if first_at is None else first_at
    start, end = day_bounds(day)
    if 24 % step.period == 0:
        moments = _by_the_clock(begin, day, step.period)
    else:
        every = step.period * _HOUR_MS
        skipped = max(0, -(-(start - begin) // every))
        moments = list(range(begin + skipped * every, end, every))
    return tuple(
        Slot(at=at, amount=step.dose, amount_high=step.dose_high)
        for at in moments
        if start <= at < end and at >= begin and step.dose is not None and _some(step)
    )


def _by_the_clock(begin: int, day: date, hours: int) -> list[int]:
    local = from_millis(begin).astimezone(swedish_zone())
    first_hour = local.hour % hours
    times = (time(hour, local.minute, local.second) for hour in range(first_hour, 24, hours))
    return sorted({_at(day, when) for when in times})


def _some(step: DosageStep) -> bool:
    return bool(Decimal(step.dose or 0)) or step.dose_high is not None


def _times(step: DosageStep, standard: DoseTimes) -> tuple[tuple[time, str | None], ...] | Unlaid:
    """Return the times of a day on which it is taken, with their amounts."""
    if step.times:
        return _given_times(step)
    if step.amounts:
        taken = sum(1 for amount in step.amounts if Decimal(amount))
        if len(step.amounts) > len(standard.occasions) or step.frequency not in (None, 1, taken):
            return Unlaid.CONTRADICTION
        return tuple(zip(standard.occasions, step.amounts, strict=False))
    count = _count(step, standard)
    if isinstance(count, Unlaid):
        return count
    return tuple((when, step.dose) for when in standard.times[count])


def _count(step: DosageStep, standard: DoseTimes) -> int | Unlaid:
    if step.frequency is None:
        return 1 if step.weekdays else Unlaid.HOW_OFTEN
    if step.period_unit != "d":
        return 1  # which days: _is_on has said
    return step.frequency if step.frequency in standard.times else Unlaid.HOW_OFTEN


def _given_times(step: DosageStep) -> tuple[tuple[time, str | None], ...] | Unlaid:
    try:
        times = [time.fromisoformat(text) for text in step.times]
    except ValueError:
        return Unlaid.WORDS
    if any(when.tzinfo is not None for when in times) or len(set(times)) != len(times):
        return Unlaid.CONTRADICTION
    counted = step.frequency is not None and step.period_unit == "d" and step.period == 1
    if counted and step.frequency != len(times):
        return Unlaid.CONTRADICTION
    amounts: Sequence[str | None] = [step.dose] * len(times)
    if step.amounts:
        amounts = [amount for amount in step.amounts if Decimal(amount)]
        if len(amounts) != len(times):
            return Unlaid.CONTRADICTION
    return tuple(sorted(zip(times, amounts, strict=True), key=lambda pair: pair[0]))


def _is_on(step: DosageStep, day: date, first: date | None) -> bool | Unlaid:
    """Whether it is a day of the step, by weekday and interval."""
    if step.period < 1:
        return Unlaid.CONTRADICTION
    if step.period_unit == "wk":
        return _in_week(step, day, first)
    if step.period_unit == "mo":
        return _in_month(step, day, first)
    if step.weekdays:
        return Unlaid.CONTRADICTION if step.period > 1 else day.isoweekday() in step.weekdays
    if step.period == 1:
        return True
    if (step.frequency or 1) != 1:
        return Unlaid.HOW_OFTEN
    return Unlaid.START if first is None else (day - first).days % step.period == 0


def _in_week(step: DosageStep, day: date, first: date | None) -> bool | Unlaid:
    """On its weekdays, every ``period`` weeks; without any, on the weekday it began."""
    named = set(step.weekdays)
    if named and step.frequency not in (None, len(named)):
        return Unlaid.CONTRADICTION
    if not named and (step.frequency or 1) != 1:
        return Unlaid.WEEKDAYS
    if not named:
        return Unlaid.START if first is None else (day - first).days % (7 * step.period) == 0
    if step.period == 1:
        return day.isoweekday() in named
    if first is None:
        return Unlaid.START
    weeks = (_monday(day) - _monday(first)).days // 7
    return weeks % step.period == 0 and day.isoweekday() in named


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _in_month(step: DosageStep, day: date, first: date | None) -> bool | Unlaid:
    """Every ``period`` months on the day it began, or the month's last where it has no such day."""
    if step.weekdays or (step.frequency or 1) != 1:
        return Unlaid.WEEKDAYS
    if first is None:
        return Unlaid.START
    months = (day.year - first.year) * 12 + day.month - first.month
    last = calendar.monthrange(day.year, day.month)[1]
    return months % step.period == 0 and day.day == min(first.day, last)
