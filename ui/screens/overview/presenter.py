"""Read every part of the page at once; what cannot be read is named, and hides nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ui.screens.overview.news import new_since
from ui.screens.overview.rules import rule_lines
from ui.screens.overview.state import CODES, EACH, NOTES, OverviewState
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.problem import Problem
from workstation.operations.concerning import guidelines_about
from workstation.operations.ports import Listed, PatientLine

_Rows = Coroutine[Any, Any, tuple[Listed, ...]]
_Found = tuple[Listed, ...] | None
_COLUMNS = (
    ("attention", "diagnoses"),
    ("orders", "referrals", "actions"),
    ("contacts", "values", "notes"),
)
_PLACE = "overview"
_MOST_AT_ONCE = 120  # lines: drawn in a few milliseconds


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

    def put_away(self) -> None:
        """Show nobody."""
        self._show(OverviewState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's page."""
        self._show(OverviewState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the page anew."""
        asked = self._state.patient
        if asked is None:
            return
        parts = self._parts(asked.patient)
        read = await asyncio.gather(*(_tried(work) for work in parts.values()))
        complete = await self._shell.session.records.is_complete(asked.patient)
        line = await self._shell.session.records.patient(asked.patient)
        if line is not None and self._still(asked):
            self._state = replace(self._state, patient=line)  # drawn with what follows
        found = dict(zip(parts, read, strict=True))
        for names in _steps(found):
            if not self._still(asked):
                return  # somebody else is open by now
            self._show(self._with({name: found[name] for name in names}, complete=complete))
            await asyncio.sleep(0)  # whatever else waits for the screen comes in between
        await self._tell_news(asked)
        await self._check(asked)

    async def _tell_news(self, asked: PatientLine) -> None:
        """Say what others have written since this person last looked; from now on this look counts."""
        session = self._shell.session
        if session.looks is None or not self._still(asked):
            return
        if not self._state.looked:
            since = (await session.looks.last_seen(asked.patient)).get(_PLACE)
            now = to_millis(session.clock.now())
            await session.looks.seen(asked.patient, _PLACE, at=now)
            if self._still(asked):
                self._state = replace(self._state, since=since, looked=True)
        since = self._state.since
        if since is None or not self._still(asked):
            return
        # A medicine that was stopped stands on no part of the page.
        past = await _tried(session.records.listed(asked.patient, "medication_order", group="past"))
        if self._still(asked):
            me = session.desk.author.hsa_id
            self._show(
                replace(self._state, news=new_since(self._state, past or (), since=since, me=me))
            )

    async def _check(self, asked: PatientLine) -> None:
        """Ask the rules once the page is drawn."""
        support = self._shell.session.support
        if support is None:
            return
        known = await support.judged(asked.patient)
        if self._still(asked):
            checked, facts = support.chart(asked.patient), support.facts(asked.patient)
            rules = rule_lines(checked, known, support.in_force.engine)
            guidance, about = self._shell.session.guidance, self._state.guidelines
            if guidance is not None and facts is not None:
                about = guidelines_about(guidance.guidelines(), known, facts, checked)
            self._show(replace(self._state, rules=rules, guidelines=about))

    def _still(self, asked: PatientLine) -> bool:
        """Is the page still about whom it was asked for?"""
        now = self._state.patient
        return now is not None and now.patient == asked.patient

    def _with(self, found: Mapping[str, _Found], *, complete: bool) -> OverviewState:
        before = (name for name in self._state.failed if name not in found)
        failed = (*before, *(name for name, rows in found.items() if rows is None))
        loaded: dict[str, Any] = dict(found)
        return replace(self._state, **loaded, failed=failed, complete=complete)

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

    async def linked_opened(self) -> None:
        """Open the person's other record."""
        asked = self._state.patient
        for link in asked.links if asked is not None else ():
            line = await self._shell.session.records.patient(link.patient)
            if line is not None and asked is not None and self._still(asked):
                self._shell.open_patient(line, "overview", None)
                return

    def guideline_opened(self, guideline: str) -> None:
        """Read a guideline that concerns the patient."""
        self._shell.read_guideline(guideline)

    def begin(self, writer: str) -> None:
        """Begin a diagnosis or attention information beside the record."""
        if self._state.patient is not None:
            self._shell.compose(writer, self._state.patient, {})

    def _show(self, state: OverviewState) -> None:
        self._state = state
        self._render(state)


def _steps(found: Mapping[str, _Found]) -> Sequence[Sequence[str]]:
    """Return what is drawn together: the page, or where that would hold the screen each column."""
    lines = sum(len(rows or ()) for name, rows in found.items() if name != "values")
    return (tuple(found),) if lines <= _MOST_AT_ONCE else _COLUMNS


async def _tried(work: _Rows) -> _Found:
    try:
        return await work
    except Problem:
        return None
