"""Read the medication list and begin what is done with an order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.medication.administration_writer import begin_administration
from ui.screens.medication.judging import JUDGED, judged_list, on_list
from ui.screens.medication.order_writer import begin_change, begin_order
from ui.screens.medication.sides import holds_text, order_sides
from ui.screens.medication.state import (
    Group,
    MedicationState,
    OrderLine,
    actions_open,
    order_lines,
)
from ui.screens.medication.steps import begin_step
from ui.shell.chart import Shell
from ui.shell.workspace.form import DraftContext, basis
from ui.shell.workspace.mark_writers import decision
from workstation.domain.clock import to_millis
from workstation.domain.directory import PRESCRIBERS
from workstation.domain.ids import EntityId, PatientId
from workstation.operations.ports import PatientLine
from workstation.operations.writing import heads_of


class MedicationPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[MedicationState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = MedicationState()

    @property
    def state(self) -> MedicationState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(MedicationState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's current medication."""
        self._show(MedicationState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the list; the chosen order stays chosen."""
        asked = self._state
        if asked.patient is None:
            return
        records, patient = self._shell.session.records, asked.patient.patient
        current, past, complete, line = await asyncio.gather(
            records.listed(patient, "medication_order", group="current"),
            records.listed(patient, "medication_order", group="past"),
            records.is_complete(patient),
            records.patient(patient),
        )
        now = self._state
        if now.patient is None or now.patient.patient != patient:
            return  # somebody else is open by now
        self._show(
            replace(
                now,
                patient=line or now.patient,
                lines=order_lines(past if now.group == "past" else current),
                current_count=len(current),
                past_count=len(past),
                complete=complete,
                as_of=to_millis(self._shell.session.clock.now()),
            )
        )
        await self._check(patient)

    async def _check(self, patient: PatientId) -> None:
        """Ask the rules once the list is drawn: nobody waits for them to read it."""
        support = self._shell.session.support
        if support is None:
            return
        await support.judged(patient)
        now = self._state
        if now.patient is None or now.patient.patient != patient:
            return
        said = await asyncio.to_thread(judged_list, now, support)
        later = self._state
        same = (later.patient, later.group) == (now.patient, now.group)
        if same and later.lines is now.lines:  # else it is asked anew
            judged = {name: getattr(said, name) for name in JUDGED}
            if judged != {name: getattr(later, name) for name in JUDGED}:
                self._show(replace(later, **judged))

    async def grouped(self, group: Group) -> None:
        """Show current or past medication, never both."""
        self._show(replace(self._state, group=group, chosen=None, lines=None))
        await self.reload()

    def searched(self, text: str) -> None:
        """Show only orders whose name holds ``text``."""
        self._show(replace(self._state, search=text))

    def chosen(self, entity: EntityId | None) -> None:
        """An order was chosen: its actions are offered."""
        if entity != self._state.chosen:
            self._show(replace(self._state, chosen=entity))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose an order, in whichever group it is."""
        if self._state.patient is None:
            return
        listed = await self._shell.session.records.entity(self._state.patient.patient, entity)
        group: Group = "past" if listed is not None and listed.row.group == "past" else "current"
        if group != self._state.group:
            await self.grouped(group)
        self._show(replace(self._state, chosen=entity))

    def prescribe(self) -> None:
        """Begin a new order beside the list."""
        may = self._shell.session.desk.profession in PRESCRIBERS
        if self._state.patient is not None and may:
            today = self._shell.session.clock.now()
            self._shell.compose("order", self._state.patient, begin_order(today))

    async def print_list(self) -> None:
        """Print the list on paper."""
        patient, paper = self._state.patient, self._shell.session.paper
        if patient is not None and paper is not None:
            await paper("medication", patient.patient, None)

    async def act(self, action: str) -> None:
        """Do what a button says with the chosen order."""
        line, patient = self._state.chosen_line, self._state.patient
        if line is None or patient is None or action not in self._open(line):
            return
        state = line.listed.state
        if action == "chain":
            self._show(replace(self._state, chains=self._state.chains ^ {line.id}))
            return
        writer, content = self._draft(action)
        if writer == "order_step" and (support := self._shell.session.support) is not None:
            await support.judged_stopping(patient.patient, state.id)
        if writer and self._state.patient == patient:
            self._shell.compose(writer, patient, {**basis(state.id, heads_of(state)), **content})

    async def suggested(self, card: str, choice: str) -> None:
        """Do what a card of the chosen order offers."""
        line, patient = self._state.chosen_line, self._state.patient
        if line is None or patient is None or not self._open(line):
            return
        if choice.startswith("guideline:"):
            self._shell.read_guideline(choice.removeprefix("guideline:"))
            return
        context = DraftContext(patient=patient, session=self._shell.session)
        begun = await on_list(choice, card, line, context)
        if begun is not None:
            self._shell.compose(begun[0], patient, begun[1])

    def _open(self, line: OrderLine) -> tuple[str, ...]:
        profession = self._shell.session.desk.profession
        return actions_open(line, prescriber=profession in PRESCRIBERS)

    def _draft(self, action: str) -> tuple[str, dict[str, str]]:
        line = self._state.chosen_line
        assert line is not None
        now = self._shell.session.clock.now()
        if action in ("change", "renew"):
            return "order", begin_change(action, line.order, now)
        if action in ("pause", "resume", "stop"):
            return "order_step", begin_step(action, line.order)
        if action == "give":
            return "administration", begin_administration(line.order, now)
        if action == "decide":
            sides = order_sides(line.order)
            return "decide", decision(line.listed.state, sides, holds_text(line.order))
        return ("void", {}) if action == "void" else ("", {})

    def _show(self, state: MedicationState) -> None:
        self._state = state
        self._render(state)
