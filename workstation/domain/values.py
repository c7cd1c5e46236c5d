"""The small values bodies are made of: codes, amounts, dates. Amounts are decimal text, never float."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

import msgspec

from workstation.domain import clock
from workstation.domain.record import Silent

DecimalText = Annotated[
    str, msgspec.Meta(pattern=r"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$", max_length=40)
]
"""A number exactly as it was written, digits kept: ``"2.50"`` is not ``"2.5"``."""

When = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$",
    ),
]
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
        return next((c.code for c in self.codings if c.system == system), "")


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


def millis_of(when: str) -> int:
    """Return the first instant of a date or dateTime, in ms UTC. A date begins in Swedish time.

    Raises:
        ValueError: No such date.
    """
    if "T" in when:
        text = when.replace("Z", "+00:00")
        return clock.to_millis(datetime.fromisoformat(text))
    parts = [int(part) for part in when.split("-")]
    day = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    return clock.to_millis(datetime(day.year, day.month, day.day, tzinfo=clock.swedish_zone()))


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
