"""What a step in an order's chain begins with."""

from __future__ import annotations

from workstation.domain.medication import OrderState
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.runs import plain


def begin_step(action: str, order: OrderState) -> dict[str, str]:
    """Return the content of a step; what it is about stands in words."""
    held = order.effective.content
    return {
        "action": action,
        "@drug": generic_name(held.drug) if held.drug else "",
        "what": plain(line_runs(medication_line(held))),
    }
