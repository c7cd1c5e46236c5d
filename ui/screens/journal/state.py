"""What the journal shows: a window of pages over any number of entries, or the hits of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ui.screens.journal.choices import Offered
from workstation.domain.ids import EntityId
from workstation.domain.journal_filter import Facet, JournalFilter
from workstation.domain.note import Note
from workstation.operations.ports import Listed, PatientLine

PAGE = 50
FAMILIES = ("note", "diagnostic_report")
"""What a journal is made of: notes and answers."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Sifted:
    """What a filter leaves: the entries in order, of how many, and how many each facet hides.

    ``by``: the filter; ``units``: names of units by HSA-id.
    """

    by: JournalFilter
    order: tuple[EntityId, ...]
    total: int
    hidden: Mapping[Facet, int]
    units: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, repr=False)
class JournalState:
    """``generation`` grows when the list begins anew: the view then starts from its top.

    Attributes:
        sifted: What the filter leaves, None while it hides nothing.
        offered: What there is to choose between, while somebody chooses what to show.
        unit_names: Names of units by HSA-id, as far as somebody has chosen between them.
        count: How many entries are shown; ``notes`` and ``answers``: how many there are.
        pages: First number of a page to its entries.
        hits: Entries a search found, or None while nothing is searched for; ``hits_hidden``:
            how many more the filter hides; ``hits_cut``: there may be older ones.
        waiting: Entries that came while somebody was reading further down.
        chosen: The entry that the actions are about.
        opened: Entries whose earlier versions are shown with them.
        results: An answer's results by its entity; None for each that is not on this computer.
    """

    patient: PatientLine | None = None
    generation: int = 0
    filter: JournalFilter = JournalFilter()
    sifted: Sifted | None = None
    offered: Offered | None = None
    unit_names: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    notes: int = 0
    answers: int = 0
    pages: Mapping[int, tuple[Listed, ...]] = field(default_factory=dict)
    search: str = ""
    hits: tuple[Listed, ...] | None = None
    hits_hidden: int = 0
    hits_cut: bool = False
    waiting: int = 0
    chosen: EntityId | None = None
    opened: frozenset[EntityId] = frozenset()
    results: Mapping[EntityId, tuple[Listed | None, ...]] = field(default_factory=dict)
    loading: bool = False

    @property
    def total(self) -> int:
        """How many entries there are, shown or hidden."""
        return self.sifted.total if self.sifted is not None else self.notes + self.answers

    def listed(self, entity: EntityId | None) -> Listed | None:
        """Return a loaded entry."""
        pages = (self.hits or (),) if self.hits is not None else tuple(self.pages.values())
        return next((e for page in pages for e in page if e.state.id == entity), None)

    @property
    def chosen_entry(self) -> Listed | None:
        """The entry that the actions are about, when it is loaded."""
        return self.listed(self.chosen) if self.chosen else None

    def number_of(self, entity: EntityId) -> int | None:
        """Return the place of an entry in the list, when it is loaded."""
        pages = {0: self.hits} if self.hits is not None else self.pages
        for first, entries in pages.items():
            for offset, entry in enumerate(entries or ()):
                if entry.state.id == entity:
                    return first + offset
        return None

    def next_to(self, action: str, entity: EntityId, person: str) -> EntityId | None:
        """Return the entry after ``entity``, as far as is loaded, that ``action`` is open for."""
        loaded = [e for first in sorted(self.pages) for e in self.pages[first]]
        here = next((n for n, e in enumerate(loaded) if e.state.id == entity), -1)
        waiting = (e for e in loaded[here + 1 :] if action in actions_open(e, person))
        return next((entry.state.id for entry in waiting), None)

    def with_page(
        self,
        first: int,
        entries: tuple[Listed, ...],
        results: Mapping[EntityId, tuple[Listed | None, ...]],
    ) -> JournalState:
        """Return the state with one page loaded or loaded anew, with its answers' results."""
        return replace(
            self, pages={**self.pages, first: entries}, results={**self.results, **results}
        )


def actions_open(entry: Listed | None, person: str) -> tuple[str, ...]:
    """Return what may be done with an entry: ``sign``, ``countersign``, ``edit``, ``correct``,
    ``void``, ``decide``, ``acknowledge``, ``versions``, ``print``; in the order of buttons.
    """
    if entry is None:
        return ()
    state = entry.state
    if state.undecided:
        return ("decide", "versions")
    if not isinstance(state.current.body, Note):
        open_ack = any(work.reason in ("acknowledge", "critical") for work in entry.row.work)
        return ("acknowledge",) if open_ack else ()
    versions = ("versions",) if state.corrected or state.voided else ()
    if state.voided:
        return (*versions, "print")
    own = state.current.author.hsa_id == person
    if state.signed:
        countersigned = state.signature_of(state.current.id, "countersign") is not None
        other = () if own or countersigned else ("countersign",)
        return (*other, "correct", "void", *versions, "print")
    return (*(("sign", "edit") if own else ("countersign",)), "void", *versions, "print")
