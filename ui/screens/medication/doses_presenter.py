"""Read the doses of today and begin the recording of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from ui.screens.medication.administration_writer import begin_administration
from ui.screens.medication.doses_begin import begin_extra, begin_planned
from ui.screens.medication.doses_state import DosesState, dose_actions
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.state import MedicationState
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from workstation.domain.clock import to_millis
from workstation.domain.dose_ledger import given_of, ledger
from workstation.domain.dose_times import DoseTimes, day_bounds
from workstation.domain.doses import as_it_stood, plan_of_day
from workstation.domain.medication import order_state
from workstation.domain.values import local_date
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.writing import heads_of

_MOST_GIVEN = 300
"""Doses read back in time: a day's many times over, also in intensive care."""
_MOST_DAYS = 14


class DosesPresenter(MedicationPresenter):
    """The medication list with today's doses as one of its groups."""

    def __init__(
        self,
        *,
        render: Callable[[MedicationState], None],
        render_doses: Callable[[DosesState], None],
        shell: Shell,
    ) -> None:
        super().__init__(render=render, shell=shell)
        self._render_doses = render_doses
        self._doses = DosesState()

    @property
    def doses(self) -> DosesState:
        """What is drawn of today's doses."""
        return self._doses

    def put_away(self) -> None:
        """Show nobody, and nobody's doses."""
        self._show_doses(DosesState())
        super().put_away()

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's current medication; nobody's doses."""
        self._show_doses(DosesState())
        await super().show_patient(patient)

    async def reload(self) -> None:
        """Read the list, and today's doses while they are shown; what is chosen stays chosen."""
        if self.state.group == "doses":
            await asyncio.gather(super().reload(), self.read_doses())
        else:
            await super().reload()

    async def print_account(self) -> None:
        """Print the läkemedelsberättelse of the admission, or of the last 30 days."""
        patient, paper = self.state.patient, self._shell.session.paper
        if patient is not None and paper is not None:
            await paper("account", patient.patient, None)

    async def read_doses(self) -> None:
        """Read today's doses anew, if they are shown."""
        patient = self.state.patient
        if patient is None or self.state.group != "doses":
            return
        records = self._shell.session.records
        now = to_millis(self._shell.session.clock.now())
        current, past, given, complete = await asyncio.gather(
            records.listed(patient.patient, "medication_order", group="current"),
            records.listed(patient.patient, "medication_order", group="past"),
            records.listed(patient.patient, "administration", limit=_MOST_GIVEN),
            records.is_complete(patient.patient),
        )
        offset = self._doses.offset if self._doses.patient in (None, patient) else 0
        day = local_date(now) + timedelta(days=offset)
        listed = (*current, *past)
        read = await asyncio.to_thread(
            _read, listed, given, now, day, self._shell.session.dose_times
        )
        if self._doses.offset != offset:
            return  # another day is wanted by now
        if self.state.patient != patient or self.state.group != "doses":
            return  # somebody else is open by now, or another list
        if self._doses.patient == patient and self._doses.as_of > now:
            return  # a later reading was faster
        self._show_doses(
            replace(
                read,
                patient=patient,
                complete=complete,
                chosen=self._doses.chosen,
                offset=offset,
            )
        )

    async def day_moved(self, days: int) -> None:
        """Show another day: so many days on or back; 0 is today."""
        offset = self._doses.offset + days if days else 0
        if abs(offset) <= _MOST_DAYS:
            self._show_doses(DosesState(patient=self._doses.patient, offset=offset))
            await self.read_doses()

    def dose_chosen(self, key: str) -> None:
        """A row was chosen: its actions are offered."""
        self._show_doses(replace(self._doses, chosen=key))

    async def dose_acted(self, action: str) -> None:
        """Do what a button says with the chosen row."""
        doses, patient = self._doses, self.state.patient
        entity = doses.chosen_order
        if entity is None or patient is None or patient != doses.patient:
            return
        if action not in dose_actions(doses):
            return
        if action == "order":
            await self.show_entity(entity)
        elif action == "void":
            await self._void(patient)
        else:
            self._begin(action, patient)

    def _begin(self, action: str, patient: PatientLine) -> None:
        doses, row = self._doses, self._doses.chosen_row
        entity = doses.chosen_order
        assert entity is not None
        order, listed = doses.orders[entity], doses.listed[entity]
        content = begin_administration(order, self._shell.session.clock.now())
        if doses.offset:
            content["actual"] = ""  # it was another day: whoever records it says when
        if row is not None and row.dose is not None:
            content |= begin_extra(row.dose) if action == "extra" else begin_planned(row.dose)
        content |= basis(entity, heads_of(listed.state))
        self._shell.compose("administration", patient, content)

    async def _void(self, patient: PatientLine) -> None:
        row = self._doses.chosen_row
        if row is None or not row.given:
            return
        entity = row.given[-1].record.entity
        listed = await self._shell.session.records.entity(patient.patient, entity)
        if listed is not None and self.state.patient == patient:
            self._shell.compose("void", patient, basis(entity, heads_of(listed.state)))

    def _show_doses(self, doses: DosesState) -> None:
        self._doses = doses
        self._render_doses(doses)


def _read(
    known: tuple[Listed, ...], given: tuple[Listed, ...], now: int, day: date, times: DoseTimes
) -> DosesState:
    """Fold and lay out: pure, beside the event loop."""
    since, _until = day_bounds(day)
    recorded = given_of(one.state for one in given)
    named = {one.order for one in recorded}
    listed = {
        one.state.id: one
        for one in known
        if one.row.group == "current"
        or one.state.id in named
        or one.state.line.versions[-1].written_at.millis >= since
    }
    orders = {entity: order_state(one.state) for entity, one in listed.items()}
    planned = list(orders.values())
    if day < local_date(now):
        then = (as_it_stood(one.state, day) for one in listed.values())
        planned = [order for order in then if order is not None]
    plan = plan_of_day(planned, day, times)
    return DosesState(
        day=day,
        plan=plan,
        rows=ledger(plan, recorded, day=day, now=now),
        given=recorded,
        listed=listed,
        orders=orders,
        as_of=now,
    )
