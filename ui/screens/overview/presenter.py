"""Read every part of the page at once; what cannot be read is named, and hides nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ui.screens.overview.state import CODES, EACH, NOTES, OverviewState
from ui.shell.chart import Shell
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.problem import Problem
from workstation.operations.ports import Listed, PatientLine

_Rows = Coroutine[Any, Any, tuple[Listed, ...]]


class OverviewPresenter:
    """Turns opening a patient into one page."""

    def __init__(self, *, render: Callable[[OverviewState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = OverviewState()

    @property
    def state(self) -> OverviewState:
        """What is drawn now."""
        return self._state

    async def show_patient(self, patient: PatientLine | None) -> None:
        """Show a patient's page."""
        self._show(OverviewState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the page anew."""
        asked = self._state.patient
        if asked is None:
            return
        parts = self._parts(asked.patient)
        found = await asyncio.gather(*(_tried(work) for work in parts.values()))
        complete = await self._shell.session.records.is_complete(asked.patient)
        now = self._state.patient
        if now is None or now.patient != asked.patient:
            return  # somebody else is open by now
        loaded: dict[str, Any] = dict(zip(parts, found, strict=True))
        failed = tuple(name for name, rows in loaded.items() if rows is None)
        self._show(replace(self._state, **loaded, failed=failed, complete=complete))

    def _parts(self, patient: PatientId) -> dict[str, _Rows]:
        records = self._shell.session.records
        return {
            "attention": records.listed(patient, "attention", group="current"),
            "diagnoses": records.listed(patient, "diagnosis", group="current"),
            "orders": records.listed(patient, "medication_order", group="current"),
            "values": records.newest_by_code(patient, "observation", each=EACH, codes=CODES),
            "referrals": records.listed(patient, "referral", group="current"),
            "actions": records.listed(patient, "planned_action", group="current"),
            "contacts": records.listed(patient, "contact", group="current"),
            "notes": records.journal(patient, families=("note",), offset=0, limit=NOTES),
        }

    async def show_entity(self, entity: EntityId) -> None:
        """The page has no choice of its own."""

    def opened(self, tab: str, entity: EntityId) -> None:
        """A line was opened: go to its source."""
        if self._state.patient is not None:
            self._shell.open_patient(self._state.patient, tab, entity)

    def begin(self, writer: str) -> None:
        """Begin a diagnosis or attention information beside the record."""
        if self._state.patient is not None:
            self._shell.compose(writer, self._state.patient, {})

    def _show(self, state: OverviewState) -> None:
        self._state = state
        self._render(state)


async def _tried(work: _Rows) -> tuple[Listed, ...] | None:
    try:
        return await work
    except Problem:
        return None
