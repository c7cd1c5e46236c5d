"""The sides of an order that two people changed apart, and what holds meanwhile."""

from __future__ import annotations

from ui.screens.medication.words import STATUS, standing_words, step_text
from ui.shell.workspace.mark_writers import Side
from workstation.domain.medication import OrderState, OrderStatus
from workstation.domain.texts import _


def order_sides(order: OrderState) -> list[Side]:
    """Return every side with who did what, when and why, and what it means."""
    return [
        Side(
            record=side.step.id,
            name=f"{_(STATUS[side.status])} — {side.step.author.name}",
            who=step_text(side.step),
            what=standing_words(side),
        )
        for side in order.sides
    ]


def holds_text(order: OrderState) -> str:
    """Return what takes effect until somebody decides: always the safer side."""
    what = {
        OrderStatus.HELD: _("nothing is given"),
        OrderStatus.STOPPED: _("nothing is given"),
        OrderStatus.PAUSED: _("paused, nothing is given"),
    }.get(order.status) or standing_words(order.effective)
    return _("Until somebody decides the safer side holds: {what}").format(what=what)
