"""What the administration list shows, and what may be done with a row of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workstation.domain.dose_ledger import Given, LedgerRow
from workstation.domain.doses import DayPlan
from workstation.domain.ids import EntityId
from workstation.domain.medication import OrderState, OrderStatus
from workstation.operations.ports import Listed, PatientLine


@dataclass(frozen=True, kw_only=True, repr=False)
class DosesState:
    """A day's doses. ``rows`` None until they are read. ``as_of``: ms UTC when they were.

    ``offset``: days from today, also when midnight passes while it is shown.

    ``given``: every dose recorded lately, of whatever day. ``orders``: those that may be given on.
    """

    patient: PatientLine | None = None
    day: date = date.min
    offset: int = 0
    plan: DayPlan = DayPlan()
    rows: tuple[LedgerRow, ...] | None = None
    given: tuple[Given, ...] = ()
    listed: Mapping[EntityId, Listed] = field(default_factory=dict)
    orders: Mapping[EntityId, OrderState] = field(default_factory=dict)
    complete: bool = True
    as_of: int = 0
    chosen: str = ""

    @property
    def late(self) -> int:
        """How many planned doses nobody has recorded in time."""
        return sum(row.late for row in self.rows or ())

    @property
    def chosen_row(self) -> LedgerRow | None:
        """The dose that the actions are about."""
        return next((row for row in self.rows or () if row_key(row) == self.chosen), None)

    @property
    def chosen_order(self) -> EntityId | None:
        """The order that the chosen row is about, whatever sort of row it is."""
        if (row := self.chosen_row) is not None:
            return row.order
        apart = {
            **{apart_key("needed", part.order): part.order for part in self.plan.as_needed},
            **{apart_key("apart", part.order): part.order for part in self.plan.unplaced},
            **{apart_key("rest", part.order): part.order for part in self.plan.resting},
        }
        return apart.get(self.chosen)


def row_key(row: LedgerRow) -> str:
    """Return what a row is called from one drawing to the next."""
    return f"dose:{row.order}:{row.at}" if row.dose else f"given:{row.given[0].record.entity}"


def apart_key(sort: str, order: EntityId) -> str:
    """Return the key of a row that has no time: ``needed``, ``apart`` or ``rest``."""
    return f"{sort}:{order}"


def dose_actions(state: DosesState) -> tuple[str, ...]:
    """Return what may be done with the chosen row, in the order of the buttons."""
    entity = state.chosen_order
    if entity is None:
        return ()
    row = state.chosen_row
    order = state.orders.get(entity)
    may_give = order is not None and order.status is OrderStatus.ACTIVE and not order.undecided
    if state.offset > 0:
        return ("order",)  # a day that has not come: nothing of it has happened
    if row is None:
        is_due = not state.chosen.startswith("rest:")
        return ("give", "order") if may_give and is_due else ("order",)
    found: list[str] = []
    if row.dose is not None and may_give:
        found.append("extra" if row.recorded else "give")
    found.append("order")
    if row.recorded:
        found.append("void")
    return tuple(found)
