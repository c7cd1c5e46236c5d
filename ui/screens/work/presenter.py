"""Read what waits for me or my unit, and open it in its context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.work.state import WaitingDraft, WorkState, grouped, tab_of
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId
from workstation.domain.observation import Observation
from workstation.operations.ports import WorkLine

_MOST = 500
_MOST_READ = 60


class WorkPresenter:
    """Turns the store's work list into one that a person works through."""

    def __init__(self, *, render: Callable[[WorkState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = WorkState(person=shell.session.desk.author.hsa_id)

    @property
    def state(self) -> WorkState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read the list anew."""
        session = self._shell.session
        author = session.desk.author
        lines = await session.records.work(unit=author.unit, person=author.hsa_id, limit=_MOST)
        if session.watch is not None:
            lines = (*session.watch.lines(), *lines)
        drafts = []
        for draft in await session.drafts.all():
            patient = await session.records.patient(draft.patient)
            drafts.append(WaitingDraft(draft=draft, patient=patient))
        details, sides = await self._values(lines), await self._sides(lines)
        now = to_millis(session.clock.now())
        if self._state.only_mine:
            lines = tuple(line for line in lines if line.person == author.hsa_id)
        self._show(
            replace(
                self._state,
                groups=grouped(lines, now),
                drafts=tuple(drafts),
                details=details,
                sides=sides,
                now=now,
            )
        )

    async def _values(self, lines: tuple[WorkLine, ...]) -> dict[EntityId, Observation]:
        """Read the newest results' values: a result is not judged by its name."""
        found: dict[EntityId, Observation] = {}
        results = [line for line in lines if line.row.family == "observation"]
        for line in results[:_MOST_READ]:
            listed = await self._shell.session.records.entity(line.patient.patient, line.entity)
            body = listed.state.current.body if listed is not None else None
            if isinstance(body, Observation):
                found[line.entity] = body
        return found

    async def _sides(self, lines: tuple[WorkLine, ...]) -> dict[EntityId, tuple[str, ...]]:
        """Read who changed what in two places: a decision begins with knowing whose it is."""
        found: dict[EntityId, tuple[str, ...]] = {}
        undecided = [line for line in lines if line.reason == "undecided"]
        for line in undecided[:_MOST_READ]:
            listed = await self._shell.session.records.entity(line.patient.patient, line.entity)
            if listed is not None:
                heads = listed.state.line.heads
                found[line.entity] = tuple(head.author.name for head in heads)
        return found

    async def filtered(self, *, only_mine: bool) -> None:
        """Show the unit's work, or only what waits for this person."""
        self._show(replace(self._state, only_mine=only_mine))
        await self.reload()

    def opened(self, key: str) -> None:
        """Open a line in its context."""
        for line in self._state.lines:
            if key == key_of(line.reason, str(line.entity)):
                self._shell.open_patient(line.patient, tab_of(line), line.entity)
                return
        for waiting in self._state.drafts:
            if key == f"draft:{waiting.draft.id}" and waiting.patient is not None:
                self._shell.open_patient(waiting.patient, "", None)
                return

    def _show(self, state: WorkState) -> None:
        self._state = state
        self._render(state)


def key_of(reason: str, entity: str) -> str:
    """Return the row's key: one entity may wait for two reasons."""
    return f"{reason}:{entity}"
