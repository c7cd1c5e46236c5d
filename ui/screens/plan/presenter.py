"""Read what is decided for the patient, decide more, and say what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.plan.state import PlanState, actions_open, by_due
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId
from workstation.domain.texts import _
from workstation.operations.finish_action import finish_action
from workstation.operations.ports import PatientLine
from workstation.operations.writing import heads_of


class PlanPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[PlanState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = PlanState()

    @property
    def state(self) -> PlanState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(PlanState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's plan."""
        self._show(PlanState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the plan anew."""
        asked = self._state.patient
        if asked is None:
            return
        records = self._shell.session.records
        actions, plans = await asyncio.gather(
            records.listed(asked.patient, "planned_action"),
            records.listed(asked.patient, "care_plan"),
        )
        now = self._state.patient
        if now is None or now.patient != asked.patient:
            return  # somebody else is open by now
        clock = to_millis(self._shell.session.clock.now())
        self._show(replace(self._state, actions=by_due(actions), plans=plans, now=clock))

    def chosen(self, entity: EntityId | None) -> None:
        """An action was chosen."""
        self._show(replace(self._state, chosen=entity))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose an action."""
        self._show(replace(self._state, chosen=entity))

    def new_action(self) -> None:
        """Begin a planned action beside the record."""
        if self._state.patient is not None:
            self._shell.compose("plan", self._state.patient, {"type": "visit"})

    async def act(self, action: str) -> None:
        """Mark the chosen action as done, or begin to cancel it."""
        listed, patient = self._state.chosen_action, self._state.patient
        if listed is None or patient is None or action not in actions_open(listed):
            return
        state = listed.state
        if action == "cancelled":
            about = basis(state.id, heads_of(state))
            self._shell.compose("plan_cancel", patient, {**about, "what": listed.row.title})
            return
        await finish_action(
            outcome="done",
            patient=patient.patient,
            entity=state.id,
            seen=heads_of(state),
            records=self._shell.session.records,
            desk=self._shell.session.desk,
        )
        self._shell.said(_("Marked as done."))

    def _show(self, state: PlanState) -> None:
        self._state = state
        self._render(state)
