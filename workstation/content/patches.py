"""Changes of a case, each of which makes one thing that a rule asks true, false or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from workstation.decision_support.situation import limits

Case = dict[str, Any]
AS_OF = date(2026, 3, 2)
"""The day the rows' own tests are written for, unless a test says another."""


class Patch(NamedTuple):
    """A change of a case. ``known``: the predicate can be answered. ``minor``: a detail."""

    apply: Callable[[Case], None]
    known: bool = True
    minor: bool = False


def numbers(specs: Iterable[Any]) -> list[Decimal]:
    """Return values on each side of every limit, one that all limits hold for first if any."""
    wanted = [one for spec in specs for one in limits(spec)]
    tried: list[Decimal] = []
    for one in wanted:
        step = Decimal(1).scaleb(min(0, int(one.value.as_tuple().exponent)))
        tried += [one.value - step, one.value, one.value + step]
    around = sorted({value for value in tried if value >= 0})
    holding = [value for value in around if all(one.holds(value) for one in wanted)]
    first = holding[:1] or [v for v in around if wanted[0].holds(v)][:1]
    return [*first, *(value for value in around if value not in first)]


def values(specs: Iterable[Any], put: Callable[[Case, Any], None]) -> Iterator[Patch]:
    for value in map(plain, numbers(specs)):
        yield Patch(lambda case, value=value: put(case, value))  # type: ignore[misc]


def plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def nothing(case: Case) -> None:
    """Leave the case as it is."""
