"""How the line to the server is, when to try again, and how far our clock is from the server's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

LONGEST_WAIT_SECONDS = 60.0
SILENCE_SECONDS = 2.6
"""This long without a word from the server is reason to ask whether it is there."""
PROBE_SECONDS = 1.8
"""A question without an answer for this long: the line is down. Together well under five seconds."""
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_MEASURE_MS = 5_000


class Line(Enum):
    """The line as the status line shows it."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    OFFLINE = "offline"
    REFUSED = "refused"
    """The server answers and says no; ``Contact.refusal`` says why."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What is known of the line. Times are ms UTC on this device's clock.

    Attributes:
        since: When ``line`` became what it is.
        last: When the server last answered anything.
        failures: Attempts in a row that failed.
        refusal: Code as in ``messages.Refused``, or ``protocol`` where it made no sense.
    """

    line: Line = Line.CONNECTING
    since: int
    last: int | None = None
    failures: int = 0
    refusal: str = ""

    def reached(self, now: int) -> Contact:
        """The server answered as it should."""
        return Contact(line=Line.CONNECTED, since=self._since(Line.CONNECTED, now), last=now)

    def lost(self, now: int) -> Contact:
        """No answer came."""
        return replace(
            self,
            line=Line.OFFLINE,
            since=self._since(Line.OFFLINE, now),
            failures=self.failures + 1,
            refusal="",
        )

    def refused(self, code: str, now: int) -> Contact:
        """The server answered, and said no."""
        return Contact(
            line=Line.REFUSED,
            since=self._since(Line.REFUSED, now),
            last=now,
            failures=self.failures + 1,
            refusal=code,
        )

    @property
    def may_push(self) -> bool:
        """Whether pushing can succeed: a program too old to pull may always push."""
        return self.line is Line.CONNECTED or self.refusal == "too_old_program"

    def _since(self, line: Line, now: int) -> int:
        return self.since if self.line is line else now


def wait_before_retry(failures: int, *, random: float, at_least: float = 0.0) -> float:
    """Return how many seconds to wait before the next attempt.

    Anything between nothing and the doubled wait, up to a minute: after an outage the whole
    region does not knock at once.

    Args:
        failures: Attempts in a row that failed.
        random: Uniform in [0, 1).
        at_least: Seconds the server asked for.
    """
    longest = min(LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** min(failures, 10))
    return at_least + max(0.05, random * longest)


def clock_skew(*, asked: int, answered: int, server_now: int) -> int | None:
    """Return how many ms this device's clock is behind the server's (negative: ahead).

    None where the answer took so long that the figure would mislead.

    Args:
        asked, answered: ms UTC on this device when the question left and the answer came.
        server_now: ms UTC in the answer.
    """
    if not 0 <= answered - asked <= _LONGEST_MEASURE_MS:
        return None
    return server_now - (asked + answered) // 2
