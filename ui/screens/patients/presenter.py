"""List and find patients here first, then in the region; register new ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.patients.matched import all_in, why
from ui.screens.patients.state import MOST, MOST_STANDING, PatientsState
from ui.shell.chart import Shell
from ui.shell.people import list_name, shown_number
from ui.shell.standing import by_room, standing_of
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.ports import PatientLine
from workstation.operations.register_patient import (
    AlreadyRegistered,
    register_patient,
    register_unidentified,
)
from workstation.operations.session import RegionSearch
from workstation.operations.writing import Incomplete

_FEWEST_SIGNS = 2


class PatientsPresenter:
    """Turns typing into a list of patients."""

    def __init__(
        self,
        *,
        render: Callable[[PatientsState], None],
        shell: Shell,
        is_waited_for: Callable[[], bool],
    ) -> None:
        """``is_waited_for``: whether the keyboard is still in the search, on the screen."""
        self._render = render
        self._shell = shell
        self._is_waited_for = is_waited_for
        self._state = PatientsState()
        self._read = ""  # what the shown lines were searched for
        self._entered = ""  # what Enter was pressed for and waits

    @property
    def state(self) -> PatientsState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read the list that is shown anew."""
        session, search = self._shell.session, self._state.search
        if search:
            lines = await session.records.find_patients(search, limit=MOST)
        else:
            unit = session.desk.author.unit
            lines = by_room(await session.records.patients_of(unit, limit=MOST))
        if search == self._state.search:
            today = local_date(to_millis(session.clock.now()))
            self._read = search
            self._show(replace(self._state, lines=lines, today=today))
            await self._read_standing(lines[:MOST_STANDING])
            await self._say_why(lines[:MOST_STANDING], search)

    async def _read_standing(self, lines: tuple[PatientLine, ...]) -> None:
        """Read how the patients stand once the list is shown: names wait for nothing."""
        records = self._shell.session.records
        shown = self._state.lines
        found = await asyncio.gather(*(standing_of(line, records) for line in lines))
        if self._state.lines is shown:
            self._show(replace(self._state, standing={**self._state.standing, **dict(found)}))

    async def _say_why(self, lines: tuple[PatientLine, ...], search: str) -> None:
        """Say what matches where it is nothing that stands in the list."""
        unclear = [line for line in lines if search and not shows_match(line, search)]
        told: dict[PatientId, str] = {}
        for line in unclear:
            if line.protected:  # what is not shown of such a person is not told either
                told[line.patient] = why(None, search)
                continue
            listed = await self._shell.session.records.entity(line.patient, EntityId(line.patient))
            body = listed.state.current.body if listed is not None else None
            told[line.patient] = why(body if isinstance(body, Patient) else None, search)
        if told and search == self._state.search:
            self._show(replace(self._state, why={**self._state.why, **told}))

    async def searched(self, text: str) -> None:
        """Search here at once, then in the region."""
        search = text.strip()
        if self._state.asking and search == self._state.search:
            return  # on its way: the region logs every question, and hears each once
        if search != self._entered:
            self._entered = ""
        region = self._shell.session.region if len(search) >= _FEWEST_SIGNS else None
        asking = region is not None
        begun = replace(
            self._state, search=search, region=None, region_failed=False, asking=asking, why={}
        )
        self._show(begun)
        await self.reload()
        if region is not None and search == self._state.search:
            await self._ask(region, search)
        self._answer_enter(search)

    async def _ask(self, region: RegionSearch, search: str) -> None:
        found: tuple[PatientLine, ...] | None = None
        failed = False
        try:
            found = tuple(await region(search))
        except Problem:
            failed = True
        finally:
            if search == self._state.search:
                told = {
                    line.patient: why(None, search)
                    for line in found or ()
                    if line.patient not in self._state.why and not shows_match(line, search)
                }
                shown = replace(self._state, region=found, region_failed=failed, asking=False)
                self._show(replace(shown, why={**told, **self._state.why}))

    async def submitted(self, text: str) -> None:
        """Enter in the search opens the patient when there is exactly one.

        Pressed before the answer is there it holds until then, for as long as the same is
        searched for and the search is not left: nobody is opened under somebody who went on.
        """
        search, state = text.strip(), self._state
        if not search:
            return
        if search == state.search == self._read and (state.lines or not state.asking):
            self._open_the_only_one()
            return
        self._entered = search
        if search != state.search:
            await self.searched(text)

    def _answer_enter(self, search: str) -> None:
        """Do what Enter asked for while the answer was on its way."""
        if search and self._entered == self._state.search == search:
            self._entered = ""
            if self._is_waited_for():
                self._open_the_only_one()

    def _open_the_only_one(self) -> None:
        lines = (*(self._state.lines or ()), *self._state.elsewhere)
        if len(lines) == 1:
            self._shell.open_patient(lines[0], "overview", None)

    def opened(self, key: str) -> None:
        """Open a patient's record."""
        line = self._state.line(key)
        if line is not None:
            self._shell.open_patient(line, "overview", None)

    def register_wanted(self) -> None:
        """Begin to register a new patient; a searched number is taken over."""
        number = self._state.search if any(c.isdigit() for c in self._state.search) else ""
        self._show(replace(self._state, registering={"number": number}, problem=("", "")))

    def register_put_away(self) -> None:
        """Stop registering."""
        self._show(replace(self._state, registering=None, problem=("", "")))

    def typed(self, key: str, value: str) -> None:
        """Take over what is typed about the new patient."""
        if self._state.registering is not None:
            self._show(self._state.typed(key, value))

    async def register(self, *, unidentified: bool) -> None:
        """Register the patient and open the record."""
        content = self._state.registering
        if content is None or self._state.busy:
            return
        self._show(replace(self._state, busy=True, problem=("", ""), wrong=frozenset()))
        try:
            record = await self._registered(dict(content), unidentified=unidentified)
        except AlreadyRegistered as known:
            self._show(replace(self._state, busy=False, registering=None, lines=(known.line,)))
            raise
        except Problem as problem:
            wrong = (
                frozenset(problem.fields) if isinstance(problem, Incomplete) else frozenset[str]()
            )
            said = (problem.message, problem.advice)
            self._show(replace(self._state, busy=False, problem=said, wrong=wrong))
            return
        self._show(replace(self._state, busy=False, registering=None))
        line = await self._shell.session.records.patient(record.patient)
        if line is not None:
            self._shell.open_patient(line, "overview", None)

    async def _registered(self, content: dict[str, str], *, unidentified: bool) -> Record:
        session = self._shell.session
        if unidentified:
            year = content.get("year", "").strip()
            return await register_unidentified(
                birth_year=int(year) if year.isdecimal() else 0,
                sex=content.get("sex", "unknown"),
                description=content.get("description", "") or _("Unidentified"),
                records=session.records,
                desk=session.desk,
                random_below=session.random_below,
            )
        given = tuple(content.get("given", "").split())
        details = Patient(family=content.get("family", "").strip(), given=given)
        return await register_patient(
            details, number=content.get("number", ""), records=session.records, desk=session.desk
        )

    def _show(self, state: PatientsState) -> None:
        self._state = state
        self._render(state)


def shows_match(line: PatientLine, search: str) -> bool:
    """Whether a line shows by itself why it was found: by its name, its number, or its link."""
    return bool(line.links) or all_in(list_name(line), shown_number(line), search)
