"""Read the patient's values, plot them, acknowledge results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.values.state import EACH, ValuesState, actions_open, value_rows
from ui.screens.values.value_writer import begin_value
from ui.shell.chart import Shell
from ui.shell.value_words import code_of, kind_of, mark, range_text, value_text
from ui.shell.workspace.form import basis
from workstation.domain.ids import EntityId
from workstation.domain.medication import order_state
from workstation.domain.observation import Observation
from workstation.domain.texts import _
from workstation.domain.value_words import corrected_text, earlier_value
from workstation.operations.acknowledge import acknowledge
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.writing import heads_of

_MOST_PLOTTED = 500


class ValuesPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[ValuesState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = ValuesState()

    @property
    def state(self) -> ValuesState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(ValuesState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's values."""
        self._show(ValuesState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the table anew, and what is plotted."""
        asked = self._state.patient
        if asked is None:
            return
        records = self._shell.session.records
        newest, orders = await asyncio.gather(
            records.newest_by_code(asked.patient, "observation", each=EACH),
            records.listed(asked.patient, "medication_order"),
        )
        if not self._is_open(asked):
            return
        self._show(
            replace(
                self._state,
                rows=value_rows(newest),
                orders=tuple(order_state(one.state) for one in orders),
            )
        )
        for code in self._state.plotted:
            await self._load(code)

    def _is_open(self, asked: PatientLine) -> bool:
        now = self._state.patient
        return now is not None and now.patient == asked.patient

    async def _load(self, code: str) -> None:
        asked = self._state.patient
        if asked is None:
            return
        listed = await self._shell.session.records.listed(
            asked.patient, "observation", code=code_of(code), limit=_MOST_PLOTTED
        )
        listed = tuple(one for one in listed if kind_of(one) == code)
        if self._is_open(asked):
            self._show(replace(self._state, series={**self._state.series, code: listed}))

    async def chosen(self, code: str) -> None:
        """A kind of value was chosen: it is plotted."""
        if code == self._state.chosen:
            return
        self._show(replace(self._state, chosen=code))
        if code and code not in self._state.series:
            await self._load(code)

    def searched(self, text: str) -> None:
        """Show only kinds whose name holds ``text``."""
        self._show(replace(self._state, search=text))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose the kind that a value belongs to."""
        patient = self._state.patient
        if patient is None:
            return
        listed = await self._shell.session.records.entity(patient.patient, entity)
        if listed is not None and self._is_open(patient):
            await self.chosen(kind_of(listed))

    def new_value(self) -> None:
        """Begin to record a value beside the record."""
        if self._state.patient is not None:
            now = self._shell.session.clock.now()
            self._shell.compose("observation", self._state.patient, begin_value(now))

    async def act(self, action: str) -> None:
        """Do what a button says with the chosen kind."""
        state = self._state
        if action not in actions_open(state) or state.patient is None:
            return
        if action == "keep":
            self._show(replace(state, kept=(*state.kept, state.chosen)))
        elif action == "unkeep":
            self._show(replace(state, kept=tuple(c for c in state.kept if c != state.chosen)))
        else:
            row = state.row(state.chosen)
            if row is not None and row.waiting is not None:
                await self._acknowledge(row.waiting, state.patient)

    async def _acknowledge(self, value: Listed, patient: PatientLine) -> None:
        body = value.state.current.body
        assert isinstance(body, Observation)
        before = earlier_value(value.state)
        if body.critical or before is not None:
            # A critical or corrected result is never closed by one key: it is read as what it was
            # and what it is, and an action written.
            what = f"{body.concept.label} {value_text(body)} {mark(body)} ({range_text(body.reference)})"
            if before is not None:
                what = f"{body.concept.label}: {corrected_text(before, body)}"
            about = basis(value.state.id, heads_of(value.state))
            self._shell.compose("acknowledge", patient, {**about, "what": what})
            return
        if not self._shell.may_write(patient, "acknowledge"):
            return
        await acknowledge(
            patient=patient.patient,
            entity=value.state.id,
            seen=heads_of(value.state),
            records=self._shell.session.records,
            desk=self._shell.session.desk,
        )
        self._shell.said(_("Acknowledged."))

    def _show(self, state: ValuesState) -> None:
        self._state = state
        self._render(state)
