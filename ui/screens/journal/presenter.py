"""Read the journal page by page, search in it, and act on an entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.journal.form_writer import begin_form
from ui.screens.journal.note_writer import begin, begin_from
from ui.screens.journal.sides import note_sides
from ui.screens.journal.state import PAGE, JournalState, actions_open
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from ui.shell.workspace.mark_writers import decision
from workstation.domain.ids import EntityId
from workstation.domain.observation import DiagnosticReport
from workstation.domain.texts import _
from workstation.operations.acknowledge import acknowledge
from workstation.operations.countersign_note import countersign_note
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.sign_note import sign_note
from workstation.operations.writing import heads_of

_MOST_HITS = 200


class JournalPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[JournalState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._records = shell.session.records
        self._state = JournalState()
        self._at_top = True

    @property
    def state(self) -> JournalState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(JournalState(generation=self._state.generation + 1))

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's journal from its newest entry."""
        self._at_top = True
        generation = self._state.generation + 1
        self._show(JournalState(patient=patient, generation=generation, loading=True))
        await self._begin_anew()

    async def _begin_anew(self) -> None:
        """Count and load the first page; whatever was shown is replaced at once, not emptied first."""
        state = self._state
        if state.patient is None:
            return
        count, first = await asyncio.gather(self._count(state), self._page(state, 0))
        results = await self._results(state, first)
        if not self._still(state):
            return
        self._show(
            replace(
                self._state,
                results={**self._state.results, **results},
                generation=self._state.generation + 1,
                count=max(count, len(first)),
                pages={0: first},
                waiting=0,
                loading=False,
            )
        )

    async def _count(self, state: JournalState) -> int:
        assert state.patient is not None
        counts = await self._records.counts(state.patient.patient)
        return sum(counts.get(family, 0) for family in state.families)

    async def _page(self, state: JournalState, first: int) -> tuple[Listed, ...]:
        assert state.patient is not None
        return await self._records.journal(
            state.patient.patient, families=state.families, offset=first, limit=PAGE
        )

    async def _results(
        self, state: JournalState, entries: tuple[Listed, ...]
    ) -> dict[EntityId, tuple[Listed | None, ...]]:
        """Read the results of the answers among ``entries``: an answer is more than its title."""
        assert state.patient is not None
        wanted = [
            (entry.state.id, EntityId(result))
            for entry in entries
            if isinstance(body := entry.state.current.body, DiagnosticReport)
            for result in body.results
        ]
        here = await self._records.entities(state.patient.patient, [r for _answer, r in wanted])
        found: dict[EntityId, tuple[Listed | None, ...]] = {}
        for answer, result in wanted:
            found[answer] = (*found.get(answer, ()), here.get(result))
        return found

    def _still(self, asked: JournalState) -> bool:
        """Is the list still the one that was asked for?"""
        now = self._state
        same_patient = (now.patient and now.patient.patient) == (
            asked.patient and asked.patient.patient
        )
        return same_patient and now.filter == asked.filter

    async def page_wanted(self, first: int, count: int) -> None:
        """Entries came into sight: load the pages they stand on."""
        state = self._state
        if state.patient is None or state.hits is not None:
            return
        for start in range(first - first % PAGE, first + max(count, 1), PAGE):
            if start in self._state.pages or start >= self._state.count:
                continue
            entries = await self._page(state, start)
            results = await self._results(state, entries)
            if not self._still(state) or state.generation != self._state.generation:
                return
            self._show(self._state.with_page(start, entries, results))

    def scrolled(self, *, at_top: bool) -> None:
        """The reader is at the newest entry, or further down."""
        self._at_top = at_top

    async def reload(self) -> None:
        """Something changed: renew what is shown; new entries wait while somebody reads below."""
        state = self._state
        if state.patient is None:
            return
        if state.hits is not None:
            await self.searched(state.search)
            return
        count = await self._count(state)
        if not self._still(state):
            return
        if count == state.count:
            await self._renew(state)
        elif self._at_top:
            await self._begin_anew()
        else:
            self._show(replace(self._state, waiting=count - state.count))

    async def _renew(self, state: JournalState) -> None:
        for first in tuple(state.pages):
            entries = await self._page(state, first)
            results = await self._results(state, entries)
            if not self._still(state) or state.generation != self._state.generation:
                return
            self._show(self._state.with_page(first, entries, results))

    async def waiting_wanted(self) -> None:
        """Show the entries that came meanwhile."""
        await self._begin_anew()

    async def filtered(self, key: str) -> None:
        """Show only some types of entries."""
        self._show(replace(self._state, filter=key, chosen=None))
        await self._begin_anew()

    async def searched(self, text: str) -> None:
        """Show the entries in which ``text`` stands; an empty text shows all again."""
        state = self._state
        self._show(replace(state, search=text))
        if state.patient is None:
            return
        if not text.strip():
            self._show(replace(self._state, hits=None, search=""))
            await self._begin_anew()
            return
        patient = state.patient.patient
        hits = await self._records.search_text(patient, text, limit=_MOST_HITS)
        wanted = [hit.entity for hit in hits if hit.row.family in state.families]
        found = await self._records.entities(patient, wanted)
        hits_here = tuple(found[entity] for entity in wanted if entity in found)
        results = await self._results(state, hits_here)
        if self._still(state) and self._state.search == text:
            self._show(
                replace(
                    self._state,
                    hits=hits_here,
                    results={**self._state.results, **results},
                    generation=self._state.generation + 1,
                )
            )

    async def show_entity(self, entity: EntityId) -> None:
        """Bring an entry into sight, wherever in the journal it is."""
        state = self._state
        if state.patient is None:
            return
        first = 0
        while self._state.number_of(entity) is None and first < max(self._state.count, 1):
            await self.page_wanted(first, 1)
            if not self._still(state):
                return
            first += PAGE
        self._show(replace(self._state, chosen=entity))

    def chosen(self, entity: EntityId | None) -> None:
        """An entry was chosen: its actions are offered."""
        self._show(replace(self._state, chosen=entity))

    def new_note(self, template: str = "day") -> None:
        """Begin a note beside the record."""
        if self._state.patient is not None:
            self._shell.compose("note", self._state.patient, begin(template))

    def new_form(self, name: str) -> None:
        """Begin to fill in a form beside the record."""
        if self._state.patient is not None:
            now = self._shell.session.clock.now()
            self._shell.compose("form", self._state.patient, begin_form(name, now))

    async def act(self, action: str) -> None:
        """Do what a button says with the chosen entry."""
        entry, patient = self._state.chosen_entry, self._state.patient
        person = self._shell.session.desk.author.hsa_id
        if entry is None or patient is None or action not in actions_open(entry, person):
            return
        state = entry.state
        if action in ("edit", "correct"):
            self._shell.compose("note", patient, begin_from(state))
        elif action == "void":
            self._shell.compose("void", patient, basis(state.id, heads_of(state)))
        elif action == "decide":
            self._shell.compose("decide", patient, decision(state, note_sides(state)))
        elif action == "versions":
            self._show(replace(self._state, opened=self._state.opened ^ {state.id}))
        elif action == "print" and self._shell.session.paper is not None:
            await self._shell.session.paper("note", patient.patient, state.id)
        else:
            await self._write(action, entry, patient)

    async def _write(self, action: str, entry: Listed, patient: PatientLine) -> None:
        session, state = self._shell.session, entry.state
        written = {
            "sign": (sign_note, _("Signed.")),
            "countersign": (countersign_note, _("Countersigned.")),
            "acknowledge": (acknowledge, _("Acknowledged.")),
        }.get(action)
        if written is None:
            return
        operation, said = written
        await operation(
            patient=patient.patient,
            entity=state.id,
            seen=heads_of(state),
            records=session.records,
            desk=session.desk,
        )
        self._shell.said(said)

    def _show(self, state: JournalState) -> None:
        self._state = state
        self._render(state)
