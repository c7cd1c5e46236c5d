"""A store as one life of a workstation sees it: slow at times, and gone at the crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from random import Random
from typing import Any

from sync.protocol.ports import Store

SLOWEST_SECONDS = 0.01
_LONGEST_WAIT_SECONDS = 90.0
_CHANGES = frozenset({"apply_page", "settle", "rejoin", "adopt_epoch", "apply_streams"})


class PowerCut(asyncio.CancelledError):
    """The machine died: nothing after it runs."""


class Disk:
    """Passes every call to the store that survives, until the power is cut.

    Each call waits a little before and after its transaction, so that a crash may fall
    between the commit and whoever waits for it.
    """

    def __init__(self, store: Store, random: Random, *, after_each: Callable[[], None]) -> None:
        self._store = store
        self._random = random
        self._after_each = after_each
        self.on = True
        self._busy = asyncio.Event()

    async def fail_at_work(self) -> None:
        """Wait until something is being written or read, a moment into it."""
        self._busy.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._busy.wait()
        await asyncio.sleep(self._random.random() * 2 * SLOWEST_SECONDS)

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._store, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            if name in _CHANGES:
                self._busy.set()
            await self._pause()
            result = await method(*args, **kwargs)
            self._after_each()
            await self._pause()
            return result

        return call

    async def _pause(self) -> None:
        if not self.on:
            raise PowerCut
        await asyncio.sleep(self._random.random() * SLOWEST_SECONDS)
        if not self.on:
            raise PowerCut
