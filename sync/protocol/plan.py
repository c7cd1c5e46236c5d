"""What to do next on the way down: a pure function of where everything stands.

One step at a time, most urgent first; after each the situation is looked at anew, so a wake-up
during a long load is answered between two of its steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sync.protocol.messages import Span

POLL_SECONDS = 60.0
"""Where no wake-up comes, ask this often."""
SECOND_LOOK_SECONDS = 5.0
"""Digests that differ are looked at again after this long."""
HELLO_SECONDS = 3_600.0
"""The clock and the list of units are asked for again this often."""
MOST_SPANS = 250
FEWEST_ENTRIES, FIRST_ENTRIES, MOST_ENTRIES = 50, 3_000, 12_000
"""About how many records one request brings: on a line that breaks, to begin with, and on a quick one."""
AT_ONCE = 1_500
"""This many records are stored together: a save waits for no more than that."""
_QUICK_SECONDS, _SLOW_SECONDS = 0.5, 2.0
_UNKNOWN_SPAN = 40
"""Entries an essential span is taken to bring; nobody knows before it comes."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that decides the next step.

    Attributes:
        server_epoch: As the server said at hello.
        epoch, cursors: As the store stands.
        chosen: Units to follow; ``allowed``: units the server lets this person follow.
        left: Units chosen before and not now, even where their list was never taken.
        compared: Units compared with the server since ``server_epoch`` was heard.
        doubtful: Units whose copy cannot be trusted to continue by the feed.
        pull_due: A wake-up, a timer, or more was waiting.
        opened: Patients whose chart is open and not complete, with the revision to go on from.
        wanted: What the store wants next.
        portion: About how many records one request should bring: fewer on a line that breaks.
    """

    server_epoch: str
    epoch: str
    cursors: Mapping[str, int]
    chosen: tuple[str, ...]
    allowed: frozenset[str]
    left: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    pull_due: bool = False
    opened: tuple[tuple[UUID, int], ...] = ()
    wanted: tuple[Span, ...] = ()
    portion: int = FIRST_ENTRIES


@dataclass(frozen=True, kw_only=True)
class Adopt:
    """Remember the server's epoch. ``compared``: units whose copies hold in it."""

    epoch: str
    compared: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Stop following a unit."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class Compare:
    """Compare copies of a unit, and heal what differs."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class TakeList:
    """Read a unit's list of patients for the first time."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class Pull:
    """Ask for everything after these positions."""

    cursors: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """Fetch spans of records. ``opened``: for a chart that somebody looks at."""

    spans: tuple[Span, ...]
    opened: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Nothing to do until something happens."""


Step = Adopt | Leave | Compare | TakeList | Pull | Fetch | Rest


def next_step(now: Situation) -> Step:
    """Return what to do next.

    A new epoch first: nothing of the feed means anything before the copies were compared, and
    only when all are is the epoch adopted, so that a crash in between compares again. Then what
    keeps the scope right, then an open chart, then changes, then the load.
    """
    followed = {unit: pos for unit, pos in now.cursors.items() if unit in now.allowed}
    if now.epoch != now.server_epoch:
        return _towards_epoch(now, followed)
    if left := sorted((now.cursors.keys() | now.left) - set(now.chosen)):
        return Leave(unit=left[0])
    if doubtful := sorted(now.doubtful & followed.keys()):
        return Compare(unit=doubtful[0])
    if new := [unit for unit in now.chosen if unit in now.allowed and unit not in now.cursors]:
        return TakeList(unit=new[0])
    if now.opened:
        return _open_chart(*now.opened[0], most=now.portion)
    if now.pull_due and followed:
        return Pull(cursors=followed)
    if now.wanted:
        return Fetch(spans=portion(now.wanted, most=now.portion))
    return Rest()


def _towards_epoch(now: Situation, followed: Mapping[str, int]) -> Step:
    if now.epoch and (left := sorted(followed.keys() - now.compared)):
        return Compare(unit=left[0])
    return Adopt(epoch=now.server_epoch, compared=now.compared)


def _open_chart(patient: UUID, first: int, *, most: int) -> Fetch:
    """What the chart cannot do without comes first, the whole stream right behind it."""
    whole = Span(p=patient, first=first, last=first + most - 1)
    spans = (Span(p=patient, essential=True), whole) if first == 1 else (whole,)
    return Fetch(spans=spans, opened=patient)


def after_a_cut(portion: int) -> int:
    """Return how many records to ask for after a request that did not get through."""
    return max(FEWEST_ENTRIES, portion // 2)


def after_success(portion: int, *, seconds: float) -> int:
    """Return how many records to ask for after a request that took so long.

    A chart that somebody opens waits for the request under way, so that one is kept short.
    """
    if seconds > _SLOW_SECONDS:
        return max(FEWEST_ENTRIES, portion // 2)
    return min(MOST_ENTRIES, portion * 2) if seconds < _QUICK_SECONDS else portion


def portion(spans: Sequence[Span], *, most: int = MOST_ENTRIES) -> tuple[Span, ...]:
    """Return the first spans, as many as one request should bring; of a long one its newest part."""
    entries = 0
    for count, span in enumerate(spans[:MOST_SPANS]):
        entries += _expected(span)
        if entries > most:
            return tuple(spans[:count]) if count else (_newest(span, most),)
    return tuple(spans[:MOST_SPANS])


def _newest(span: Span, most: int) -> Span:
    if span.essential or not span.last:
        return span
    return Span(p=span.p, first=max(span.first, span.last - most + 1), last=span.last)


def _expected(span: Span) -> int:
    if span.essential or not span.last:
        return _UNKNOWN_SPAN
    return span.last - span.first + 1
