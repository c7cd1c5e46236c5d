"""What of a journal is shown, and what that hides: by unit, profession, type, sökord, signing, time.

Within one facet any of the choices is enough; between facets all must hold. A filter hides
nothing silently: whoever shows the rest says how much is hidden and by what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workstation.domain.ids import EntityId, HsaId
from workstation.domain.values import is_when, millis_of

_NEVER = 2**62
_LAST_YEAR = "9999"


class Facet(StrEnum):
    """What entries are told apart by, in the order they are offered."""

    SIGNED = "signed"
    PERIOD = "period"
    FAMILY = "family"
    TYPE = "type"
    TITLE = "title"
    UNIT = "unit"
    PROFESSION = "profession"
    TERM = "term"


@dataclass(frozen=True, kw_only=True, repr=False, slots=True)
class EntryFacts:
    """What is known of an entry without reading its text. ``at``: ms UTC, as lists sort by.

    ``status``: as in the read model. ``type``: KV Anteckningstyp, empty for an answer.
    ``profession``: of who wrote the version that holds, as :func:`profession_of` tells it.
    ``terms``: the sökord of the version that holds.
    """

    entity: EntityId
    family: str
    at: int
    status: str
    title: str
    type: str = ""
    unit: HsaId = HsaId("")
    unit_name: str = ""
    profession: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, order=True)
class Choice:
    """One thing to show. ``value``: of a period ``from/to`` (dates, either may be empty)."""

    facet: Facet
    value: str

    def lets_through(self, entry: EntryFacts) -> bool:
        """Whether an entry is of this choice."""
        if self.facet is Facet.PERIOD:
            since, _slash, until = self.value.partition("/")
            return _from(since) <= entry.at < _before(until)
        return self.value in values_in(entry, self.facet)


@dataclass(frozen=True, kw_only=True)
class JournalFilter:
    """The choices, in the order they were made; none shows everything."""

    choices: tuple[Choice, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.choices)

    def toggled(self, choice: Choice) -> JournalFilter:
        """Return the filter with a choice made or taken back. Of periods there is one."""
        if choice in self.choices:
            return JournalFilter(choices=tuple(c for c in self.choices if c != choice))
        kept = self.choices
        if choice.facet is Facet.PERIOD:
            kept = tuple(c for c in kept if c.facet is not Facet.PERIOD)
        return JournalFilter(choices=(*kept, choice))

    def lets_through(self, entry: EntryFacts) -> bool:
        """Whether an entry is shown."""
        return all(self._facet_lets_through(facet, entry) for facet in self.facets)

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The facets in which something is chosen."""
        return tuple(dict.fromkeys(choice.facet for choice in self.choices))

    def _facet_lets_through(self, facet: Facet, entry: EntryFacts) -> bool:
        return any(c.lets_through(entry) for c in self.choices if c.facet is facet)

    def hidden_by(self, entries: Iterable[EntryFacts]) -> dict[Facet, int]:
        """Return how many entries each facet hides, whatever the others do."""
        found = dict.fromkeys(self.facets, 0)
        for entry in entries:
            for facet in found:
                found[facet] += not self._facet_lets_through(facet, entry)
        return found


def values_in(entry: EntryFacts, facet: Facet) -> tuple[str, ...]:
    """Return the values that an entry has in a facet; a period has none of its own."""
    one = {
        Facet.SIGNED: _signing(entry),
        Facet.FAMILY: entry.family,
        Facet.TYPE: entry.type,
        Facet.TITLE: entry.title,
        Facet.UNIT: entry.unit,
        Facet.PROFESSION: entry.profession,
    }.get(facet, "")
    if facet is Facet.TERM:
        return tuple(dict.fromkeys(term for term in entry.terms if term))
    return (one,) if one else ()


def _signing(entry: EntryFacts) -> str:
    return entry.status if entry.family == "note" else ""


def counted(entries: Sequence[EntryFacts], facet: Facet) -> list[tuple[str, int]]:
    """Return the values of a facet with how many entries have each, the most common first."""
    found = Counter(value for entry in entries for value in values_in(entry, facet))
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def periods_typed(typed: str) -> tuple[Choice, ...]:
    """Return the periods that a typed date means: during it, from it, until it.

    ``2025``, ``2025-03`` and ``2025-03-14`` are dates; two with a space between are from and to.
    """
    parts = typed.split()
    if not parts or len(parts) > 2 or not all(is_when(p) and "T" not in p for p in parts):
        return ()
    if len(parts) == 2:
        return (_period(parts[0], parts[1]),)
    (only,) = parts
    return (_period(only, only), _period(only, ""), _period("", only))


def recent_periods(today: date) -> tuple[tuple[str, Choice], ...]:
    """Return the periods that are offered, by key: ``week``, ``month``, ``quarter``, ``year``."""
    lengths = (("week", 7), ("month", 30), ("quarter", 91), ("year", 365))
    return tuple(
        (key, _period((today - timedelta(days=days)).isoformat(), "")) for key, days in lengths
    )


def _period(since: str, until: str) -> Choice:
    return Choice(facet=Facet.PERIOD, value=f"{since}/{until}")


def _from(since: str) -> int:
    return millis_of(since) if since else -_NEVER


def _before(until: str) -> int:
    """The first instant after a date, in ms UTC: a month is whole, and a year."""
    if not until or until.startswith(_LAST_YEAR):
        return _NEVER
    parts = [int(part) for part in until.split("-")]
    if len(parts) == 1:
        return millis_of(f"{parts[0] + 1:04d}")
    if len(parts) == 2:
        year, month = parts
        return millis_of(f"{year + month // 12:04d}-{month % 12 + 1:02d}")
    return millis_of((date.fromisoformat(until) + timedelta(days=1)).isoformat())


_BY_WORD = (
    ("läkare", "physician"),
    ("physician", "physician"),
    ("undersköterska", "assistant_nurse"),
    ("barnsköterska", "assistant_nurse"),
    ("skötare", "assistant_nurse"),
    ("sköterska", "nurse"),
    ("nurse", "nurse"),
    ("barnmorska", "midwife"),
    ("fysioterapeut", "physiotherapist"),
    ("sjukgymnast", "physiotherapist"),
    ("arbetsterapeut", "occupational_therapist"),
    ("psykolog", "psychologist"),
    ("dietist", "dietitian"),
    ("biomedicinsk", "biomedical_analyst"),
    ("sekreterare", "medical_secretary"),
    ("administratör", "medical_secretary"),
)


def profession_of(title: str) -> str:
    """Return the profession that a title (befattning) names, else the title itself.

    A record carries its author's title, in the words of whoever employs them.
    """
    lower = title.casefold()
    return next((profession for word, profession in _BY_WORD if word in lower), title)
