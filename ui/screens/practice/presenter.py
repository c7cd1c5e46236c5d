"""Listen to the record, and check off what is done; cut and restore the practice network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.practice.facts import facts_of
from ui.screens.practice.scenarios import ordered
from ui.screens.practice.state import PracticeState
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.clock import to_millis
from workstation.domain.ids import PatientId


class PracticePresenter:
    """Turns what is written into steps that are done."""

    def __init__(
        self, *, render: Callable[[PracticeState], None], shell: Shell, tasks: Tasks
    ) -> None:
        self._render = render
        self._session = shell.session
        self._tasks = tasks
        self._since = self._now()
        self._state = PracticeState(scenarios=ordered(shell.session.desk.profession))
        self.stop = (
            shell.session.changes.subscribe(self._heard),
            shell.session.sync.subscribe(self._sync_changed),
        )

    @property
    def state(self) -> PracticeState:
        """What is drawn now."""
        return self._state

    def _now(self) -> int:
        return to_millis(self._session.clock.now())

    async def reload(self) -> None:
        """Show the scenarios."""
        self._show(self._state)

    def _heard(self, patients: frozenset[PatientId]) -> None:
        self._tasks.start(self.changed(patients))

    async def changed(self, patients: frozenset[PatientId]) -> None:
        """Look at what this person has written about these patients."""
        person = self._session.desk.author.hsa_id
        for patient in patients:
            facts = await facts_of(
                patient, person=person, since=self._since, records=self._session.records
            )
            if "cut" not in self._state.facts or self._state.up:
                facts -= {"offline"}  # on its way only, not without a network
            if not facts <= self._state.facts:
                self._show(replace(self._state, facts=self._state.facts | facts))

    def _sync_changed(self) -> None:
        status = self._session.sync.status()
        is_all_there = status.connected and not (status.local or status.sent)
        if self._state.up and "offline" in self._state.facts and is_all_there:
            self._show(replace(self._state, facts=self._state.facts | {"rejoined"}))

    def line_switched(self) -> None:
        """Cut the network, or restore it."""
        practice = self._session.practice
        if practice is None:
            return
        up = not self._state.up
        practice.set_line(up=up)
        facts = self._state.facts if up else self._state.facts | {"cut"}
        self._show(replace(self._state, up=up, facts=facts))
        self._session.sync.try_now()

    def begin_again(self) -> None:
        """Forget what has been done: the steps count from now."""
        self._since = self._now()
        self._show(replace(self._state, facts=frozenset()))

    def _show(self, state: PracticeState) -> None:
        self._state = state
        self._render(state)
