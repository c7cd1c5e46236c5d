"""Reading a patient's journal: page by page, whole or filtered, with the results of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ui.screens.journal.choices import Offered, offered, unit_names
from ui.screens.journal.state import FAMILIES, PAGE, Sifted
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.journal_filter import EntryFacts, JournalFilter
from workstation.domain.observation import DiagnosticReport
from workstation.operations.ports import Listed, Reading

_MOST_HITS = 200
_MOST_HITS_FILTERED = 2_000
Results = Mapping[EntityId, tuple[Listed | None, ...]]


@dataclass(frozen=True, kw_only=True, repr=False)
class Hits:
    """What a search found. ``hidden``: hits that the filter hides; ``cut``: there may be older ones."""

    entries: tuple[Listed, ...]
    hidden: int
    cut: bool


class JournalReader:
    """Reads from the store; remembers nothing."""

    def __init__(self, records: Reading) -> None:
        self._records = records

    async def offered(self, patient: PatientId, today: date) -> Offered:
        """Return what there is to choose between."""
        facts = await self._records.journal_facts(patient, families=FAMILIES)
        return await asyncio.to_thread(offered, facts, today)

    async def sifted(self, patient: PatientId, chosen: JournalFilter) -> Sifted | None:
        """Return what a filter leaves, None where it hides nothing."""
        if not chosen:
            return None
        facts = await self._records.journal_facts(patient, families=FAMILIES)
        # Ten thousand entries are too many to go through while somebody waits for a letter.
        return await asyncio.to_thread(sift, facts, chosen)

    async def count(self, patient: PatientId) -> tuple[int, int]:
        """Return the number of notes and of answers."""
        counts = await self._records.counts(patient)
        notes, answers = (counts.get(family, 0) for family in FAMILIES)
        return notes, answers

    async def page(
        self, patient: PatientId, sifted: Sifted | None, first: int
    ) -> tuple[Listed, ...]:
        """Return one page of what is shown, newest first."""
        if sifted is None:
            return await self._records.journal(patient, families=FAMILIES, offset=first, limit=PAGE)
        wanted = sifted.order[first : first + PAGE]
        found = await self._records.entities(patient, wanted)
        return tuple(found[entity] for entity in wanted if entity in found)

    async def results(self, patient: PatientId, entries: tuple[Listed, ...]) -> Results:
        """Read the results of the answers among ``entries``: an answer is more than its title."""
        wanted = [
            (entry.state.id, EntityId(result))
            for entry in entries
            if isinstance(body := entry.state.current.body, DiagnosticReport)
            for result in body.results
        ]
        here = await self._records.entities(patient, [r for _answer, r in wanted])
        found: dict[EntityId, tuple[Listed | None, ...]] = {}
        for answer, result in wanted:
            found[answer] = (*found.get(answer, ()), here.get(result))
        return found

    async def hits(self, patient: PatientId, text: str, sifted: Sifted | None) -> Hits:
        """Return the entries in which ``text`` stands, as many as are shown at once."""
        most = _MOST_HITS if sifted is None else _MOST_HITS_FILTERED
        found = await self._records.search_text(patient, text, limit=most)
        ours = [hit.entity for hit in found if hit.row.family in FAMILIES]
        let_through = None if sifted is None else frozenset(sifted.order)
        wanted = [e for e in ours if let_through is None or e in let_through]
        shown = wanted[:_MOST_HITS]
        here = await self._records.entities(patient, shown)
        return Hits(
            entries=tuple(here[entity] for entity in shown if entity in here),
            hidden=len(ours) - len(wanted),
            cut=len(found) == most or len(shown) < len(wanted),
        )


def sift(facts: tuple[EntryFacts, ...], chosen: JournalFilter) -> Sifted:
    """Return what the filter leaves of the entries, and how much each of its facets hides."""
    return Sifted(
        by=chosen,
        units=unit_names(facts),
        order=tuple(entry.entity for entry in facts if chosen.lets_through(entry)),
        total=len(facts),
        hidden=chosen.hidden_by(facts),
    )
