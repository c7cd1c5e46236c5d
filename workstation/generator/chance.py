"""Chance with a seed: the only source of randomness, so that a seed is a world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws. The same name gives the same draws, whatever else has been drawn."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._random = Random(name)  # noqa: S311  a world, not a secret

    def named(self, name: str | int) -> Chance:
        """Return chance of its own for one part of the world."""
        return Chance(f"{self._name}/{name}")

    def happens(self, probability: float) -> bool:
        """Does something with this probability (0-1) happen?"""
        return self._random.random() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of ``choices``, all equally likely."""
        return choices[int(self._random.random() * len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different ones of ``choices``, or all there are, in random order."""
        return self._random.sample(list(choices), min(count, len(choices)))

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """Return one of ``(choice, weight)``."""
        left = self._random.random() * sum(weight for _choice, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

    def normal(self, mean: float, spread: float) -> float:
        """Return a draw around ``mean``, never further away than three spreads."""
        return mean + spread * max(-3.0, min(3.0, self._random.gauss(0.0, 1.0)))

    def between(self, first: date, last: date) -> date:
        """Return a day from ``first`` to ``last``, both included."""
        return first + timedelta(days=self.whole(0, max(0, (last - first).days)))

    def bytes(self, count: int) -> bytes:
        """Return random bytes, for identifiers."""
        return self._random.getrandbits(count * 8).to_bytes(count, "big")
