"""Measurements of what DESIGN promises, each beside the floor of the same run.

Machines are noisy: a number is quoted as a ratio to its floor, and a promise in absolute time
is held against the measured time of this run only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One figure.

    ``floor``: the same work done bare in the same run, in ``unit``; ``ratio`` = value / floor.
    ``promise``: the most (or with ``at_least`` the least) that was promised, in words.
    ``holds``: None where nothing was promised.
    """

    bench: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    promise: str = ""
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor it takes."""
        return None if not self.floor else self.value / self.floor

    def plain(self) -> dict[str, Any]:
        """Return the figure as one JSON object."""
        ratio = self.ratio
        return asdict(self) | {"ratio": None if ratio is None else round(ratio, 3)}


Bench = Callable[[], Iterator[Measured]]

BENCHES = (
    "cache",
    "chart",
    "decisions",
    "referrals",
    "search",
    "sync",
    "server",
    "start",
    "tasks",
    "live",
    "region",
    "postgres",
)
"""Each is ``workstation/bench/<name>.py`` with a function ``run``."""


def run(names: Sequence[str]) -> Iterator[Measured]:
    """Run benches by name, in order, and give their figures as they come."""
    for name in names:
        bench: Bench = import_module(f"workstation.bench.{name}").run
        yield from bench()


def at_most(bench: str, what: str, value: float, unit: str, most: float, **more: Any) -> Measured:
    """Return a figure with a promise that it is at most ``most``."""
    promise = f"≤ {most:g} {unit}"
    return Measured(
        bench=bench,
        what=what,
        value=value,
        unit=unit,
        promise=promise,
        holds=value <= most,
        **more,
    )


def at_least(bench: str, what: str, value: float, unit: str, least: float) -> Measured:
    """Return a figure with a promise that it is at least ``least``."""
    return Measured(
        bench=bench,
        what=what,
        value=value,
        unit=unit,
        promise=f"≥ {least:g} {unit}",
        holds=value >= least,
    )


def within(bench: str, what: str, value: float, unit: str, floor: float, times: float) -> Measured:
    """Return a figure with a promise that it is at most ``times`` its floor."""
    return Measured(
        bench=bench,
        what=what,
        value=value,
        unit=unit,
        floor=floor,
        promise=f"≤ {times:g} × floor",
        holds=value <= times * floor,
    )
