"""The only way to start work from a screen: what fails is shown, and work ends with its screen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from ui.kit.guard import report_drawing
from workstation.domain.defect import in_log, trace_of
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_log = logging.getLogger(__name__)


def _defect(trace: str) -> Problem:
    return Problem(
        _("Something went wrong in the program. Trace number {trace}.").format(trace=trace),
        _("What you have written is kept. Try again; if it happens again, report it."),
    )


class Tasks:
    """Runs a screen's background work. Ending it abandons the wait, never half a write."""

    def __init__(self, show: Callable[[Problem], None]) -> None:
        """``show`` is called on the event loop with every problem."""
        self._show = show
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start ``work`` on the running loop."""
        task = asyncio.get_running_loop().create_task(self._guard(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def cancel_all(self) -> None:
        """Stop waiting for everything that runs."""
        for task in tuple(self._running):
            task.cancel()

    async def finish(self) -> None:
        """Wait until nothing runs: before closing, and in tests."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def at_once(self, work: Callable[[], None]) -> None:
        """Do ``work`` before anything else runs; what fails in it is shown like any other."""
        with self._shown():
            work()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        with self._shown():
            await work

    @contextmanager
    def _shown(self) -> Iterator[None]:
        try:
            yield
        except Problem as problem:
            self._show(problem)
        except Exception as error:  # noqa: BLE001  the one place: a defect is logged and shown
            # The exception's text may quote the record: its type and the places are enough.
            if not report_drawing(error):  # else the view is covered and says it itself
                trace = trace_of(error)
                _log.error("defect %s in background work: %s", trace, in_log(error))
                self._show(_defect(trace))
