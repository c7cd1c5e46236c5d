"""From values and times to places in a plot, with ticks that people read easily."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10

_STEPS = tuple(
    timedelta(**{unit: count})
    for unit, counts in (
        ("hours", (1, 2, 4, 6, 12)),
        ("days", (1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652)),
    )
    for count in counts
)


def number(value: float) -> str:
    """Return a number as it is shown: decimal comma, no trailing zeros."""
    return f"{round(value, 6):g}".replace(".", ",").replace("-", "−")


@dataclass(frozen=True)
class ValueScale:
    """From ``low`` at pixel ``bottom`` to ``high`` at pixel ``top``."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Return where ``value`` stands."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)

    def ticks(self, wanted: int) -> tuple[float, ...]:
        """Return about ``wanted`` round values inside the scale."""
        step = nice_step((self.high - self.low) / max(1, wanted))
        first = ceil(self.low / step - 1e-9)
        last = floor(self.high / step + 1e-9)
        return tuple(count * step for count in range(first, last + 1))


def nice_step(rough: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least ``rough``."""
    power = 10.0 ** floor(log10(rough))
    for factor in (1, 2, 5, 10):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10 * power


def value_scale(values: Sequence[float], *, top: float, bottom: float) -> ValueScale:
    """Return a scale that holds ``values`` with a little air; one value gets air of its own."""
    low, high = min(values), max(values)
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    floor_ = 0.0 if low >= 0 else low - air
    return ValueScale(max(floor_, low - air), high + air, top, bottom)


@dataclass(frozen=True)
class TimeScale:
    """From ``start`` at pixel ``left`` to ``end`` at pixel ``right``."""

    start: datetime
    end: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Return where ``at`` stands; outside the scale it stands outside the plot."""
        share = (at - self.start) / (self.end - self.start)
        return self.left + share * (self.right - self.left)

    def ticks(self, least_gap: float) -> tuple[tuple[datetime, str], ...]:
        """Return (time, label) with at least ``least_gap`` pixels between them."""
        per_second = (self.right - self.left) / (self.end - self.start).total_seconds()
        step = next((s for s in _STEPS if s.total_seconds() * per_second >= least_gap), _STEPS[-1])
        at = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        while at < self.start:
            at += step
        found = []
        while at <= self.end:
            found.append((at, f"{at:%Y-%m-%d}" if step.days or at.hour == 0 else f"{at:%H:%M}"))
            at += step
        return tuple(found)


def time_scale(times: Sequence[datetime], *, left: float, right: float) -> TimeScale:
    """Return a scale that holds ``times`` with a little air."""
    start, end = min(times), max(times)
    air = max((end - start) * 0.04, timedelta(hours=1))
    if start == end:
        air = timedelta(days=1)
    return TimeScale(start - air, end + air, left, right)
