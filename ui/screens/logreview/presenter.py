"""Ask the server for lines of the access log, and narrow them to a patient or a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

from sync.protocol.log import LoggedPatient
from ui.screens.logreview.state import Filters, LogState
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.ports import PatientLine


class LogPresenter:
    """Turns filters into lines. Every question is itself logged: nothing is asked unasked."""

    def __init__(self, *, render: Callable[[LogState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = LogState()
        self._asked = 0

    @property
    def state(self) -> LogState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read once when the place is first shown; later only when somebody asks anew."""
        if self._state.lines is None:
            await self.read()

    async def read(self) -> None:
        """Ask for the first lines that fit the filters."""
        await self._ask(after="")

    async def _ask(self, *, after: str) -> None:
        review = self._shell.session.log_review
        if review is None:
            return
        self._asked += 1
        asked = self._asked
        today = local_date(to_millis(self._shell.session.clock.now()))
        self._show(replace(self._state, reading=True, failed=("", "")))
        try:
            page = await review(self._state.question(today, after=after))
        except Problem as problem:
            if asked == self._asked:
                said = (problem.message, problem.advice)
                self._show(replace(self._state, reading=False, failed=said))
            return
        if asked == self._asked:
            earlier = (self._state.lines or ()) if after else ()
            lines = (*earlier, *page.lines)
            self._show(replace(self._state, lines=lines, next=page.next, reading=False))

    async def filtered(self, **filters: Unpack[Filters]) -> None:
        """Ask with another period, activity or choice of lines."""
        self._show(replace(self._state, chosen="", **filters))
        await self.read()

    async def searched(self, text: str) -> None:
        """Narrow to the one patient that a number or name finds; an empty text widens again."""
        if not text.strip():
            if self._state.patient is not None:
                await self.filtered(patient=None)
            return
        session = self._shell.session
        found = await session.records.find_patients(text.strip(), limit=2)
        if not found and session.region is not None:
            found = tuple(await session.region(text.strip()))
        if len(found) != 1:
            raise Problem(
                _("The patient was not found.") if not found else _("More than one patient fits."),
                _("Write the whole personal identity number."),
            )
        await self.filtered(patient=_logged(found[0]))

    def chosen(self, key: str) -> None:
        """A line was chosen."""
        self._show(replace(self._state, chosen=key))

    async def act(self, action: str) -> None:
        """Narrow to the chosen line's patient or person, widen again, or read on."""
        line = self._state.line(self._state.chosen)
        if action == "more" and self._state.next:
            await self._ask(after=self._state.next)
        elif action == "everything":
            await self.filtered(patient=None, person=("", ""), sampled=False)
        elif action == "extract" and self._state.patient is not None:
            await self._extract(self._state.patient)
        elif action == "patient" and line is not None and line.patients:
            await self.filtered(patient=line.patients[0], sampled=False)
        elif action == "person" and line is not None:
            await self.filtered(person=(line.person, line.name or line.title), sampled=False)

    async def _extract(self, patient: LoggedPatient) -> None:
        extract = self._shell.session.log_extract
        if extract is not None:
            count = await extract(patient)
            self._shell.said(_("The extract has {count} lines.").format(count=count))

    def _show(self, state: LogState) -> None:
        self._state = state
        self._render(state)


def _logged(line: PatientLine) -> LoggedPatient:
    return LoggedPatient(
        patient=line.patient,
        family=line.family,
        given=line.given,
        identity=line.identity,
        identity_system=line.identity_system,
        protected=line.protected,
    )
