"""What the rules observe of an open chart, as lines of the page: what is serious first."""

from __future__ import annotations

from ui.screens.overview.state import RuleLine
from ui.shell.support_cards import title_of
from workstation.decision_support.engine import Engine
from workstation.decision_support.records.medicines import medication_of
from workstation.domain.ids import EntityId
from workstation.operations.known import Known
from workstation.operations.support import Checked


def rule_lines(checked: Checked | None, known: Known, engine: Engine) -> tuple[RuleLine, ...]:
    """Return the cards that nobody has accepted; what could not be checked is told where one orders."""
    if checked is None:
        return ()
    orders = {
        medication_of(order, engine.library).atc: entity
        for entity, order in known.orders
        if order.current
    }
    lines = [
        RuleLine(
            title=title_of(shown.card),
            text=shown.card.lead.text,
            serious=shown.card.lead.severity != "info" or shown.interrupts,
            stops=shown.interrupts,
            order=_first(shown.card.about, orders),
        )
        for shown in checked.cards
        if shown.tolerated is None and not shown.card.lead.unknown
    ]
    return tuple(sorted(lines, key=lambda line: (not line.stops, not line.serious)))


def _first(codes: tuple[str, ...], orders: dict[str, EntityId]) -> EntityId | None:
    return next((orders[code] for code in codes if code in orders), None)
