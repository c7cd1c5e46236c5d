"""The time a workstation may trust for switching content, whatever its own clock says.

With contact the server's clock counts, carried on by what has passed since, which nobody can
set. Without any contact since the program started the machine's own clock stands in, never
before the last time that was known and never further beyond it than a lease lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FURTHEST_AHEAD_MS = 72 * 3_600_000
"""Without the server nobody works longer than a lease (72 h); nor does content switch later."""
WRONG_MS = 10 * 60_000
"""A machine's clock that differs by more is called wrong."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A moment as it is judged: ms UTC. ``wrong``: the machine's own clock is not believed."""

    millis: int
    wrong: bool = False


class TrustedTime:
    """Tells the time to switch by.

    Args:
        wall: The machine's clock, ms UTC: anybody may have set it.
        passed: Seconds since some moment, which nobody can set; counts while the machine sleeps.
        last_known: The latest time the server ever told here, ms UTC; 0 for never.
    """

    def __init__(
        self, *, wall: Callable[[], int], passed: Callable[[], float], last_known: int = 0
    ) -> None:
        self._wall = wall
        self._passed = passed
        self._anchor: tuple[int, float] | None = None
        self.last_known = last_known

    def met(self, server_now: int) -> None:
        """The server has told its time."""
        self._anchor = (server_now, self._passed())
        self.last_known = max(self.last_known, server_now)

    def now(self) -> Told:
        """Return the time to judge by."""
        wall = self._wall()
        if self._anchor is not None:
            at, since = self._anchor
            moment = at + round((self._passed() - since) * 1000)
            return Told(millis=moment, wrong=abs(wall - moment) > WRONG_MS)
        if not self.last_known:
            return Told(millis=wall)
        lowest, highest = self.last_known, self.last_known + FURTHEST_AHEAD_MS
        wrong = wall < lowest - WRONG_MS or wall > highest
        return Told(millis=min(max(wall, lowest), highest), wrong=wrong)
