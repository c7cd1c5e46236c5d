"""Puts the deadlines of the content in force to work in the lists of this computer, beside everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from local_cache.cache import Cache
from local_cache.norms import take_norms
from workstation.domain.norms import Norms
from workstation.domain.problem import Problem

_AGAIN_SECONDS = 30.0


class CacheNorms:
    """Follows what is in force for one open cache."""

    def __init__(self, cache: Cache, norms: Callable[[], Norms]) -> None:
        self._cache = cache
        self._norms = norms
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self._run(), name="norms")

    def changed(self) -> None:
        """Other content is in force: what waits is looked at anew."""
        self._changed.set()

    async def stop(self) -> None:
        """End it; what is half renewed goes on at the next opening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            try:
                await take_norms(self._cache, self._norms())
            except Problem:  # a full disk is told to whoever saves; here it is tried again
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            await self._changed.wait()
