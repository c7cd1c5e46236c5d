"""Clocks and percentiles for the benches."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of all are at or under."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def timed(work: Callable[[], object], *, times: int) -> list[float]:
    """Return the milliseconds of each of ``times`` runs, after one that is not counted."""
    work()
    return [_once(work) for _ in range(times)]


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


async def timed_async(work: Callable[[], Awaitable[object]], *, times: int) -> list[float]:
    """As :func:`timed`, for work that is awaited."""
    await work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken
