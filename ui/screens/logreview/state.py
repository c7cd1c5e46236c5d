"""What the log review shows: which lines are asked for, and those that came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from sync.protocol.log import LoggedPatient, LogLine, LogQuestion
from workstation.domain.values import millis_of

SAMPLE = 25
PERIODS: dict[str, int] = {"day": 1, "week": 7, "month": 30, "all": 0}
"""Days that are looked back on; 0: everything."""


class Filters(TypedDict, total=False):
    """What narrows the lines; what is not named stays as it is."""

    period: str
    activity: str
    flagged: bool
    sampled: bool
    patient: LoggedPatient | None
    person: tuple[str, str]


@dataclass(frozen=True, kw_only=True, repr=False)
class LogState:
    """``lines``: None until read. ``next``: there is more. ``patient``, ``person``: narrowed to
    one. ``failed``: (message, advice) why nothing could be read. ``reading``: under way.
    """

    lines: tuple[LogLine, ...] | None = None
    next: str = ""
    period: str = "week"
    activity: str = ""
    flagged: bool = False
    sampled: bool = False
    patient: LoggedPatient | None = None
    person: tuple[str, str] = ("", "")
    chosen: str = ""
    reading: bool = False
    failed: tuple[str, str] = ("", "")

    def line(self, key: str) -> LogLine | None:
        """Return the line of a row."""
        return next((line for line in self.lines or () if str(line.seq) == key), None)

    def question(self, today: date, *, after: str = "") -> LogQuestion:
        """Return what to ask the server for. ``today`` in Sweden."""
        days = PERIODS[self.period]
        return LogQuestion(
            patient=self.patient.patient if self.patient is not None else None,
            person=self.person[0],
            activity=self.activity,
            since=millis_of((today - timedelta(days=days - 1)).isoformat()) if days else 0,
            flagged=self.flagged,
            sample=SAMPLE if self.sampled else 0,
            after=after,
        )


def actions_open(state: LogState) -> tuple[str, ...]:
    """Return what may be done with the chosen line."""
    line = state.line(state.chosen)
    about = ("patient",) if line is not None and line.patients else ()
    who = ("person",) if line is not None and line.person else ()
    narrowed = ("everything",) if state.patient is not None or state.person[0] else ()
    more = ("more",) if state.next else ()
    extract = ("extract",) if state.patient is not None else ()
    return (*about, *who, *extract, *narrowed, *more)
