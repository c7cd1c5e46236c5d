"""A referral between two units, a third, and a laboratory's system, offline and online, by seed.

The domain's own functions on plain sets of records: what a screen offers is taken from the table, what
the server takes in is judged by the same fold, and copies get lost, doubled and reordered.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests import builders as made
from workstation.domain.clock import HybridTime
from workstation.domain.ids import HsaId, RecordId
from workstation.domain.kinds import entity_state, project
from workstation.domain.marks import Acknowledgement
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    ReferralWatch,
    Side,
    Standing,
    Step,
    course,
    referral_state,
)
from workstation.domain.referral.course import may, sides_of_unit
from workstation.domain.referral.table import ANSWERS

__all__ = ["World", "broken_in", "course", "entity_state"]

UNITS = tuple(HsaId(f"SE2321000016-{name}") for name in ("SEND", "RECV", "THRD"))
SENDER, RECEIVER, _THIRD = UNITS
_PEOPLE = {unit: (HsaId(f"{unit}1"), HsaId(f"{unit}2")) for unit in UNITS}
_ROUNDS = 22
_TO_THE_END = 40
_WORDS = {Side.LAB: "system", Side.PATIENT: "patient"}


@dataclass(kw_only=True)
class Seat:
    """One workstation of a unit, or the laboratory's system: what it holds and has not yet sent."""

    unit: HsaId
    person: HsaId
    side: Side | None = None
    held: dict[RecordId, Record] = field(default_factory=dict)
    unsent: list[Record] = field(default_factory=list)


@dataclass(kw_only=True)
class World:
    """Everything, and the chances that decide."""

    chance: Random
    type_: str
    seats: list[Seat]
    server: dict[RecordId, Record] = field(default_factory=dict)
    refused: list[Record] = field(default_factory=list)
    written: dict[RecordId, Record] = field(default_factory=dict)
    now: int = made.MORNING

    def tick(self) -> HybridTime:
        self.now += self.chance.randint(1, 90_000)
        skew = self.chance.choice((0, 0, 0, -600_000, 600_000))  # nobody's clock is quite right
        return HybridTime(self.now + skew)


def broken_in(seed: int) -> str:
    """Return what went wrong in the story of ``seed``; an empty text when all was as it must be."""
    world = _begun(Random(seed))
    for _round in range(_ROUNDS):
        _something(world)
    if broken := _settled(world):
        return broken
    return _ends(world)


def _begun(chance: Random) -> World:
    type_ = chance.choice(("consultation", "takeover", "laboratory", "imaging", "own"))
    by = "patient" if type_ == "own" else ""
    unit = RECEIVER if type_ == "own" else SENDER
    first = made.a_referral(
        type=type_,
        to_unit=RECEIVER,
        by=by,
        owner=_PEOPLE[SENDER][0],
        author=made.an_author(unit=unit, hsa_id=_PEOPLE[unit][0]),
    )
    seats = [Seat(unit=u, person=p) for u in UNITS for p in _PEOPLE[u]]
    seats.append(Seat(unit=RECEIVER, person=HsaId("SE2321000016-LABS"), side=Side.LAB))
    if type_ == "own":
        seats.append(Seat(unit=RECEIVER, person=HsaId("SE2321000016-PAT1"), side=Side.PATIENT))
    world = World(chance=chance, type_=type_, seats=seats)
    world.server[first.id] = world.written[first.id] = first
    for seat in seats:
        seat.held[first.id] = first
    return world


def _something(world: World) -> None:
    seat = world.chance.choice(world.seats)
    what = world.chance.random()
    if what < 0.55:
        _act(world, seat)
    elif what < 0.8:
        _push(world, seat, whole=False)
    else:
        _pull(world, seat, whole=False)


def _act(world: World, seat: Seat) -> None:
    """Do something that the screen offers, on what this seat knows."""
    state = _state(seat.held.values())
    if state.unseen and _owns(seat, state) and world.chance.random() < 0.3:
        target = world.chance.choice(state.unseen)
        _write(world, seat, Acknowledgement(), "acknowledgement", (target.id,))
        return
    sides = _sides(seat, state)
    steps = [s for s in Step if s is not Step.RESOLUTION and may(s, state.point, sides)]
    if may(Step.RESOLUTION, state.point, sides) and world.chance.random() < 0.5:
        _decide(world, seat, state)
    elif steps:
        _step(world, seat, state, world.chance.choice(steps))


def _sides(seat: Seat, state: ReferralState) -> frozenset[Side]:
    if seat.side is Side.LAB:
        return frozenset({Side.LAB} if seat.unit == state.receiver else ())
    return frozenset({seat.side}) if seat.side else sides_of_unit(seat.unit, state.point)


def _owns(seat: Seat, state: ReferralState) -> bool:
    return seat.side is None and seat.unit == state.owner_unit


def _decide(world: World, seat: Seat, state: ReferralState) -> None:
    heads = _heads(seat)
    rival = world.chance.choice(state.rivals)
    record = made.a_resolution(
        [rival],
        rival,
        bases=tuple(h.id for h in heads),
        author=_author(seat),
        written_at=world.tick(),
    )
    _keep(world, seat, record)


def _step(world: World, seat: Seat, state: ReferralState, step: Step) -> None:
    bases = tuple(head.id for head in _heads(seat))
    by: Any = _WORDS.get(seat.side, "") if seat.side else ""
    reason = f"skäl {world.chance.random()}"
    if step is Step.AMENDED:
        body: Any = Referral(
            type=state.request.type,
            question="kompletterad",
            number=state.request.number + 1,
            to_unit=state.receiver,
            owner=state.request.owner,
            by=by,
        )
        _write(world, seat, body, "referral", bases)
    elif step is Step.WATCH:
        unit = world.chance.choice(UNITS)
        owner = world.chance.choice(_PEOPLE[unit])
        _write(world, seat, ReferralWatch(unit=unit, owner=owner), "referral_watch", bases)
    elif step is Step.VOID:
        record = made.a_void(
            state.request_record, bases=bases, author=_author(seat), written_at=world.tick()
        )
        _keep(world, seat, record)
    elif step in ANSWERS:
        body = ReferralAnswer(answer=str(step), text=reason, by=by)  # type: ignore[arg-type]
        _write(world, seat, body, "referral_answer", bases)
    else:
        others = [unit for unit in UNITS if unit != seat.unit]
        body = ReferralEvent(
            event=str(step),  # type: ignore[arg-type]
            reason=reason,
            to_unit=world.chance.choice(others) if step is Step.VID else HsaId(""),
            booked_for=world.chance.choice(("2026-04-01", "2026-04-02"))
            if step is Step.BOOKED
            else None,
            person=seat.person if step is Step.ASSIGNED else HsaId(""),
            by=by,
        )
        _write(world, seat, body, "referral_event", bases)


def _write(world: World, seat: Seat, body: Any, kind: str, bases: tuple[RecordId, ...]) -> None:
    first = next(iter(world.written.values()))
    record = made.a_record(
        kind,
        body,
        patient=first.patient,
        entity=first.entity,
        bases=bases,
        author=_author(seat),
        written_at=world.tick(),
    )
    _keep(world, seat, record)


def _author(seat: Seat) -> Any:
    return made.an_author(unit=seat.unit, hsa_id=seat.person)


def _keep(world: World, seat: Seat, record: Record) -> None:
    seat.held[record.id] = record
    seat.unsent.append(record)
    world.written[record.id] = record


def _heads(seat: Seat) -> tuple[Record, ...]:
    return entity_state(seat.held.values()).line.heads


def _push(world: World, seat: Seat, *, whole: bool) -> None:
    """Send the oldest first; the line may break before, in between or after the server has stored."""
    while seat.unsent:
        if not whole and world.chance.random() < 0.3:
            return
        record = seat.unsent[0]
        if record.id not in world.server:
            _take_in(world, record)
        if not whole and world.chance.random() < 0.2:
            return  # stored, and nobody heard of it: it is sent again
        seat.unsent.pop(0)


def _take_in(world: World, record: Record) -> None:
    """What the server does at push: refuse what the table refuses where its author stood."""
    if not isinstance(record.body, Acknowledgement):
        versions = [r for r in world.server.values() if not isinstance(r.body, Acknowledgement)]
        taken = course((*versions, record)).of(record.id)
        if taken is not None and taken.standing is Standing.ILLEGAL:
            world.refused.append(record)
            return
    world.server[record.id] = record


def _pull(world: World, seat: Seat, *, whole: bool) -> None:
    """Fetch what is new, in the server's order, perhaps only the beginning of it."""
    news = [record for i, record in world.server.items() if i not in seat.held]
    if not whole:
        news = news[: world.chance.randint(0, len(news))]
    for record in news:
        seat.held[record.id] = record


def _state(records: Any) -> ReferralState:
    return referral_state(entity_state(records))


def _settled(world: World) -> str:
    """Let everything arrive, and look."""
    for _twice in range(2):
        for seat in world.seats:
            _push(world, seat, whole=True)
        for seat in world.seats:
            _pull(world, seat, whole=True)
    if world.refused:
        return "something done in good faith was refused"
    if set(world.server) != set(world.written):
        return "something was lost"
    shown = {_summary(_state(_shuffled(world, seat))) for seat in world.seats}
    if len(shown) != 1:
        return "two copies show the same records differently"
    state = _state(world.server.values())
    if _decided_by_clocks(world, state):
        return "a clock decided"
    return _wrong_in(state, world)


def _decided_by_clocks(world: World, state: ReferralState) -> bool:
    """Whether it would stand elsewhere, had everybody's clock gone the other way round.

    Of two moves of the watch made apart the first written holds, and who watches may do more: there
    the clock is let decide, since either owner is right.
    """
    if any(t.step is Step.WATCH and t.standing is Standing.LATE for t in state.taken):
        return False
    latest = 2 * made.MORNING
    turned = [
        replace(r, written_at=HybridTime(latest - r.written_at.millis))
        for r in world.server.values()
    ]
    other = _state(turned)
    return (state.status, state.receiver, state.undecided) != (
        other.status,
        other.receiver,
        other.undecided,
    )


def _shuffled(world: World, seat: Seat) -> list[Record]:
    records = list(seat.held.values())
    world.chance.shuffle(records)
    return records


def _summary(state: ReferralState) -> tuple[object, ...]:
    return (
        state.status,
        state.receiver,
        state.owner,
        state.owner_unit,
        state.undecided,
        state.closed,
        state.unseen and tuple(r.id for r in state.unseen),
        tuple(sorted((t.record.id, t.standing) for t in state.taken)),
    )


def _wrong_in(state: ReferralState, world: World) -> str:
    if _accepting(state) > 1:
        return "two units have accepted it"
    if excluding := _excluding(world, state):
        return excluding
    work = project(entity_state(world.server.values())).work
    if state.closed:
        return "somebody waits for what is over" if work else ""
    if not state.owner_unit:
        return "nobody owns it"
    mine = {(w.unit, w.person) for w in work if w.reason in _OWNERS}
    both = state.undecided and state.receiver != state.owner_unit
    if mine - ({(state.receiver, w.person) for w in work} if both else set()) != {
        (state.owner_unit, state.owner)
    } and mine != {(state.owner_unit, state.owner)}:
        return "not exactly one watches it"
    if any(w.due is None and w.reason == "watch" for w in work):
        return "a watch without a day"
    return _unseen_in(state, world)


_OWNERS = frozenset({"watch", "acknowledge", "complete", "undecided"})


def _unseen_in(state: ReferralState, world: World) -> str:
    """Every answer has been acknowledged, or waits to be."""
    seen = {
        base
        for record in world.server.values()
        if isinstance(record.body, Acknowledgement)
        for base in record.bases
    }
    if state.request.by == "patient":
        return ""
    waiting = {record.id for record in state.unseen}
    by_id = world.server
    for answer in state.answers:
        if answer.id in waiting or answer.id in seen:
            continue
        if not any(_builds_on(by_id, other, answer.id) for other in seen):
            return "an answer that nobody has seen waits nowhere"
    return ""


def _builds_on(by_id: dict[RecordId, Record], record: RecordId, base: RecordId) -> bool:
    stack, known = [record], set()
    while stack:
        each = stack.pop()
        if each == base:
            return True
        if each in by_id and each not in known:
            known.add(each)
            stack.extend(by_id[each].bases)
    return False


def _excluding(world: World, state: ReferralState) -> str:
    """Of steps that a person would say exclude each other, taken apart, only one may count."""
    counting = [t for t in state.taken if t.standing is Standing.COUNTS and t.step is not None]
    twice = {t.step for t in state.taken if t.standing is Standing.SAME}
    for place, one in enumerate(counting):
        for other in counting[:place]:
            pair = frozenset({str(one.step), str(other.step)})
            if twice & {one.step, other.step}:
                continue  # one of them was done twice: the other's author knew of its twin
            if pair in _EXCLUDE and not _known_to(world, one.record, other.record):
                return f"{' and '.join(sorted(pair))} both count"
    return ""


def _known_to(world: World, one: Record, other: Record) -> bool:
    by_id = world.server
    ways = ((one, other), (other, one))
    if any(_builds_on(by_id, a.id, b.id) for a, b in ways):
        return True
    decided = [r for r in by_id.values() if r.kind == "resolution"]
    return any(
        _builds_on(by_id, r.id, one.id) or _builds_on(by_id, r.id, other.id) for r in decided
    )


_EXCLUDE = {
    frozenset(pair.split())
    for pair in (
        "accepted AVV",
        "accepted AVB",
        "accepted VID",
        "accepted KOM",
        "accepted amended",
        "booked AVB",
        "booked AVV",
        "booked amended",
        "performed AVB",
        "started AVB",
        "SSV AVB",
        "SSV AVV",
        "VID AVV",
        "VID",
        "amended",
        "amended AVB",
    )
}
"""Written by hand, apart from the table."""


def _accepting(state: ReferralState) -> int:
    """Count the units that have it under way at once, by the steps that count."""
    accepting: set[str] = set()
    most = 0
    for taken in state.taken:
        if taken.standing is not Standing.COUNTS or taken.step is None:
            continue
        if taken.step in (Step.VID, Step.KOM):
            accepting.clear()
        elif taken.step in _ACCEPTS:
            accepting.add(taken.record.author.unit)
        most = max(most, len(accepting))
    return most


_ACCEPTS = frozenset({Step.ACCEPTED, Step.PLANNED, Step.BOOKED, Step.STARTED, Step.PERFORMED})


def _ends(world: World) -> str:
    """Whoever is watching brings it to an end: no referral is stuck for ever."""
    for _try in range(_TO_THE_END):
        state = _state(world.server.values())
        if state.closed:
            return _wrong_in(state, world)
        seat = _next_to_act(world, state)
        if seat is None:
            return f"stuck at {state.status}"
        _push(world, seat, whole=True)
        if broken := _settled(world):
            return broken
    return "never ends"


def _next_to_act(world: World, state: ReferralState) -> Seat | None:
    """Decide, acknowledge, answer or cancel, whichever is to be done; return who did it."""
    by_unit = {seat.unit: seat for seat in world.seats if seat.side is None}
    owner, receiver = by_unit[state.owner_unit], by_unit[state.receiver]
    if state.undecided:
        _decide(world, owner if owner.unit != _THIRD else receiver, state)
        return owner if owner.unsent else receiver
    if state.unseen:
        _write(world, owner, Acknowledgement(), "acknowledgement", (state.unseen[-1].id,))
        return owner
    for seat, step in ((receiver, Step.SSV), (by_unit[SENDER], Step.AVB)):
        if may(step, state.point, sides_of_unit(seat.unit, state.point)):
            _step(world, seat, state, step)
            return seat
    return None
