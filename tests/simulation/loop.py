"""An event loop whose time is virtual: it jumps to the next timer, so a day takes milliseconds.

Nothing outside is waited for: no sockets, no threads. The same seed gives the same run.
"""

from __future__ import annotations

import asyncio
from asyncio import base_events
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Stuck(AssertionError):
    """Everything waits and no timer is set: a deadlock."""


class _Jump:
    """Stands where the selector stands: "waiting" moves the clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def select(self, timeout: float | None) -> list[object]:
        if timeout is None:
            raise Stuck("everything waits for something else")
        self.now += timeout
        return []


class AtOnce(ThreadPoolExecutor):
    """Does the work where it is handed in: virtual time knows no threads."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  handed to whoever waits for it
            future.set_exception(error)
        return future


class VirtualLoop(base_events.BaseEventLoop):
    """Runs callbacks in order of virtual time."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Jump()
        self._clock_resolution = 1e-9
        self.set_default_executor(AtOnce())

    def time(self) -> float:
        return self._selector.now

    def _process_events(self, event_list: list[object]) -> None:
        """Nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody else could have called."""


def run_virtually(story: Coroutine[Any, Any, Answer]) -> Answer:
    """Run ``story`` to its end in virtual time."""
    loop = VirtualLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(story)
    finally:
        try:
            _end_what_is_left(loop)
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _end_what_is_left(loop: VirtualLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
