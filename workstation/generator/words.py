"""From phrases to notes: chooses among alternatives and puts in the day's values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workstation.domain.note import Section
from workstation.generator.chance import Chance
from workstation.generator.people import Person
from workstation.generator.physiology import Physiology
from workstation.generator.vocabulary import decimal_text, swedish

Slots = Sequence[str | Sequence[str]]


class Words(dict[str, str]):
    """What a phrase may refer to: the person, values (measured when first asked for), extras."""

    def __init__(self, person: Person, physiology: Physiology, day: date, **extra: str) -> None:
        pronoun = ("hon", "henne", "hennes") if person.female else ("han", "honom", "hans")
        super().__init__(
            han=pronoun[0],
            Han=pronoun[0].capitalize(),
            honom=pronoun[1],
            hans=pronoun[2],
            alder=str(person.age_on(day)),
            **extra,
        )
        self._physiology = physiology
        self._day = day

    def __missing__(self, key: str) -> str:
        value = self._physiology.latest.get(key)
        if value is None:
            value = self._physiology.measure(key, self._day)
        return value_text(self._physiology, key, value)


def value_text(physiology: Physiology, key: str, value: float) -> str:
    """Return a value as Swedish text has it; beyond what is reported, as a limit."""
    if key == "crp" and value < 5:
        return "<5"
    if key == "egfr" and value > 90:
        return ">90"
    return swedish(decimal_text(value, physiology.analysis(key).decimals))


def sentence(slots: Slots, words: Words, chance: Chance) -> str:
    """Return one alternative of each slot, joined; the empty alternative leaves its slot out."""
    chosen = (slot if isinstance(slot, str) else chance.pick(slot) for slot in slots)
    return " ".join(text for text in chosen if text).format_map(words)


def sections(
    template: dict[str, Any], words: Words, chance: Chance, **added: str
) -> tuple[Section, ...]:
    """Return a note's sections in the template's order.

    ``added`` goes to the end of the section of that name, which is made when it is missing.
    """
    made = {term: sentence(slots, words, chance) for term, slots in template.items()}
    for term, text in added.items():
        if text:
            made[term] = f"{made.get(term, '')} {text}".strip()
    return tuple(Section(term=term, text=text) for term, text in made.items() if text)
