"""How long the event loop was away: while it is, no key and no click is answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, QTimerEvent

_BEAT_MS = 2
MOST_MS = 50
"""What is promised: nothing keeps the event loop longer than this."""


class Watchdog(QObject):
    """A heart that beats on the event loop; the longest pause between two beats is a block.

    Attributes:
        longest_ms: The longest time the loop was away so far, by the wall clock.
        busy_ms: The most processor time of this thread between two beats: the same, without what
            other programs took meanwhile.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = self.busy_ms = 0.0
        self._wall, self._busy = time.perf_counter(), time.thread_time()
        self._timer = self.startTimer(_BEAT_MS, Qt.TimerType.PreciseTimer)

    def timerEvent(self, _event: QTimerEvent) -> None:  # noqa: N802  Qt's name
        """Measure the pause since the last beat."""
        wall, busy = time.perf_counter(), time.thread_time()
        self.longest_ms = max(self.longest_ms, (wall - self._wall) * 1000 - _BEAT_MS)
        self.busy_ms = max(self.busy_ms, (busy - self._busy) * 1000)
        self._wall, self._busy = wall, busy

    def stop(self) -> None:
        """Stop; what keeps the loop at this moment counts."""
        self.killTimer(self._timer)
        self.timerEvent(QTimerEvent(self._timer))


@contextmanager
def watching() -> Iterator[Watchdog]:
    """Watch the event loop for the length of the block."""
    dog = Watchdog()
    try:
        yield dog
    finally:
        dog.stop()
