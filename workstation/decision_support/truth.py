"""Three answers: true, false, and unknown (Kleene's strong logic)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """The answer of a predicate. ``UNKNOWN`` is never read as false nor as true."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """Return the answer for a plain boolean; ``None`` is unknown."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE

    def __and__(self, other: Truth) -> Truth:
        return self if self.value <= other.value else other

    def __or__(self, other: Truth) -> Truth:
        return self if self.value >= other.value else other

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)

    def __bool__(self) -> bool:
        raise TypeError("three answers do not fit in two: compare with Truth.TRUE")


def all_of(answers: Iterable[Truth]) -> Truth:
    """Return the conjunction; of nothing it is true."""
    whole = Truth.TRUE
    for answer in answers:
        whole = whole & answer
    return whole


def any_of(answers: Iterable[Truth]) -> Truth:
    """Return the disjunction; of nothing it is false."""
    whole = Truth.FALSE
    for answer in answers:
        whole = whole | answer
    return whole
