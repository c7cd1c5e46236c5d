"""Read the journal page by page, search in it, and act on an entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ui.screens.journal.form_writer import begin_form
from ui.screens.journal.note_content import begin, begin_from
from ui.screens.journal.reading import JournalReader
from ui.screens.journal.sides import note_sides
from ui.screens.journal.state import PAGE, JournalState, actions_open
from ui.screens.journal.void_writer import begin_void
from ui.shell.chart import Shell
from ui.shell.workspace.mark_writers import decision
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.journal_filter import Choice, Facet, JournalFilter
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.acknowledge import acknowledge
from workstation.operations.countersign_note import countersign_note
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.sign_note import sign_note
from workstation.operations.void_note import made_by_note
from workstation.operations.writing import heads_of


class JournalPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[JournalState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._reader = JournalReader(shell.session.records)
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
        patient = state.patient.patient
        (notes, answers), sifted = await asyncio.gather(
            self._reader.count(patient), self._reader.sifted(patient, state.filter)
        )
        first = await self._reader.page(patient, sifted, 0)
        results = await self._reader.results(patient, first)
        if not self._still(state):
            return
        shown = len(sifted.order) if sifted is not None else max(notes + answers, len(first))
        self._show(
            replace(
                self._state,
                chosen=None,  # the list begins anew: no key acts on what nobody has chosen in it
                results={**self._state.results, **results},
                generation=self._state.generation + 1,
                sifted=sifted,
                count=shown,
                notes=notes,
                answers=answers,
                pages={0: first},
                waiting=0,
                loading=False,
            )
        )

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
            entries = await self._reader.page(state.patient.patient, state.sifted, start)
            results = await self._reader.results(state.patient.patient, entries)
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
            await self._search_again()
            return
        patient = state.patient.patient
        (notes, answers), sifted = await asyncio.gather(
            self._reader.count(patient), self._reader.sifted(patient, state.filter)
        )
        if not self._still(state):
            return
        same = (notes, answers) == (state.notes, state.answers)
        if sifted is not None and state.sifted is not None:
            same = sifted.order == state.sifted.order
            self._show(replace(self._state, notes=notes, answers=answers))
            if same:
                self._show(replace(self._state, sifted=sifted))
        if same:
            await self._renew(patient)
        elif self._at_top:
            await self._begin_anew()
        else:
            count = len(sifted.order) if sifted is not None else notes + answers
            self._show(replace(self._state, waiting=max(count - state.count, 0)))

    async def _renew(self, patient: PatientId) -> None:
        state = self._state
        for first in tuple(state.pages):
            entries = await self._reader.page(patient, state.sifted, first)
            results = await self._reader.results(patient, entries)
            if not self._still(state) or state.generation != self._state.generation:
                return
            self._show(self._state.with_page(first, entries, results))

    async def waiting_wanted(self) -> None:
        """Show the entries that came meanwhile."""
        if self._state.hits is not None:
            await self.searched(self._state.search)
        else:
            await self._begin_anew()

    async def choices_wanted(self) -> None:
        """Somebody chooses what to show: read what there is to choose between."""
        state = self._state
        if state.patient is None:
            return
        today = local_date(to_millis(self._shell.session.clock.now()))
        found = await self._reader.offered(state.patient.patient, today)
        if self._still(state):
            self._show(replace(self._state, offered=found, unit_names=found.units))

    def choosing_ended(self) -> None:
        """Nobody chooses any longer."""
        self._show(replace(self._state, offered=None))

    async def chose(self, choice: Choice) -> None:
        """Show only what is of this choice as well, or no longer only that."""
        await self._filter(self._state.filter.toggled(choice))

    async def unfiltered(self) -> None:
        """Show everything."""
        await self._filter(JournalFilter())

    async def _filter(self, chosen: JournalFilter) -> None:
        self._show(replace(self._state, filter=chosen, chosen=None))
        await self._begin_anew()
        if self._state.hits is not None and self._state.filter == chosen:
            await self.searched(self._state.search)

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
        found = await self._found(text)
        if found is not None:
            begun = replace(found, generation=found.generation + 1, waiting=0, chosen=None)
            self._show(begun)

    async def _search_again(self) -> None:
        """Renew what a search found; while somebody reads below, other hits wait."""
        before = [entry.state.id for entry in self._state.hits or ()]
        found = await self._found(self._state.search)
        if found is None or found.hits is None:
            return
        now = [entry.state.id for entry in found.hits]
        if now == before:
            self._show(found)
        elif self._at_top:
            self._show(replace(found, generation=found.generation + 1, chosen=None))
        else:
            waiting = max(len(now) - len(before), 1)
            self._show(replace(self._state, waiting=waiting))

    async def _found(self, text: str) -> JournalState | None:
        """Return the state with what a search finds; None when something else is shown by then."""
        state = self._state
        if state.patient is None:
            return None
        patient = state.patient.patient
        (notes, answers), sifted = await asyncio.gather(
            self._reader.count(patient), self._reader.sifted(patient, state.filter)
        )
        found = await self._reader.hits(patient, text, sifted)
        results = await self._reader.results(patient, found.entries)
        if not self._still(state) or self._state.search != text:
            return None
        return replace(
            self._state,
            sifted=sifted,
            notes=notes,
            answers=answers,
            hits=found.entries,
            hits_hidden=found.hidden,
            hits_cut=found.cut,
            results={**self._state.results, **results},
        )

    async def show_entity(self, entity: EntityId) -> None:
        """Bring an entry into sight, wherever in the journal it is; a filter that hides it goes."""
        state = self._state
        if state.sifted is not None and entity not in state.sifted.order:
            await self.unfiltered()
            self._shell.said(_("The filter hid this entry and was removed."))
        if self._state.hits is not None and self._state.number_of(entity) is None:
            await self.searched("")
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
            records = self._shell.session.records
            made = await made_by_note(patient.patient, state.id, records=records)
            self._shell.compose("void_note", patient, begin_void(state, made))
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
        after = self._state.next_to(action, state.id, session.desk.author.hsa_id)
        await operation(
            patient=patient.patient,
            entity=state.id,
            seen=heads_of(state),
            records=session.records,
            desk=session.desk,
        )
        self._shell.said(said)
        if Facet.SIGNED in self._state.filter.facets and self._state.hits is None:
            await self._begin_anew()  # what was signed has gone: go on with the next that waits
            if after is not None:
                await self.show_entity(after)

    def _show(self, state: JournalState) -> None:
        self._state = state
        self._render(state)
