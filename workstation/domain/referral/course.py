"""A referral's way: its records read by the transition table, in whatever order they came.

A pure function of the set of records. What was written in sequence is judged where its author
stood; what was written apart meets by the table: it commutes, one comes too late, or both stand
until somebody decides. No clock decides anything that matters to the patient; the hybrid time
only breaks ties between moves of the watch, where either owner is right.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from workstation.domain.ids import HsaId, RecordId
from workstation.domain.marks import Resolution, Void
from workstation.domain.record import Record
from workstation.domain.referral.bodies import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralWatch,
)
from workstation.domain.referral.table import (
    FACTS,
    RANK,
    WHILE_UNDECIDED,
    Meeting,
    Side,
    Status,
    Step,
    find,
    lacking,
    meeting,
    ordered,
    permits,
)


class Standing(StrEnum):
    """What a record of the referral has come to mean."""

    COUNTS = "counts"
    SAME = "same"
    """Somebody else had done the very same: nothing changed."""
    LATE = "late"
    """Done in good faith and overtaken: kept, shown as *kom för sent*, without effect."""
    RIVAL = "rival"
    """Excluded by another, until a clinician decides which holds."""
    ILLEGAL = "illegal"
    """Not its author's step, or no step from where its author stood: without effect."""
    UNPLACED = "unplaced"
    """Builds on a record that is not here (yet): without effect until it is."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Point:
    """Where a referral stands. ``owner`` empty: anyone of ``owner_unit`` watches."""

    request: Record
    status: Status
    receiver: HsaId
    receiver_name: str
    owner: HsaId
    owner_unit: HsaId
    undecided: bool = False

    @property
    def type(self) -> str:
        """The kind of referral."""
        body = self.request.body
        assert isinstance(body, Referral)
        return body.type


@dataclass(frozen=True, kw_only=True, repr=False)
class Taken:
    """One record of the way, and what it means."""

    record: Record
    step: Step | None
    standing: Standing


@dataclass(frozen=True, kw_only=True, repr=False)
class Course:
    """The whole way. ``point`` None: there is no request among the records."""

    point: Point | None
    taken: tuple[Taken, ...]

    def of(self, record: RecordId) -> Taken | None:
        """Return what a record means."""
        return next((taken for taken in self.taken if taken.record.id == record), None)


def step_of(record: Record) -> Step | None:
    """Return the step that a record takes; None for a request's first version is up to the fold."""
    match record.body:
        case Referral():
            return Step.AMENDED
        case ReferralEvent() as event:
            return Step(event.event)
        case ReferralAnswer() as answer:
            return Step(answer.answer)
        case ReferralWatch():
            return Step.WATCH
        case Void():
            return Step.VOID
        case Resolution():
            return Step.RESOLUTION
    return None


def sides_of(record: Record, point: Point) -> frozenset[Side]:
    """Return in which capacities the author of a record stands to the referral at ``point``."""
    by = getattr(record.body, "by", "")
    unit = record.author.unit
    if by == "patient":
        return frozenset({Side.PATIENT}) if _by_patient(point.request) else frozenset()
    if by == "system":
        return frozenset({Side.LAB}) if unit == point.receiver else frozenset()
    return sides_of_unit(unit, point)


def sides_of_unit(unit: str, point: Point) -> frozenset[Side]:
    """Return in which capacities staff of a unit stand to the referral."""
    found = set()
    if unit == point.receiver:
        found.add(Side.RECEIVER)
    if _by_patient(point.request):  # whoever else has taken over the watch stands for the patient
        asking = unit == point.owner_unit and unit != point.receiver
    else:
        asking = unit in (point.request.author.unit, point.owner_unit)
    if asking:
        found.add(Side.REQUESTER)
    return frozenset(found)


def may(step: Step, point: Point, sides: Iterable[Side]) -> bool:
    """Whether the table lets one of these sides take the step from here."""
    if point.undecided and step not in WHILE_UNDECIDED:
        return False
    if step is Step.RESOLUTION:
        return point.undecided and bool(frozenset(sides) & {Side.REQUESTER, Side.RECEIVER})
    return permits(step, after=point.status, type_=point.type, sides=sides) is not None


def course(versions: Iterable[Record]) -> Course:
    """Read a referral's versions (no signatures, no acknowledgements), in any order.

    Nearly every referral's way is straight, each step taken by somebody who knew of all before it:
    that is read in one pass. What was written apart is read by :class:`_Reader`, and a straight way
    read by it comes to the very same.
    """
    by_id = {v.id: v for v in versions}
    way = _straight(by_id)
    return _walked(way) if way is not None else _Reader(by_id).read()


def _straight(by_id: Mapping[RecordId, Record]) -> list[Record] | None:
    """Return the versions from a request on, each built on the one before; None if it is not so."""
    after: dict[RecordId | None, Record] = {}
    for version in by_id.values():
        if len(version.bases) > 1:
            return None
        after[version.bases[0] if version.bases else None] = version
    if len(after) != len(by_id) or None not in after or not isinstance(after[None].body, Referral):
        return None
    way = [after[None]]
    while (following := after.get(way[-1].id)) is not None:
        way.append(following)
    return way if len(way) == len(by_id) else None


def _walked(way: Sequence[Record]) -> Course:
    point = _moved(None, way[0])
    taken = [Taken(record=way[0], step=step_of(way[0]), standing=Standing.COUNTS)]
    for record in way[1:]:
        standing = _standing_at(record, point)
        if standing is Standing.COUNTS:
            point = _moved(point, record)
        taken.append(Taken(record=record, step=step_of(record), standing=standing))
    return Course(point=point, taken=tuple(taken))


def _standing_at(record: Record, before: Point) -> Standing:
    """Return what a step means that was taken from ``before``, whatever was taken apart from it."""
    step = step_of(record)
    if step is None or not may(step, before, sides_of(record, before)):
        return Standing.ILLEGAL
    if lacking(step, record.body) == "to_unit":  # it would be at nobody's
        return Standing.ILLEGAL
    return Standing.COUNTS


def _by_patient(request: Record) -> bool:
    return isinstance(request.body, Referral) and request.body.by == "patient"


Ids = frozenset[RecordId]


class _Reader:
    """Reads one referral. ``past``: of each version, everything it builds on."""

    def __init__(self, by_id: Mapping[RecordId, Record]) -> None:
        self._by_id = by_id
        self._past = _pasts(self._by_id)
        requests = [v for v in self._by_id.values() if isinstance(v.body, Referral)]
        # Without bases: the first. A later one whose base is not here stands in for it.
        first = min(requests, key=lambda v: (bool(v.bases), v.order), default=None)
        self._root = first.id if first is not None else None
        self._read: dict[Ids, Course] = {}

    def read(self) -> Course:
        return self._course(frozenset(self._past))

    def _course(self, ids: Ids) -> Course:
        found = self._read.get(ids)
        if found is None:
            found = self._read[ids] = self._classified(ids)
        return found

    def _classified(self, ids: Ids) -> Course:
        order = self._order(ids)
        aside = self._set_aside(order)
        standings: dict[RecordId, Standing] = {}
        point: Point | None = None  # after what has been read, as long as nothing is apart
        # A decision says nothing about where those stood who did not know of it.
        apart = bool(aside)
        for place, each in enumerate(order):
            past = self._past[each]
            apart = apart or len(past) != place
            before = self._course(past).point if apart else point
            standings[each] = self._standing(each, before, aside)
            if not apart and standings[each] is Standing.COUNTS:
                point = _moved(point, self._by_id[each])
        if apart:
            self._let_meet(order, standings)
        if apart or aside:
            point = self._replayed(order, standings)
        taken = tuple(
            Taken(record=self._by_id[i], step=step_of(self._by_id[i]), standing=standings[i])
            for i in order
        )
        return Course(point=point, taken=taken)

    def _order(self, ids: Ids) -> list[RecordId]:
        """Return the versions after what they build on; those apart by rank, then as written."""
        left = {i: len(self._past[i] & ids) for i in ids}
        ready = [(self._key(i), i) for i, count in left.items() if count == 0]
        heapq.heapify(ready)
        order: list[RecordId] = []
        while ready:
            _key, each = heapq.heappop(ready)
            order.append(each)
            for other in ids:
                if each in self._past[other]:
                    left[other] -= 1
                    if left[other] == 0:
                        heapq.heappush(ready, (self._key(other), other))
        return order

    def _key(self, each: RecordId) -> tuple[int, object]:
        record = self._by_id[each]
        if each == self._root:
            return (-1, record.order)
        step = step_of(record)
        return (RANK[step] if step else -1, record.order)

    def _standing(self, each: RecordId, before: Point | None, aside: set[RecordId]) -> Standing:
        record = self._by_id[each]
        if each == self._root:
            return Standing.COUNTS
        if before is None:
            return Standing.UNPLACED
        if any(base not in self._past for base in record.bases):
            return Standing.UNPLACED
        standing = _standing_at(record, before)
        return Standing.LATE if standing is Standing.COUNTS and each in aside else standing

    def _let_meet(self, order: list[RecordId], standings: dict[RecordId, Standing]) -> None:
        """Let those that count meet those that their authors did not know of."""
        known = self._known_by(order, standings)
        met = [(a, b, self._meeting(a, b)) for a, b in self._apart(order, known, standings)]
        for first, second, how in met:
            if how is not Meeting.BOTH and how is not Meeting.RIVALS:
                late = second if how is Meeting.SECOND_LATE else first
                standings[late] = Standing.LATE
        for first, second, how in met:
            pair = (standings[first], standings[second])
            if how is Meeting.RIVALS and Standing.LATE not in pair:
                standings[first] = standings[second] = Standing.RIVAL
        for each in order:
            on_a_rival = any(standings[i] is Standing.RIVAL for i in known[each])
            counts = standings[each] is Standing.COUNTS
            if on_a_rival and counts and step_of(self._by_id[each]) not in _WHATEVER:
                standings[each] = Standing.RIVAL

    def _known_by(
        self, order: list[RecordId], standings: dict[RecordId, Standing]
    ) -> dict[RecordId, set[RecordId]]:
        """Return what the author of each version knew of, and mark what was done twice.

        The same step done by two people is one step: it knew of what either of them knew of, and
        whoever knows of the one knows of the other.
        """
        known = {i: set(self._past[i]) for i in order}
        for first, second in self._apart(order, known, standings):
            both = Standing.COUNTS
            if (standings[first], standings[second]) != (both, both):
                continue
            if self._same(first, second):
                standings[second] = Standing.SAME
                union = known[first] | known[second]
                known[first] = union
                for after in order:
                    if {first, second} & self._past[after]:
                        known[after] |= {*union, first}
        return known

    def _apart(
        self,
        order: list[RecordId],
        known: Mapping[RecordId, set[RecordId]],
        standings: Mapping[RecordId, Standing],
    ) -> list[tuple[RecordId, RecordId]]:
        counting = [i for i in order if standings[i] is Standing.COUNTS]
        return [
            (first, second)
            for place, second in enumerate(counting)
            for first in counting[:place]
            if first not in known[second]
        ]

    def _same(self, first: RecordId, second: RecordId) -> bool:
        return _same(self._by_id[first], self._by_id[second])

    def _meeting(self, first: RecordId, second: RecordId) -> Meeting:
        return _met(self._by_id[first], self._by_id[second])

    def _set_aside(self, order: list[RecordId]) -> set[RecordId]:
        """Return what clinicians have decided does not hold."""
        aside: set[RecordId] = set()
        for each in reversed(order):
            record = self._by_id[each]
            body = record.body
            if not isinstance(body, Resolution) or each in aside:
                continue
            chosen, past = RecordId(body.chosen), self._past[each]
            before = self._course(past).point
            if before is None or chosen not in past or not before.undecided:
                continue
            if not may(Step.RESOLUTION, before, sides_of(record, before)):
                continue
            keep = self._past[chosen] | {chosen}
            aside |= {i for i in past - keep if step_of(self._by_id[i]) not in FACTS}
        return aside

    def _replayed(
        self, order: list[RecordId], standings: Mapping[RecordId, Standing]
    ) -> Point | None:
        point: Point | None = None
        for each in order:
            if standings[each] is Standing.COUNTS:
                point = _moved(point, self._by_id[each])
        if point is not None and Standing.RIVAL in standings.values():
            point = replace(point, undecided=True)
        return point


def _pasts(by_id: Mapping[RecordId, Record]) -> dict[RecordId, Ids]:
    """Return what each version builds on, all the way; a cycle (a forger's) is cut."""
    found: dict[RecordId, Ids] = {}

    def past(start: RecordId) -> Ids:
        seen: set[RecordId] = set()
        stack = [b for b in by_id[start].bases if b in by_id]
        while stack:
            each = stack.pop()
            if each == start or each in seen:
                continue
            seen.add(each)
            if each in found:
                seen |= found[each] - {start}
            else:
                stack.extend(b for b in by_id[each].bases if b in by_id)
        return frozenset(seen)

    for each in sorted(by_id, key=lambda i: by_id[i].order):
        found[each] = past(each)
    cyclic = {i for i in found if any(i in found[p] for p in found[i])}
    return {i: p - cyclic for i, p in found.items() if i not in cyclic}


def _same(first: Record, second: Record) -> bool:
    """Whether two people did the very same apart."""
    match (first.body, second.body):
        case (ReferralEvent() as one, ReferralEvent() as other):
            if one.event != other.event or one.event in ("KOM", "assigned", "prioritised"):
                return False
            return (one.to_unit, one.booked_for) == (other.to_unit, other.booked_for)
        case (Resolution() as one, Resolution() as other):
            return one.chosen == other.chosen
        case (Void(), Void()):
            return True
    return False


def _met(first: Record, second: Record) -> Meeting:
    """Return how two meet, as seen from ``first`` and ``second`` whatever their ranks."""
    one, other = step_of(first), step_of(second)
    assert one is not None
    assert other is not None
    found = meeting(one, other)
    turned = ordered(one, other) != (one, other)
    if turned and found is Meeting.FIRST_LATE:
        return Meeting.SECOND_LATE
    if turned and found is Meeting.SECOND_LATE:
        return Meeting.FIRST_LATE
    return found


_WHATEVER = FACTS | {Step.WATCH}
"""Counts on a contested branch as well."""
_ENDS_WHEREVER = frozenset({Step.AVV, Step.AVB, Step.OBSOLETE, Step.VOID})
_TARGET = {
    Step.AVV: Status.REJECTED,
    Step.AVB: Status.CANCELLED,
    Step.OBSOLETE: Status.OBSOLETE,
    Step.VOID: Status.VOIDED,
}


def _moved(point: Point | None, record: Record) -> Point:
    """Return where the referral stands after a step that counts."""
    body = record.body
    if point is None:
        assert isinstance(body, Referral)
        return _begun(record, body)
    step = step_of(record)
    assert step is not None
    point = replace(point, status=_status_after(step, point))
    if isinstance(body, Referral):
        return replace(point, request=record)
    if isinstance(body, ReferralEvent) and step is Step.VID and body.to_unit:
        unit = body.to_unit
        owner_unit = unit if _by_patient(point.request) else point.owner_unit
        owner = HsaId("") if _by_patient(point.request) else point.owner
        return replace(
            point,
            receiver=unit,
            receiver_name=body.to_unit_name,
            owner_unit=owner_unit,
            owner=owner,
        )
    if isinstance(body, ReferralWatch):
        return replace(point, owner=body.owner, owner_unit=body.unit)
    return point


def _begun(record: Record, body: Referral) -> Point:
    """Return where it stands when it has been sent. Sent to nobody (no program of ours does it, and
    the server refuses it) it is at the unit that wrote it: always before somebody who can send it on.
    """
    patient = body.by == "patient"
    receiver = body.to_unit or record.author.unit
    return Point(
        request=record,
        status=Status.SENT,
        receiver=receiver,
        receiver_name=body.to_unit_name if body.to_unit else record.author.unit_name,
        owner=HsaId("") if patient else body.owner or record.author.hsa_id,
        owner_unit=receiver if patient else record.author.unit,
    )


def _status_after(step: Step, point: Point) -> Status:
    row = find(step, after=point.status, type_=point.type)
    if row is not None:
        return row.to or point.status
    # Commuted past a step that moved further: only an end still ends it.
    return _TARGET[step] if step in _ENDS_WHEREVER else point.status
