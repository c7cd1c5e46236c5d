"""Where a referral stands, for screens, papers, lists and rules: folded from its entity's records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.ids import HsaId, RecordId
from workstation.domain.record import Record
from workstation.domain.referral.bodies import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralWatch,
)
from workstation.domain.referral.course import (
    Course,
    Point,
    Standing,
    Taken,
    course,
    may,
    sides_of_unit,
    step_of,
)
from workstation.domain.referral.table import (
    ENDED,
    TO_CONFIRM,
    TRANSITIONS,
    WHILE_UNDECIDED,
    Status,
    Step,
    permits,
)
from workstation.domain.values import millis_of
from workstation.domain.watching import URGENCY

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

EXAM_STATES = {
    Status.SENT: "initierad",
    Status.RECEIVED: "initierad",
    Status.FORWARDED: "initierad",
    Status.COMPLETION: "avvakta",
    Status.ACCEPTED: "planerad",
    Status.PLANNED: "planerad",
    Status.BOOKED: "tidbokad",
    Status.POSTPONED: "uppskjuten",
    Status.WAITING: "avvakta",
    Status.STARTED: "pågående",
    Status.INTERRUPTED: "avbruten",
    Status.PERFORMED: "avklarad",
    Status.PARTIAL: "avklarad",
    Status.PRELIMINARY: "avklarad",
    Status.FINAL: "avklarad",
    Status.OBSOLETE: "inaktuell",
    Status.REJECTED: "annullerad",
    Status.CANCELLED: "annullerad",
    Status.VOIDED: "makulerad",
}
"""The examination's state in the words of RIV request v2.2."""


@dataclass(frozen=True, kw_only=True, repr=False)
class ReferralState:
    """Where a referral stands.

    Attributes:
        status: A :class:`Status`; while undecided, that of the last point everybody agrees on.
        request, request_record: The newest version that counts.
        receiver: The unit it is at; ``owner`` of ``owner_unit`` watches it (owner empty: anyone
            of the unit). There is always exactly one.
        events, answers: Every step and answer, whatever it came to mean, in order.
        final: The newest final answer. ``acknowledged``: it has been acknowledged.
        newest_seen: The newest answer, final or not, is acknowledged.
        unseen: What the sender has yet to acknowledge: answers, and the receiver's rejection.
        rivals: The steps between which a clinician must decide; empty unless ``undecided``.
        late: Steps that came too late (kom för sent), kept without effect.
        closed: Nothing more is waited for, and nothing is unseen.
        due: The day an answer was asked for, ms UTC. ``since``: when it came to its status.
        urgency: 0 immediate to 3 routine: the receiver's priority, else the sender's.
        target, booked_for, assignee: As last said by the receiver, or None and empty.
    """

    request: Referral
    request_record: Record
    status: str
    receiver: HsaId
    receiver_name: str
    events: tuple[Record, ...]
    answers: tuple[Record, ...]
    final: Record | None
    acknowledged: bool
    newest_seen: bool
    undecided: bool
    closed: bool
    due: int | None
    owner: HsaId
    owner_unit: HsaId
    unseen: tuple[Record, ...]
    rivals: tuple[Record, ...]
    late: tuple[Record, ...]
    since: int
    urgency: int
    priority: str
    target: str | None
    booked_for: str | None
    assignee: HsaId
    assignee_name: str
    taken: tuple[Taken, ...]
    point: Point

    @property
    def exam_state(self) -> str:
        """The examination's state in the words of RIV request v2.2."""
        return EXAM_STATES[Status(self.status)]

    def standing_of(self, record: RecordId) -> Standing | None:
        """Return what one of its records has come to mean."""
        return next((t.standing for t in self.taken if t.record.id == record), None)


def referral_state(state: EntityState) -> ReferralState:
    """Fold a referral's records. Order of arrival changes nothing.

    Raises:
        ValueError: There is no request among them.
    """
    way = course(state.line.versions)
    point = way.point
    if point is None:
        raise ValueError("no referral among the records")
    request = point.request.body
    assert isinstance(request, Referral)
    answers = _written(way, ReferralAnswer)
    final = next((a for a in reversed(answers) if step_of(a) is Step.SSV), None)
    unseen = _unseen(state, way, point, answers)
    hidden = {record.id for record in unseen}
    ended = point.status in ENDED or point.status is Status.FINAL
    said = _said(way)
    priority = said.priority or request.priority
    return ReferralState(
        request=request,
        request_record=point.request,
        status=str(point.status),
        receiver=point.receiver,
        receiver_name=point.receiver_name,
        events=_written(way, ReferralEvent),
        answers=answers,
        final=final,
        acknowledged=final is not None and final.id not in hidden,
        newest_seen=bool(answers) and answers[-1].id not in hidden,
        undecided=point.undecided,
        closed=ended and not unseen and not point.undecided,
        due=millis_of(request.due) if request.due else None,
        owner=point.owner,
        owner_unit=point.owner_unit,
        unseen=unseen,
        rivals=_standing(way, Standing.RIVAL),
        late=_standing(way, Standing.LATE),
        since=_since(way),
        urgency=URGENCY[priority],
        priority=priority,
        target=said.target,
        booked_for=said.booked_for,
        assignee=said.person,
        assignee_name=said.person_name,
        taken=way.taken,
        point=point,
    )


def steps_for(referral: ReferralState, unit: str) -> tuple[Step, ...]:
    """Return every step that staff of ``unit`` may take now, in the order of the table.

    Closed to nobody by its being closed: what may be done after an end is in the table.
    """
    sides = sides_of_unit(unit, referral.point)
    steps = dict.fromkeys(row.step for row in TRANSITIONS)
    return tuple(step for step in steps if may(step, referral.point, sides))


def refusal_of(referral: ReferralState, step: Step, unit: str) -> str:
    """Say why ``unit`` may not take a step now: ``""`` (it may), ``side``, ``undecided``, ``status``."""
    sides = sides_of_unit(unit, referral.point)
    if may(step, referral.point, sides):
        return ""
    if referral.undecided and step not in WHILE_UNDECIDED:
        return "undecided"
    point = referral.point
    anybody = {side for row in TRANSITIONS if row.step is step for side in row.by}
    if permits(step, after=point.status, type_=point.type, sides=anybody) is None:
        return "status"
    return "side"


def _written(way: Course, body: type) -> tuple[Record, ...]:
    return tuple(t.record for t in way.taken if isinstance(t.record.body, body))


def _standing(way: Course, standing: Standing) -> tuple[Record, ...]:
    return tuple(t.record for t in way.taken if t.standing is standing)


def _unseen(
    state: EntityState, way: Course, point: Point, answers: tuple[Record, ...]
) -> tuple[Record, ...]:
    """An answer is seen when it, or one written with it in sight, has been acknowledged by a unit
    that asked for it or has watched it.

    A patient's own request is answered to the patient: no clinician waits for it.
    """
    if isinstance(point.request.body, Referral) and point.request.body.by == "patient":
        return ()
    ends = [t.record for t in way.taken if t.step in TO_CONFIRM and t.standing is Standing.COUNTS]
    moves = (t.record.body for t in way.taken)
    watching = {body.unit for body in moves if isinstance(body, ReferralWatch)}
    watching |= {point.request.author.unit, point.owner_unit}
    seen = {
        base
        for mark in state.acknowledgements
        if mark.author.unit in watching
        for base in mark.bases
    }
    if seen:
        by_id = {v.id: v for v in state.line.versions}
        stack = [b for i in seen if i in by_id for b in by_id[i].bases]
        while stack:
            base = stack.pop()
            if base in by_id and base not in seen:
                seen.add(base)
                stack.extend(by_id[base].bases)
    placed = {t.record.id for t in way.taken if t.standing is not Standing.ILLEGAL}
    waiting = [a for a in answers if a.id in placed and a.id not in seen]
    ended = [e for e in ends if e.id not in seen] if point.status in _CONFIRMED_ENDS else []
    return tuple(sorted([*waiting, *ended], key=lambda record: record.order))


_CONFIRMED_ENDS = frozenset({Status.REJECTED, Status.OBSOLETE})


@dataclass(kw_only=True, repr=False)
class _Said:
    priority: str = ""
    target: str | None = None
    booked_for: str | None = None
    person: HsaId = HsaId("")
    person_name: str = ""


def _said(way: Course) -> _Said:
    """Return what the receiver last said. Forwarded, the new unit assesses anew."""
    said = _Said()
    for taken in way.taken:
        body = taken.record.body
        if taken.standing is not Standing.COUNTS or not isinstance(body, ReferralEvent):
            continue
        said.priority = _priority(said.priority, body)
        said.target = body.target or said.target
        if taken.step is Step.VID:
            said = _Said(priority=said.priority, target=said.target)
        elif taken.step in (Step.BOOKED, Step.POSTPONED):
            said.booked_for = body.booked_for
        elif taken.step is Step.ASSIGNED:
            said.person, said.person_name = body.person, body.person_name
    return said


def _priority(before: str, body: ReferralEvent) -> str:
    return body.priority or before


_MOVES = {row.step for row in TRANSITIONS if row.to is not None}


def _since(way: Course) -> int:
    """Return when the step that brought it to its status was written."""
    counting = [t for t in way.taken if t.standing is Standing.COUNTS]
    moved = [t for t in counting if t.step in _MOVES and t.step is not Step.AMENDED]
    chosen = [counting[0], *moved] if counting else []
    return max((t.record.written_at.millis for t in chosen), default=0)
