"""The small values bodies are made of: codes, amounts, dates. Amounts are decimal text, never float."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

import msgspec

from workstation.domain import clock
from workstation.domain.record import Silent

DecimalText = Annotated[
    str, msgspec.Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z", max_length=40)
]
"""A number exactly as it was written, digits kept: ``"2.50"`` is not ``"2.5"``."""

_WHEN = re.compile(
    r"^[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?)?)?\Z",
)
When = Annotated[str, msgspec.Meta(pattern=_WHEN.pattern, max_length=40)]
"""A FHIR date, partial date or dateTime (with zone), exactly as it was written."""


class Coding(Silent, frozen=True, kw_only=True):
    """A code in a system (URI), with the system's own words for it."""

    system: str
    code: str
    display: str = ""
    version: str = ""


class Concept(Silent, frozen=True, kw_only=True):
    """What is meant: the words the author chose, and any codes for it."""

    text: str = ""
    codings: tuple[Coding, ...] = ()

    @property
    def label(self) -> str:
        """The words to show: the author's, else the first code's, else the bare code."""
        if self.text:
            return self.text
        for coding in self.codings:
            if coding.display:
                return coding.display
        return self.codings[0].code if self.codings else ""

    def code_in(self, system: str) -> str:
        """Return the code in ``system``, or an empty text."""
        for coding in self.codings:
            if coding.system == system:
                return coding.code
        return ""


class Quantity(Silent, frozen=True, kw_only=True):
    """An amount with its unit. ``unit`` as shown; ``code`` the UCUM code where known.

    ``comparator`` is one of ``<``, ``<=``, ``>=``, ``>`` or empty.
    """

    value: DecimalText
    unit: str = ""
    code: str = ""
    system: str = ""
    comparator: str = ""

    @property
    def number(self) -> Decimal:
        """The value as an exact decimal."""
        return Decimal(self.value)


class Period(Silent, frozen=True, kw_only=True):
    """From and to; an empty end is open."""

    start: When | None = None
    end: When | None = None


_MOMENT = re.compile(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?(Z|([+-])(\d+):(\d+))")


_USUAL_LENGTH = len("2026-01-01T00:00:00.000Z")


def millis_of(when: str) -> int:
    """Return the first instant of a :data:`When`, in ms UTC. A date begins in Swedish time.

    Never fails for a text of that form: a day the month does not have counts as its last, a
    leap second as the second before. Whether a date exists is for whoever takes it in to check.
    """
    if "T" in when:
        return _millis_of_moment(when)
    parts = [int(part) for part in when.split("-")] + [1, 1]
    day = _day(parts[0], parts[1], parts[2])
    return clock.to_millis(datetime(day.year, day.month, day.day, tzinfo=clock.swedish_zone()))


_END_OF_TIME = clock.to_millis(datetime.max.replace(tzinfo=UTC))


def end_of(when: str) -> int:
    """Return the first instant after a :data:`When`, in ms UTC: of a date, the next day's first.

    A moment is its own end.
    """
    if "T" in when:
        return _millis_of_moment(when)
    parts = [int(part) for part in when.split("-")]
    last = _day(*(parts + [12, 31][len(parts) - 1 :]))
    if last == date.max:
        return _END_OF_TIME
    return millis_of((last + timedelta(days=1)).isoformat())


@lru_cache(1_024)  # the values of an answer share their times, and each is asked for several times
def _millis_of_moment(when: str) -> int:
    if len(when) == _USUAL_LENGTH:  # as records carry it: five times as fast
        try:
            return clock.from_text(when)
        except ValueError:
            pass
    found = _MOMENT.fullmatch(when)
    if found is None:
        raise ValueError("not a dateTime")
    year, month, day, hour, minute = (int(found[n]) for n in range(1, 6))
    second = min(int(found[6] or 0), 59)
    micros = int((found[7] or "0")[:6].ljust(6, "0"))
    offset = timedelta(0)
    if found[9]:
        offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
        offset = -offset if found[9] == "-" else offset
    whole = _day(year, month, day)
    moment = datetime(whole.year, whole.month, whole.day, hour, minute, second, micros, tzinfo=UTC)
    return (moment - offset - clock.EPOCH) // timedelta(milliseconds=1)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def is_when(text: str) -> bool:
    """Return whether a text has the form of a :data:`When` and its day is in the calendar."""
    if _WHEN.fullmatch(text) is None:
        return False
    parts = [int(part) for part in text[:10].split("-")]
    return len(parts) < 3 or parts[2] <= calendar.monthrange(parts[0], parts[1])[1]


def local_text(millis: int, *, seconds: bool = False) -> str:
    """Return ``yyyy-MM-dd HH:mm`` in Swedish time."""
    moment = clock.from_millis(millis).astimezone(clock.swedish_zone())
    return moment.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def local_date(millis: int) -> date:
    """Return the Swedish calendar day of an instant."""
    return clock.from_millis(millis).astimezone(clock.swedish_zone()).date()


def utc_text(moment: datetime) -> str:
    """Return a dateTime for a body: UTC, milliseconds."""
    return clock.to_text(clock.to_millis(moment.astimezone(UTC)))


def age_on(born: date, day: date) -> int:
    """Return completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def days_between(first: date, last: date) -> int:
    """Return whole days from ``first`` to ``last``."""
    return (last - first) // timedelta(days=1)
