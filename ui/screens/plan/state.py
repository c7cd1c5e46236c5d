"""What the plan shows: decided actions, and care plans from other systems."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.ids import EntityId
from workstation.domain.plan import PlannedAction
from workstation.operations.ports import Listed, PatientLine


@dataclass(frozen=True, kw_only=True, repr=False)
class PlanState:
    """``actions`` and ``plans`` are None until they have been read. ``now``: ms UTC."""

    patient: PatientLine | None = None
    actions: tuple[Listed, ...] | None = None
    plans: tuple[Listed, ...] = ()
    chosen: EntityId | None = None
    now: int = 0

    @property
    def chosen_action(self) -> Listed | None:
        """The action that the buttons are about."""
        return next((a for a in self.actions or () if a.state.id == self.chosen), None)


def actions_open(listed: Listed | None) -> tuple[str, ...]:
    """Return what may be done with a planned action."""
    if listed is None or not isinstance(listed.state.current.body, PlannedAction):
        return ()
    return ("done", "cancelled") if listed.row.group == "current" else ()


def by_due(actions: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Return planned actions by day, then what is done or cancelled, newest first."""
    current = sorted((a for a in actions if a.row.group == "current"), key=lambda a: a.row.at)
    past = sorted((a for a in actions if a.row.group != "current"), key=lambda a: -a.row.at)
    return (*current, *past)
