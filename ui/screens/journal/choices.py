"""What one may choose to show of a journal, as lines to pick from and as marks that can be removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ui.kit.palette import Hit
from workstation.domain.journal_filter import (
    Choice,
    EntryFacts,
    Facet,
    JournalFilter,
    counted,
    periods_typed,
    recent_periods,
)
from workstation.domain.note_words import NOTE_TYPES, PROFESSIONS
from workstation.domain.texts import N_, _, ngettext

_FACETS = {
    Facet.SIGNED: (N_("Signing"), "unsigned"),
    Facet.PERIOD: (N_("Period"), "calendar"),
    Facet.FAMILY: (N_("Notes and answers"), "note"),
    Facet.TYPE: (N_("Note type"), "note"),
    Facet.TITLE: (N_("Title"), "note"),
    Facet.UNIT: (N_("Unit"), "reception"),
    Facet.PROFESSION: (N_("Profession"), "patients"),
    Facet.TERM: (N_("Sökord"), "pin"),
}
_WORDS: Mapping[Facet, Mapping[str, str]] = {
    Facet.SIGNED: {
        "unsigned": N_("Still unsigned"),
        "signed": N_("Signed"),
        "undecided": N_("Two versions"),
        "voided": N_("Voided"),
    },
    Facet.FAMILY: {"note": N_("Notes"), "diagnostic_report": N_("Answers")},
    Facet.TYPE: NOTE_TYPES,
    Facet.PROFESSION: PROFESSIONS,
}
_RECENT = {
    "week": N_("The last 7 days"),
    "month": N_("The last 30 days"),
    "quarter": N_("The last 3 months"),
    "year": N_("The last year"),
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Offered:
    """What there is to choose between: of each facet its values with how many entries have them."""

    counts: Mapping[Facet, tuple[tuple[str, int], ...]]
    units: Mapping[str, str]
    today: date


def offered(facts: tuple[EntryFacts, ...], today: date) -> Offered:
    """Return what these entries can be told apart by; what all of them share is no choice."""
    counts = {facet: tuple(counted(facts, facet)) for facet in Facet if facet is not Facet.PERIOD}
    return Offered(
        counts={facet: found for facet, found in counts.items() if _tells_apart(found, facts)},
        units=unit_names(facts),
        today=today,
    )


def unit_names(facts: tuple[EntryFacts, ...]) -> dict[str, str]:
    """Return the newest name of each unit."""
    return {str(entry.unit): entry.unit_name for entry in reversed(facts) if entry.unit_name}


def _tells_apart(found: tuple[tuple[str, int], ...], facts: tuple[EntryFacts, ...]) -> bool:
    return len(found) > 1 or any(count < len(facts) for _value, count in found)


def facet_word(facet: Facet) -> str:
    """Return what a facet is called."""
    return _(_FACETS[facet][0])


def value_word(choice: Choice, units: Mapping[str, str]) -> str:
    """Return what a choice shows, in words."""
    if choice.facet is Facet.PERIOD:
        since, _slash, until = choice.value.partition("/")
        if since == until:
            return since
        if not until:
            return _("from {date}").format(date=since)
        if not since:
            return _("until {date}").format(date=until)
        return f"{since} – {until}"
    if choice.facet is Facet.UNIT:
        return units.get(choice.value, choice.value)
    word = _WORDS.get(choice.facet, {}).get(choice.value)
    return _(word) if word else choice.value


def hits(found: Offered | None, chosen: JournalFilter, typed: str) -> list[Hit]:
    """Return the lines to pick from for what is typed; those that are chosen say so."""
    if found is None:
        return []
    lines: list[Hit] = []
    for facet in Facet:
        wanted = typed.casefold().split()
        if facet is Facet.PERIOD:
            lines += _periods(found, chosen, typed, wanted)
            continue
        for value, count in found.counts.get(facet, ()):
            choice = Choice(facet=facet, value=value)
            word = value_word(choice, found.units)
            if _fits(f"{facet_word(facet)} {word}", wanted):
                lines.append(_hit(choice, word, str(count), chosen))
    return lines


def _periods(found: Offered, chosen: JournalFilter, typed: str, wanted: list[str]) -> list[Hit]:
    typed_ones = [_hit(c, value_word(c, {}), "", chosen) for c in periods_typed(typed)]
    recent = [
        _hit(choice, _(_RECENT[key]), value_word(choice, {}), chosen)
        for key, choice in recent_periods(found.today)
        if _fits(f"{facet_word(Facet.PERIOD)} {_(_RECENT[key])}", wanted)
    ]
    return [*typed_ones, *recent]


def _fits(words: str, wanted: list[str]) -> bool:
    return all(part in words.casefold() for part in wanted)


def _hit(choice: Choice, word: str, detail: str, chosen: JournalFilter) -> Hit:
    is_chosen = choice in chosen.choices
    said = _("shown now: choose to remove") if is_chosen else detail
    return Hit(
        key=f"{choice.facet}:{choice.value}",
        text=word,
        detail=said,
        group=facet_word(choice.facet),
        icon="check" if is_chosen else _FACETS[choice.facet][1],
    )


def choice_of(key: str) -> Choice:
    """Return the choice that a line or a mark stands for."""
    facet, _colon, value = key.partition(":")
    return Choice(facet=Facet(facet), value=value)


def key_of(choice: Choice) -> str:
    """Return the key of a choice."""
    return f"{choice.facet}:{choice.value}"


def shown_words(*, shown: int, notes: int, answers: int) -> str:
    """Return how many of how many are shown."""
    total = notes + answers
    if answers:
        text = _("{shown} of {total} notes and answers are shown")
    else:
        text = ngettext(
            "{shown} of {total} note is shown", "{shown} of {total} notes are shown", total
        )
    return text.format(shown=shown, total=total)


def hidden_words(hidden: Mapping[Facet, int], *, shown: int, total: int, searching: bool) -> str:
    """Return how many are hidden, and by what; empty where none is."""
    by = [f"{facet_word(facet).lower()} {count}" for facet, count in hidden.items() if count]
    if searching:
        by.insert(0, _("the search"))
    if not by:
        return ""
    return _("{count} hidden by: {by}").format(count=total - shown, by=", ".join(by))
