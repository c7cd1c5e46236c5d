"""The transition table: who may take which step, from where, to where, and which steps commute.

The only truth about a referral's way. Operations, screens, the server at push and the fold of
the records (``course.py``) all ask it; nothing else knows what may follow what.

Sources: RIV request v2.2 (BEK, KOM, VID, AVV, AVB; DSV, PSV, SSV; exam states); SOSFS 2004:11;
design "Conflict rule by kind": an intent on a moved base takes effect only where the table says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum


class Status(StrEnum):
    """Where a referral stands between its receiver and its sender."""

    SENT = "sent"
    RECEIVED = "received"
    COMPLETION = "completion"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    BOOKED = "booked"
    POSTPONED = "postponed"
    WAITING = "waiting"
    STARTED = "started"
    INTERRUPTED = "interrupted"
    PERFORMED = "performed"
    PARTIAL = "partial"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    OBSOLETE = "obsolete"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    VOIDED = "voided"


class Side(StrEnum):
    """Who takes a step, as its record shows."""

    REQUESTER = "requester"
    """The sending unit, or the unit that has taken over the watch."""
    RECEIVER = "receiver"
    """The unit the referral is at now."""
    LAB = "lab"
    """The receiving unit's own system, by the server's FHIR interface."""
    PATIENT = "patient"
    """The patient, of an egen vårdbegäran."""


class Step(StrEnum):
    """Everything that can happen to a referral after it was sent. The order is that in which
    steps taken apart are read together (``Meeting.BOTH``): what informs first, what ends last.
    """

    WATCH = "watch"
    ASSIGNED = "assigned"
    PRIORITISED = "prioritised"
    BEK = "BEK"
    AMENDED = "amended"
    VID = "VID"
    KOM = "KOM"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    BOOKED = "booked"
    POSTPONED = "postponed"
    WAITING = "waiting"
    STARTED = "started"
    INTERRUPTED = "interrupted"
    PERFORMED = "performed"
    DSV = "DSV"
    PSV = "PSV"
    SSV = "SSV"
    OBSOLETE = "obsolete"
    AVV = "AVV"
    AVB = "AVB"
    VOID = "void"
    RESOLUTION = "resolution"


RANK = {step: place for place, step in enumerate(Step)}
ANSWERS = frozenset({Step.DSV, Step.PSV, Step.SSV})
FACTS = ANSWERS | {Step.BEK}
"""What happened and is told: never undone by a decision on something else."""
ENDED = frozenset({Status.REJECTED, Status.OBSOLETE, Status.CANCELLED, Status.VOIDED})
"""Nothing more is to be expected of the receiver."""
ANSWERED = frozenset({Status.PARTIAL, Status.PRELIMINARY, Status.FINAL})
UNASSESSED = frozenset({Status.SENT, Status.RECEIVED, Status.FORWARDED})
UNDER_WAY = frozenset(
    {
        Status.ACCEPTED,
        Status.PLANNED,
        Status.BOOKED,
        Status.POSTPONED,
        Status.WAITING,
        Status.STARTED,
        Status.INTERRUPTED,
        Status.PERFORMED,
    }
)
"""Accepted, in one of its forms: at most one unit can ever be here."""
TO_CONFIRM = frozenset({Step.AVV, Step.OBSOLETE})
"""Ends by the receiver that the sender must have seen before the watch may close."""

ALL_TYPES = frozenset({"consultation", "takeover", "laboratory", "imaging", "own"})
EXAMS = frozenset({"laboratory", "imaging"})


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row: ``step`` may be taken ``by`` these sides, ``after`` these statuses.

    ``to`` None: the status stays. ``licensed``: takes a licensed profession. ``reason``: one must
    be given.
    """

    step: Step
    by: frozenset[Side]
    after: frozenset[Status]
    to: Status | None = None
    types: frozenset[str] = ALL_TYPES
    licensed: bool = True
    reason: bool = False


def _statuses(names: str) -> frozenset[Status]:
    return frozenset(Status(name) for name in names.split())


_OPEN = frozenset(Status) - ENDED - {Status.FINAL}
_UNTIL_PERFORMED = _OPEN - ANSWERED - {Status.PERFORMED}
_RECEIVER = frozenset({Side.RECEIVER})
_PERFORMER = frozenset({Side.RECEIVER, Side.LAB})
_LAB = frozenset({Side.LAB})
_ASKING = frozenset({Side.REQUESTER, Side.PATIENT})

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        step=Step.BEK,
        by=_PERFORMER,
        after=_statuses("sent forwarded"),
        to=Status.RECEIVED,
        licensed=False,
    ),
    Transition(step=Step.PRIORITISED, by=_RECEIVER, after=_UNTIL_PERFORMED - {Status.STARTED}),
    Transition(step=Step.ASSIGNED, by=_RECEIVER, after=_OPEN, licensed=False),
    Transition(
        step=Step.KOM,
        by=_PERFORMER,
        after=_statuses("sent received forwarded accepted planned waiting"),
        to=Status.COMPLETION,
        reason=True,
    ),
    Transition(step=Step.AMENDED, by=_ASKING, after=_statuses("completion"), to=Status.SENT),
    Transition(
        step=Step.AMENDED,
        by=_ASKING,
        after=_statuses("sent received forwarded accepted planned booked postponed waiting"),
    ),
    Transition(
        step=Step.VID,
        by=_PERFORMER,
        after=_statuses("sent received forwarded accepted"),
        to=Status.FORWARDED,
    ),
    Transition(
        step=Step.AVV,
        by=_PERFORMER,
        after=_statuses("sent received forwarded completion"),
        to=Status.REJECTED,
        reason=True,
    ),
    Transition(
        step=Step.AVB,
        by=_ASKING,
        after=_OPEN - _statuses("started performed"),
        to=Status.CANCELLED,
        reason=True,
    ),
    Transition(
        step=Step.ACCEPTED,
        by=_PERFORMER,
        after=_statuses("sent received forwarded completion"),
        to=Status.ACCEPTED,
    ),
    Transition(
        step=Step.PLANNED,
        by=_PERFORMER,
        after=_statuses("received accepted postponed waiting interrupted"),
        to=Status.PLANNED,
        types=EXAMS,
        licensed=False,
    ),
    Transition(
        step=Step.BOOKED,
        by=_PERFORMER,
        after=_UNTIL_PERFORMED - _statuses("completion started"),
        to=Status.BOOKED,
        licensed=False,
    ),
    Transition(
        step=Step.POSTPONED,
        by=_PERFORMER,
        after=_statuses("accepted planned booked"),
        to=Status.POSTPONED,
        licensed=False,
        reason=True,
    ),
    Transition(
        step=Step.WAITING,
        by=_PERFORMER,
        after=_statuses("accepted planned booked postponed started"),
        to=Status.WAITING,
        reason=True,
    ),
    Transition(
        step=Step.STARTED,
        by=_PERFORMER,
        after=_UNTIL_PERFORMED - _statuses("completion started"),
        to=Status.STARTED,
        types=EXAMS,
        licensed=False,
    ),
    Transition(
        step=Step.INTERRUPTED,
        by=_PERFORMER,
        after=_statuses("started"),
        to=Status.INTERRUPTED,
        types=EXAMS,
        reason=True,
    ),
    Transition(
        step=Step.PERFORMED,
        by=_PERFORMER,
        after=_statuses("received accepted planned booked postponed waiting started"),
        to=Status.PERFORMED,
        licensed=False,
    ),
    Transition(
        step=Step.OBSOLETE,
        by=_PERFORMER,
        after=_statuses("accepted planned booked postponed waiting interrupted"),
        to=Status.OBSOLETE,
        reason=True,
    ),
    Transition(step=Step.DSV, by=_PERFORMER, after=_OPEN - {Status.PRELIMINARY}, to=Status.PARTIAL),
    Transition(step=Step.DSV, by=_PERFORMER, after=_statuses("preliminary")),
    Transition(step=Step.PSV, by=_PERFORMER, after=_OPEN, to=Status.PRELIMINARY),
    Transition(step=Step.SSV, by=_PERFORMER, after=_OPEN, to=Status.FINAL),
    # A correction of a final answer is a final answer after it.
    Transition(step=Step.SSV, by=_PERFORMER, after=_statuses("final"), to=Status.FINAL),
    # A laboratory's system tells what it found whatever became of the request: an early answer
    # that was held up, a result of a specimen already taken when the order was cancelled.
    Transition(step=Step.DSV, by=_LAB, after=_statuses("final rejected obsolete cancelled voided")),
    Transition(step=Step.PSV, by=_LAB, after=_statuses("final rejected obsolete cancelled voided")),
    Transition(
        step=Step.SSV, by=_LAB, after=_statuses("rejected obsolete cancelled"), to=Status.FINAL
    ),
    Transition(step=Step.SSV, by=_LAB, after=_statuses("voided")),
    Transition(
        step=Step.WATCH,
        by=frozenset({Side.REQUESTER, Side.RECEIVER}),
        after=frozenset(Status) - {Status.VOIDED},
    ),
    Transition(
        step=Step.VOID,
        by=frozenset({Side.REQUESTER}),
        after=frozenset(Status) - {Status.VOIDED},
        to=Status.VOIDED,
    ),
)
"""Whatever is in no row is refused. An undecided referral takes facts, a change of watch and the
decision (``Step.RESOLUTION``, by a licensed clinician of either side), and nothing else."""

WHILE_UNDECIDED = FACTS | {Step.WATCH, Step.RESOLUTION}


def find(step: Step, *, after: Status, type_: str) -> Transition | None:
    """Return the row for a step from where a referral of that type stands; None is a no."""
    for row in _BY_STEP.get(step, ()):
        if after in row.after and type_ in row.types:
            return row
    return None


def permits(step: Step, *, after: Status, type_: str, sides: Iterable[Side]) -> Transition | None:
    """Return the row that lets one of these sides take the step; None is a no."""
    standing = frozenset(sides)
    for row in _BY_STEP.get(step, ()):
        if after in row.after and type_ in row.types and not standing.isdisjoint(row.by):
            return row
    return None


NEEDS: dict[Step, str] = {
    Step.AMENDED: "to_unit",  # every version of the request: nothing is sent to nobody
    Step.VID: "to_unit",
    Step.BOOKED: "booked_for",
    Step.ASSIGNED: "person",
}
"""What a step must say to be one, beside a reason where its rows ask for that."""
_WITH_REASON = frozenset(row.step for row in TRANSITIONS if row.reason)


def lacking(step: Step, body: object) -> str:
    """Return the field that a step's content lacks, empty where it is whole."""
    if (need := NEEDS.get(step)) is not None and not getattr(body, need, None):
        return need
    if step in _WITH_REASON and not str(getattr(body, "reason", "")).strip():
        return "reason"
    return ""


_BY_STEP: dict[Step, tuple[Transition, ...]] = {
    step: tuple(row for row in TRANSITIONS if row.step is step) for step in Step
}


class Meeting(Enum):
    """What it means that two steps were taken apart, each without knowing of the other."""

    BOTH = "both"
    """They commute: both count, read in the order of :class:`Step`."""
    FIRST_LATE = "first late"
    """The step of lower rank came too late (kom för sent): kept and shown, without effect."""
    SECOND_LATE = "second late"
    """The step of higher rank came too late."""
    RIVALS = "rivals"
    """They exclude each other: undecided until a clinician decides."""


_INFORM = frozenset({Step.WATCH, Step.ASSIGNED, Step.PRIORITISED, Step.BEK})
_DONE = frozenset({Step.STARTED, Step.PERFORMED})
_STOPS = frozenset({Step.AVV, Step.AVB, Step.OBSOLETE})


def _pairs() -> dict[tuple[Step, Step], Meeting]:
    """The pairs that are not rivals, lower rank first."""
    found: dict[tuple[Step, Step], Meeting] = {}

    def say(first: Step, second: Step, meeting: Meeting) -> None:
        found[(first, second)] = meeting

    for step in Step:
        for told in _INFORM | ANSWERS:
            say(*ordered(told, step), Meeting.BOTH)
    # One answers, another ends it: a final answer was given, so the end came too late.
    for stop in _STOPS:
        say(Step.SSV, stop, Meeting.SECOND_LATE)
    # Done is done: what would have changed the plan came too late.
    for step in (Step.KOM, Step.BOOKED, Step.POSTPONED, Step.WAITING):
        for done in _DONE:
            say(*ordered(step, done), Meeting.FIRST_LATE)
    for done in _DONE:
        say(done, Step.AVB, Meeting.SECOND_LATE)
    # Moving the watch twice apart: one owner, the one that was written first; see course.py.
    say(Step.WATCH, Step.WATCH, Meeting.SECOND_LATE)
    say(Step.ASSIGNED, Step.ASSIGNED, Meeting.SECOND_LATE)
    for first, second in _TOGETHER:
        say(*ordered(first, second), Meeting.BOTH)
    return found


_TOGETHER: tuple[tuple[Step, Step], ...] = (
    (Step.AMENDED, Step.VID),
    (Step.AMENDED, Step.KOM),
    (Step.AMENDED, Step.PERFORMED),
    (Step.AMENDED, Step.STARTED),
    (Step.KOM, Step.KOM),
    (Step.VID, Step.AVB),
    (Step.KOM, Step.AVB),
    (Step.ACCEPTED, Step.PLANNED),
    (Step.ACCEPTED, Step.BOOKED),
    (Step.ACCEPTED, Step.STARTED),
    (Step.ACCEPTED, Step.PERFORMED),
    (Step.PLANNED, Step.BOOKED),
    (Step.PLANNED, Step.STARTED),
    (Step.PLANNED, Step.PERFORMED),
    (Step.STARTED, Step.PERFORMED),
    (Step.AVV, Step.AVB),
    (Step.OBSOLETE, Step.AVB),
    (Step.AVV, Step.VOID),
    (Step.AVB, Step.VOID),
    (Step.OBSOLETE, Step.VOID),
)


def ordered(first: Step, second: Step) -> tuple[Step, Step]:
    """Return two steps, lower rank first."""
    return (first, second) if RANK[first] <= RANK[second] else (second, first)


PAIRS = _pairs()
"""Which steps commute, both orders in one row; every pair not here is :attr:`Meeting.RIVALS`.
The same step with the same content, taken twice, is one step and is not looked for here."""


def meeting(first: Step, second: Step) -> Meeting:
    """Return what it means that these two were taken apart; ``first`` has the lower rank."""
    return PAIRS.get(ordered(first, second), Meeting.RIVALS)
