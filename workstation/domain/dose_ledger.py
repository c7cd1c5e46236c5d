"""What was planned against what was recorded: the rows of an administration list.

A row's place is its planned time, or the time it was given where nothing was planned: recording
a planned dose moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workstation.domain.dose_times import day_bounds
from workstation.domain.doses import DayPlan, PlannedDose
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId
from workstation.domain.medication import Administration
from workstation.domain.record import Record
from workstation.domain.values import millis_of

LATE_AFTER_MS = 60 * 60_000
"""A planned dose that nobody has recorded an hour after its time is late."""
_DAY_MS = 24 * 60 * 60_000
NEAR_MS = 2 * 60 * 60_000
"""A dose recorded without a planned time of the plan, this near a planned one, may be that dose."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """A recorded administration: what happened, and the record with who and when."""

    body: Administration
    record: Record

    @property
    def order(self) -> EntityId:
        """The order it was given on."""
        return EntityId(self.body.order)

    @property
    def at(self) -> int:
        """When it happened (ms UTC), else when it was recorded."""
        return millis_of(self.body.actual) if self.body.actual else self.record.written_at.millis

    @property
    def planned(self) -> int | None:
        """The planned time it answers (ms UTC)."""
        return millis_of(self.body.planned) if self.body.planned else None


@dataclass(frozen=True, kw_only=True, repr=False)
class LedgerRow:
    """A planned dose with what came of it, or a dose outside the plan.

    ``given`` in order of recording: the first answers the plan, any later is an extra.
    ``perhaps``: doses recorded without a planned time of this plan, so near that they may be this
    one: the unit's times may be others than when it was given.
    """

    order: EntityId
    at: int
    dose: PlannedDose | None
    given: tuple[Given, ...] = ()
    perhaps: tuple[Given, ...] = ()
    late: bool = False

    @property
    def recorded(self) -> bool:
        """Whether somebody has said what happened with it."""
        return bool(self.given)


def given_of(states: Iterable[EntityState]) -> tuple[Given, ...]:
    """Return the administrations that hold, in order of recording; voided ones are none."""
    found = [
        Given(body=body, record=state.current)
        for state in states
        if not state.voided and isinstance(body := state.current.body, Administration)
    ]
    return tuple(sorted(found, key=lambda one: one.record.order))


def ledger(plan: DayPlan, given: Iterable[Given], *, day: date, now: int) -> tuple[LedgerRow, ...]:
    """Return a day's rows in time order; each recording of the day stands in exactly one row.

    Args:
        given: In order of recording, as ``given_of`` returns them; of any day.
        now: ms UTC.
    """
    start, end = day_bounds(day)
    answers: dict[tuple[EntityId, int], list[Given]] = {dose.key: [] for dose in plan.doses}
    loose: list[Given] = []
    for one in given:
        key = (one.order, one.planned) if one.planned is not None else None
        if key is not None and key in answers:
            answers[key].append(one)
        elif start <= (one.at if one.planned is None else one.planned) < end:
            loose.append(one)
    rows = [_planned(dose, tuple(answers[dose.key]), loose, now) for dose in plan.doses]
    rows += [_outside(one) for one in loose]
    return tuple(sorted(rows, key=lambda row: (row.at, row.dose is None)))


@dataclass(frozen=True, kw_only=True)
class LastDay:
    """What was given on an order the last 24 hours. ``total`` None: units differ or are missing."""

    count: int
    total: Decimal | None
    last: int | None


def last_day(given: Iterable[Given], *, order: EntityId, unit: str, now: int) -> LastDay:
    """Return what was given on an order within 24 hours before ``now`` (ms UTC), in ``unit``."""
    found = [
        one
        for one in given
        if one.order == order and one.body.status == "given" and 0 <= now - one.at < _DAY_MS
    ]
    total: Decimal | None = Decimal(0)
    for one in found:
        known = one.body.amount is not None and one.body.unit == unit and total is not None
        total = total + Decimal(one.body.amount or 0) if known and total is not None else None
    return LastDay(count=len(found), total=total, last=max((o.at for o in found), default=None))


def _planned(
    dose: PlannedDose, given: tuple[Given, ...], loose: Iterable[Given], now: int
) -> LedgerRow:
    perhaps = tuple(
        one for one in loose if one.order == dose.order and abs(_when(one) - dose.at) <= NEAR_MS
    )
    return LedgerRow(
        order=dose.order,
        at=dose.at,
        dose=dose,
        given=given,
        perhaps=() if given else perhaps,
        late=not given and not dose.before_order and now - dose.at > LATE_AFTER_MS,
    )


def _when(one: Given) -> int:
    """Return the time it was planned for, as plans were then, else when it was given."""
    return one.at if one.planned is None else one.planned


def _outside(one: Given) -> LedgerRow:
    return LedgerRow(order=one.order, at=_when(one), dose=None, given=(one,))
