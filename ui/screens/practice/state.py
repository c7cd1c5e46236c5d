"""What practice shows: the scenarios, and what has been done of each."""

from __future__ import annotations

from dataclasses import dataclass

from ui.screens.practice.scenarios import Scenario, Step


@dataclass(frozen=True, kw_only=True)
class PracticeState:
    """``facts``: what the record says has been done since it began. ``up``: the network is."""

    scenarios: tuple[Scenario, ...] = ()
    facts: frozenset[str] = frozenset()
    up: bool = True

    def is_done(self, step: Step) -> bool:
        """Whether the record shows that the step is done."""
        return not self.facts.isdisjoint(step.done_by)

    def left(self, scenario: Scenario) -> int:
        """Return how many steps of a scenario are left."""
        return sum(not self.is_done(step) for step in scenario.steps)
