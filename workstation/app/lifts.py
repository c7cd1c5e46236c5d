"""Closes what a lift of a block has opened, at its time, with or without a network."""

from __future__ import annotations

import asyncio

from local_cache.cache import Cache
from local_cache.lifts import end_lifts
from workstation.domain.block import Reader
from workstation.domain.problem import Problem

LOOK_SECONDS = 20.0
"""Between two looks at the time."""


class LiftKeeper:
    """One session's keeper of the unit's cache."""

    def __init__(self, cache: Cache, reader: Reader) -> None:
        self._cache, self._reader = cache, reader
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self._run(), name="lifts")

    async def stop(self) -> None:
        """End it; a lift that ends meanwhile is looked at when the cache is opened."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await end_lifts(self._cache, self._reader)
            except Problem:  # a full disk is told to whoever saves; here it is tried again
                continue
