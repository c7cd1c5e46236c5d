"""What the medication list shows, and what may be done with an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from ui.screens.medication.risks import RiskLine
from ui.shell.workspace.form import FormCard
from workstation.domain.ids import EntityId
from workstation.domain.medication import OrderState, OrderStatus, order_state
from workstation.operations.ports import Listed, PatientLine

Marks = tuple[tuple[str, bool], ...]
"""What the rules say of an order, in short, and whether it is serious."""
Group = Literal["current", "past", "doses", "risks"]
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderLine:
    """One order of the list with its folded state."""

    listed: Listed
    order: OrderState

    @property
    def id(self) -> EntityId:
        """The order's entity."""
        return self.listed.state.id


@dataclass(frozen=True, kw_only=True, repr=False)
class MedicationState:
    """``lines`` of the shown group. ``complete``: the whole record is on this computer.

    ``as_of``: ms UTC when the list was last read. ``chains``: orders whose history is shown.
    ``marks``, ``cards``: what the rules say, by order; ``checked``: what they were asked.
    """

    patient: PatientLine | None = None
    group: Group = "current"
    lines: tuple[OrderLine, ...] | None = None
    current_count: int = 0
    past_count: int = 0
    complete: bool = True
    as_of: int = 0
    chosen: EntityId | None = None
    chains: frozenset[EntityId] = frozenset()
    search: str = ""
    marks: Mapping[EntityId, Marks] = field(default_factory=dict)
    cards: Mapping[EntityId, tuple[FormCard, ...]] = field(default_factory=dict)
    checked: str = ""
    risks: tuple[RiskLine, ...] = ()

    @property
    def chosen_cards(self) -> tuple[FormCard, ...]:
        """What the rules say of the chosen order."""
        return self.cards.get(self.chosen, ()) if self.chosen is not None else ()

    @property
    def shown(self) -> tuple[OrderLine, ...]:
        """The lines that the search lets through."""
        wanted = self.search.strip().casefold()
        return tuple(line for line in self.lines or () if wanted in line.listed.row.text.casefold())

    @property
    def chosen_line(self) -> OrderLine | None:
        """The order that the actions are about."""
        return next((line for line in self.shown if line.id == self.chosen), None)


def order_lines(listed: tuple[Listed, ...]) -> tuple[OrderLine, ...]:
    """Return the orders by name: what nobody has decided first, the rest alphabetically."""
    lines = [OrderLine(listed=one, order=order_state(one.state)) for one in listed]
    lines.sort(key=lambda line: (not line.order.undecided, line.listed.row.title.casefold()))
    return tuple(lines)


_FOR_PRESCRIBERS = frozenset({"decide", "change", "renew", "pause", "resume", "stop", "void"})


def actions_open(line: OrderLine | None, *, prescriber: bool = True) -> tuple[str, ...]:
    """Return what this person may do with an order, in the order of the buttons."""
    if line is None:
        return ()
    found = _actions(line.order)
    return found if prescriber else tuple(a for a in found if a not in _FOR_PRESCRIBERS)


def _actions(order: OrderState) -> tuple[str, ...]:
    if order.undecided:
        return ("decide", "chain")
    if order.voided:
        return ("chain",)
    if order.status is OrderStatus.ACTIVE:
        return ("change", "renew", "pause", "stop", "give", "chain", "void")
    if order.status is OrderStatus.PAUSED:
        return ("resume", "change", "stop", "chain", "void")
    return ("chain",)
