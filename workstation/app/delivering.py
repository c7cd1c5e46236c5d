"""Sends what waits here as soon as it can be sent, and again until it is received."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

_AGAIN_SECONDS = 30.0


class Delivering(ABC):
    """Delivers when there is something new, when the line comes up, and else every half minute.

    Args:
        name: What the task that runs it is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._wanted = asyncio.Event()
        self._is_connected = False
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def deliver(self) -> bool:
        """Send everything that waits; False where it must be tried again."""

    def begin(self) -> None:
        """Begin on the running event loop, with what is left from before."""
        self._task = asyncio.create_task(self._run(), name=self._name)
        self.wake()

    def wake(self) -> None:
        """There is something to send."""
        self._wanted.set()

    def line(self, *, is_up: bool) -> None:
        """The line is known to be up or down: what waits is sent as soon as it comes up."""
        if is_up and not self._is_connected:
            self.wake()
        self._is_connected = is_up

    async def stop(self) -> None:
        """End it; what was not received stays kept and is sent the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if not await self.deliver():
                await self._wait_a_while()

    async def _wait_a_while(self) -> None:
        try:
            async with asyncio.timeout(_AGAIN_SECONDS):
                await self._wanted.wait()
        except TimeoutError:
            self._wanted.set()
