"""Which doses are planned for a patient on a Swedish day: the administration list.

Every order of the list is in exactly one place or more: doses with times, as needed with its
limit, what cannot be laid out in times, or none that day with the reason. Nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from workstation.domain.dose_times import (
    CUSTOMARY,
    DoseTimes,
    Slot,
    Unlaid,
    day_bounds,
    slots_of,
)
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId
from workstation.domain.kinds import entity_state
from workstation.domain.marks import Resolution
from workstation.domain.medication import (
    Dosage,
    DosageStep,
    MedicationOrder,
    OrderState,
    OrderStatus,
    order_state,
)
from workstation.domain.record import Record
from workstation.domain.values import local_date, millis_of

_WHOLE_DATE = 10
_NEVER = 1 << 62


class NoDose(Enum):
    """Why an order gives no dose on a day."""

    VOIDED = "voided"
    UNDECIDED = "undecided"
    HELD = "held"
    PAUSED = "paused"
    STOPPED = "stopped"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    NOT_TODAY = "not_today"


@dataclass(frozen=True, kw_only=True, repr=False)
class PlannedDose:
    """A dose to be given. ``at``: ms UTC. ``amount`` None: the order does not state it.

    ``before_order``: on the order's first day, earlier than the order was written.
    """

    order: EntityId
    at: int
    amount: str | None
    amount_high: str | None
    unit: str
    content: MedicationOrder
    before_order: bool = False

    @property
    def key(self) -> tuple[EntityId, int]:
        """What tells it from every other dose."""
        return (self.order, self.at)


@dataclass(frozen=True, kw_only=True, repr=False)
class AsNeeded:
    """A step that is taken as needed, with whatever limit it states."""

    order: EntityId
    step: DosageStep
    content: MedicationOrder


@dataclass(frozen=True, kw_only=True, repr=False)
class Unplaced:
    """A step whose doses cannot be laid out in times. ``step`` None: the whole dosing."""

    order: EntityId
    why: Unlaid
    step: DosageStep | None
    content: MedicationOrder


@dataclass(frozen=True, kw_only=True, repr=False)
class Resting:
    """An order that gives no dose on the day."""

    order: EntityId
    why: NoDose
    content: MedicationOrder


@dataclass(frozen=True, kw_only=True, repr=False)
class DayPlan:
    """A day's doses: ``doses`` in time order; the others in the order of the list."""

    doses: tuple[PlannedDose, ...] = ()
    as_needed: tuple[AsNeeded, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    resting: tuple[Resting, ...] = ()

    @property
    def orders(self) -> frozenset[EntityId]:
        """Every order that the plan says something of."""
        parts: list[_Part] = [*self.doses, *self.as_needed, *self.unplaced, *self.resting]
        return frozenset(part.order for part in parts)


_Part = PlannedDose | AsNeeded | Unplaced | Resting


def as_it_stood(state: EntityState, day: date) -> OrderState | None:
    """Return an order as it stood when a Swedish day ended; None where it was not written yet.

    What is planned of a day that has passed is what was known then: a stop of today leaves the
    doses of yesterday where they were. What says itself that it began by then (an order that
    came from elsewhere later) is there as it began.
    """
    _start, end = day_bounds(day)
    then = [record for record in state.line.versions if record.written_at.millis < end]
    body = state.first.body
    if not then and isinstance(body, MedicationOrder) and body.start:
        then = [state.first] if local_date(millis_of(body.start)) <= day else []
    return order_state(entity_state(then)) if then else None


def doses_on(order: OrderState, day: date, standard: DoseTimes = CUSTOMARY) -> DayPlan:
    """Return what is planned of one order on a Swedish day, as the order stands now.

    Never empty. A paused, held, stopped, undecided or voided order gives none and is named.
    """
    return _gathered(_parts(order, day, standard))


def plan_of_day(
    orders: Iterable[OrderState], day: date, standard: DoseTimes = CUSTOMARY
) -> DayPlan:
    """Return a patient's administration list for a Swedish day; order of ``orders`` matters not.

    Voided orders, and those stopped before the day, are no part of it.

    Args:
        standard: When doses are given that name no times of their own.
    """
    wanted = [order for order in orders if _concerns(order, day)]
    wanted.sort(key=lambda order: (_name(order), order.first.entity.bytes))
    return _gathered(part for order in wanted for part in _parts(order, day, standard))


def _concerns(order: OrderState, day: date) -> bool:
    if order.voided:
        return False
    return order.current or local_date(order.effective.step.written_at.millis) >= day


def _name(order: OrderState) -> str:
    drug = order.effective.content.drug
    return drug.name.casefold() if drug else ""


def _gathered(parts: Iterable[_Part]) -> DayPlan:
    found = list(parts)
    doses = [part for part in found if isinstance(part, PlannedDose)]
    names = {part.order: place for place, part in reversed(list(enumerate(found)))}
    return DayPlan(
        doses=tuple(sorted(doses, key=lambda dose: (dose.at, names[dose.order]))),
        as_needed=tuple(part for part in found if isinstance(part, AsNeeded)),
        unplaced=tuple(part for part in found if isinstance(part, Unplaced)),
        resting=tuple(part for part in found if isinstance(part, Resting)),
    )


def _parts(order: OrderState, day: date, standard: DoseTimes) -> Iterator[_Part]:
    entity = order.first.entity
    if (why := _not_given(order)) is not None:
        yield Resting(order=entity, why=why, content=order.effective.content)
        return
    parts: list[_Part] = []
    reasons: list[Resting] = []
    for content, since, until in _in_force(order, day):
        for part in _of_content(content, order, day, standard):
            if isinstance(part, Resting):
                reasons.append(part)
            elif not isinstance(part, PlannedDose) or since <= part.at < until:
                parts.append(part)
    if parts:
        yield from parts
    elif reasons:
        yield reasons[-1]
    else:
        content = order.effective.content
        yield Resting(order=entity, why=NoDose.NOT_TODAY, content=content)


def _not_given(order: OrderState) -> NoDose | None:
    if order.voided:
        return NoDose.VOIDED
    if order.undecided:
        return NoDose.UNDECIDED
    return {
        OrderStatus.HELD: NoDose.HELD,
        OrderStatus.PAUSED: NoDose.PAUSED,
        OrderStatus.STOPPED: NoDose.STOPPED,
    }.get(order.status)


def _in_force(order: OrderState, day: date) -> list[tuple[MedicationOrder, int, int]]:
    """Return what the order said over the day, each with from and to (ms UTC).

    A change that begins later leaves what it changes in force until then.
    """
    start, end = day_bounds(day)
    found: list[tuple[MedicationOrder, int, int]] = []
    until = end
    for content, begins in _contents(order):
        if begins >= until:
            continue
        found.insert(0, (content, max(start, begins), until))
        until = begins
        if until <= start:
            break
    return found or [(order.effective.content, start, end)]


def _contents(order: OrderState) -> Iterator[tuple[MedicationOrder, int]]:
    """Yield the contents along the chain, newest first, with the first instant of each."""
    by_id = {step.id: step for step in order.steps}
    step: Record | None = order.effective.step
    seen: set[object] = set()
    while step is not None and step.id not in seen:
        seen.add(step.id)
        body = step.body
        if isinstance(body, MedicationOrder) and body.drug is not None:
            undated = step.written_at.millis if step.bases else 0
            yield body, millis_of(body.start) if body.start else undated
        chosen = body.chosen if isinstance(body, Resolution) else None
        step = next((by_id[base] for base in step.bases if base in by_id), None)
        if chosen is not None:
            step = next((one for one in order.steps if one.id == chosen), step)


def _of_content(
    content: MedicationOrder, order: OrderState, day: date, standard: DoseTimes
) -> Iterator[_Part]:
    entity = order.first.entity
    start, end = day_bounds(day)
    if content.start and millis_of(content.start) >= end:
        yield Resting(order=entity, why=NoDose.NOT_STARTED, content=content)
        return
    if content.planned_stop and _last_instant(content.planned_stop) <= start:
        yield Resting(order=entity, why=NoDose.ENDED, content=content)
        return
    step = _step_of_day(content, day)
    if step is None:
        yield Resting(order=entity, why=NoDose.ENDED, content=content)
    elif isinstance(step, Unlaid):
        yield Unplaced(order=entity, why=step, step=None, content=content)
    elif step.as_needed:
        yield AsNeeded(order=entity, step=step, content=content)
    else:
        yield from _of_step(step, content, order, day, standard)


def _of_step(
    step: DosageStep,
    content: MedicationOrder,
    order: OrderState,
    day: date,
    standard: DoseTimes,
) -> Iterator[_Part]:
    entity = order.first.entity
    slots = slots_of(
        step,
        day,
        first=_interval_first(content, step),
        first_at=_moment(content),
        standard=standard,
    )
    if isinstance(slots, Unlaid):
        yield Unplaced(order=entity, why=slots, step=step, content=content)
        return
    slots = _within(slots, step, content, day)
    if not slots:
        yield Resting(order=entity, why=NoDose.NOT_TODAY, content=content)
    written = order.first.written_at.millis
    is_new = _first_day(content) in (None, day)
    for slot in slots:
        yield PlannedDose(
            order=entity,
            at=slot.at,
            amount=slot.amount,
            amount_high=slot.amount_high,
            unit=step.unit,
            content=content,
            before_order=is_new and slot.at < written,
        )


def _within(
    slots: tuple[Slot, ...], step: DosageStep, content: MedicationOrder, day: date
) -> tuple[Slot, ...]:
    """Leave out what comes before the order's first moment or after its last.

    A single dose has no time of its own: it is given when the order begins.
    """
    begins = _moment(content)
    single = step.days == 1 and step.frequency == 1 and not step.times and not step.amounts
    if single and begins is not None and local_date(begins) == day and len(slots) == 1:
        return (Slot(at=begins, amount=slots[0].amount, amount_high=slots[0].amount_high),)
    last = _last_instant(content.planned_stop) if content.planned_stop else None
    return tuple(
        slot
        for slot in slots
        if (begins is None or slot.at >= begins) and (last is None or slot.at < last)
    )


def _last_instant(planned_stop: str) -> int:
    """Return the first instant (ms UTC) that no longer belongs to the treatment."""
    if "T" in planned_stop:
        return millis_of(planned_stop) + 1
    parts = [int(part) for part in planned_stop.split("-")]
    if parts[0] >= date.max.year:
        return _NEVER  # as some systems write that it has no end
    if len(planned_stop) == _WHOLE_DATE:
        return day_bounds(local_date(millis_of(planned_stop)))[1]
    year, month = (parts[0], parts[1]) if len(parts) > 1 else (parts[0], 12)
    return millis_of(f"{year + month // 12}-{month % 12 + 1:02}")


def _moment(content: MedicationOrder) -> int | None:
    return millis_of(content.start) if content.start and "T" in content.start else None


def _first_day(content: MedicationOrder) -> date | None:
    """Return the first day, where the order states it to the day."""
    if not content.start or len(content.start) < _WHOLE_DATE:
        return None
    return local_date(millis_of(content.start))


def _steps(content: MedicationOrder) -> tuple[DosageStep, ...]:
    return (content.dosage or Dosage()).steps


def _interval_first(content: MedicationOrder, step: DosageStep) -> date | None:
    """Return the day a step's intervals count from: the first day of the step itself."""
    first = _first_day(content)
    if first is None:
        return None
    for one in _steps(content):
        if one is step:
            return first
        first += timedelta(days=one.days or 0)
    return first


def _step_of_day(content: MedicationOrder, day: date) -> DosageStep | Unlaid | None:
    """Return the step that a day belongs to; None when the last one has come to its end."""
    steps = _steps(content)
    if not steps or steps == (DosageStep(unit=steps[0].unit),):
        return Unlaid.WORDS
    if len(steps) == 1 and steps[0].days is None:
        return steps[0]
    first = _first_day(content)
    if first is None:
        return Unlaid.START
    left = (day - first).days
    for place, step in enumerate(steps):
        if step.days is None:
            return step if place == len(steps) - 1 else Unlaid.STEP_LENGTH
        if left < step.days:
            return step
        left -= step.days
    return None
