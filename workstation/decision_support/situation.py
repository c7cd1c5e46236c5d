"""What a predicate is asked about, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.findings import Used
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library, Taken, View


class ContentError(ValueError):
    """A row that cannot be compiled; the message names what is wrong, not a patient."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One patient, the drug a row is about, and the other drug of a pair.

    ``subject_as`` and ``partner_as``: the sets they were found in, that say which ingredient of a
    combination is meant.
    """

    view: View
    subject: Taken | None = None
    partner: Taken | None = None
    subject_as: DrugSet | None = None
    partner_as: DrugSet | None = None


class Answer(NamedTuple):
    """The truth, the facts it rests on, and what would answer an open question."""

    truth: Truth
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()


Check = Callable[[Situation], Answer]
Builder = Callable[[Any, Library], Check]
NO = Answer(Truth.FALSE)
YES = Answer(Truth.TRUE)


def unknown(*missing: str) -> Answer:
    """Answer that it cannot be said, and what is missing."""
    return Answer(Truth.UNKNOWN, (), missing)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A comparison with a number, as ``>=65`` or ``> 20 mg``."""

    operator: str
    value: Decimal
    unit: str = ""

    def holds(self, value: Decimal) -> bool:
        match self.operator:
            case "<":
                return value < self.value
            case "<=":
                return value <= self.value
            case ">":
                return value > self.value
            case ">=":
                return value >= self.value
            case _:
                return value == self.value


_LIMIT = re.compile(r"^(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*(.*)$")


def limit(spec: Any) -> Limit:
    """Read a comparison.

    Raises:
        ContentError: It is none.
    """
    return _limit(str(spec).strip())


@lru_cache(maxsize=4096)
def _limit(text: str) -> Limit:
    found = _LIMIT.match(text)
    if found is None:
        raise ContentError(f"not a comparison: {text!r}")
    try:
        return Limit(operator=found[1], value=Decimal(found[2]), unit=found[3].strip())
    except InvalidOperation:
        raise ContentError(f"not a number: {text!r}") from None


def limits(spec: Any) -> tuple[Limit, ...]:
    """Read one comparison or a list of them that must all hold."""
    return tuple(limit(one) for one in (spec if isinstance(spec, list) else [spec]))


def strings(spec: Any) -> tuple[str, ...]:
    """Read one text or a list of them.

    Raises:
        ContentError: The list is empty, or a text is: nothing would ever fit it.
    """
    found = tuple(str(one) for one in (spec if isinstance(spec, list) else [spec]))
    if not found or not all(text.strip() for text in found):
        raise ContentError("nothing is named")
    return found
