"""Read what waits for me or my unit, and open it in its context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from ui.screens.work.state import WaitingDraft, WorkState, grouped, key_of, tab_of
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.observation import Observation
from workstation.domain.texts import _, ngettext
from workstation.domain.value_words import earlier_value
from workstation.operations.acknowledge import acknowledge
from workstation.operations.acknowledge_normal import (
    Normal,
    acknowledge_normal,
    is_normal,
    normal_of,
)
from workstation.operations.ports import WorkLine
from workstation.operations.writing import heads_of

_MOST = 500
_MOST_READ = 60


@dataclass(kw_only=True, repr=False)
class _Read:
    """What the results on the list say."""

    details: dict[EntityId, Observation] = field(default_factory=dict)
    seen: dict[EntityId, tuple[RecordId, ...]] = field(default_factory=dict)
    earlier: dict[EntityId, Observation] = field(default_factory=dict)
    normal: dict[EntityId, Normal] = field(default_factory=dict)


class WorkPresenter:
    """Turns the store's work list into one that a person works through."""

    def __init__(
        self,
        *,
        render: Callable[[WorkState], None],
        shell: Shell,
        also: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``also``: reads anew what is shown in place of the list."""
        self._render = render
        self._shell = shell
        self._also = also
        self._state = WorkState(person=shell.session.desk.author.hsa_id)

    @property
    def state(self) -> WorkState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read the list anew."""
        if self._also is not None:
            await self._also()
        session = self._shell.session
        author = session.desk.author
        lines = await session.records.work(unit=author.unit, person=author.hsa_id, limit=_MOST)
        if session.watch is not None:
            lines = (*session.watch.lines(), *lines)
        drafts = []
        for draft in await session.drafts.all():
            patient = await session.records.patient(draft.patient)
            drafts.append(WaitingDraft(draft=draft, patient=patient))
        read, sides = await self._values(lines), await self._sides(lines)
        now = to_millis(session.clock.now())
        fetching = not lines and not await self._is_all_here()
        if self._state.only_mine:
            lines = tuple(line for line in lines if line.person == author.hsa_id)
        self._show(
            replace(
                self._state,
                groups=grouped(lines, now),
                drafts=tuple(drafts),
                details=read.details,
                seen=read.seen,
                earlier=read.earlier,
                normal=read.normal,
                sides=sides,
                now=now,
                fetching=fetching,
            )
        )

    async def _is_all_here(self) -> bool:
        """Whether an empty list means that nothing waits: records are here, none on their way."""
        unit = self._shell.session.desk.author.unit
        patients = await self._shell.session.records.patients_of(unit, limit=_MOST)
        return bool(patients) and all(patient.complete for patient in patients)

    async def _values(self, lines: tuple[WorkLine, ...]) -> _Read:
        """Read the newest results' values: a result is not judged by its name."""
        wanted: dict[PatientId, list[EntityId]] = {}
        for line in [line for line in lines if line.row.family == "observation"][:_MOST_READ]:
            wanted.setdefault(line.patient.patient, []).append(line.entity)
        read = _Read()
        for patient, entities in wanted.items():
            here = await self._shell.session.records.entities(patient, entities)
            for entity, listed in here.items():
                body = listed.state.current.body
                if isinstance(body, Observation):
                    read.details[entity] = body
                    read.seen[entity] = tuple(heads_of(listed.state))
                    if (before := earlier_value(listed.state)) is not None:
                        read.earlier[entity] = before
                    if is_normal(listed.state):
                        read.normal[entity] = normal_of(patient, listed.state)
        return read

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

    async def acknowledged(self, key: str) -> None:
        """Acknowledge the result that stands on the row."""
        line = self._state.may_acknowledge(key)
        if line is None:
            return
        session = self._shell.session
        await acknowledge(
            patient=line.patient.patient,
            entity=line.entity,
            seen=self._state.seen[line.entity],
            records=session.records,
            desk=session.desk,
        )
        self._shell.said(_("Acknowledged."))

    def confirm(self) -> None:
        """Show the summary of the normal results that wait, to be acknowledged together."""
        self._show(replace(self._state, confirming=self._state.together))

    def put_away(self) -> None:
        """Acknowledge none of them."""
        self._show(replace(self._state, confirming=()))

    async def acknowledged_together(self) -> None:
        """Acknowledge what the summary shows, each by itself; say what was left and why."""
        state, session = self._state, self._shell.session
        wanted = [state.normal[line.entity] for line in state.confirming]
        self._show(replace(state, confirming=()))
        written, left = await acknowledge_normal(wanted, records=session.records, desk=session.desk)
        said = ngettext(
            "{count} result acknowledged.", "{count} results acknowledged.", len(written)
        )
        text = said.format(count=len(written))
        if left:
            rest = ngettext("{count} had changed.", "{count} had changed.", len(left))
            text += " " + rest.format(count=len(left))
        self._shell.said(text)
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
