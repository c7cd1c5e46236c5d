"""From phrases to notes: chooses among alternatives and puts in the day's values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from workstation.domain.note import Section
from workstation.generator.chance import Chance
from workstation.generator.people import Person
from workstation.generator.physiology import Physiology
from workstation.generator.vocabulary import decimal_text, swedish

T = TypeVar("T")
Slot = str | Sequence[str] | dict[str, Any]
Slots = Sequence[Slot]


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

    def number(self, key: str) -> float:
        """Return the latest value; it is measured if there is none to quote."""
        if key in self:
            return float(self[key])
        if self._physiology.stands(key, self._day):
            return self._physiology.latest[key]
        value = self._physiology.measure(key, self._day)
        if key == "dbt":
            value = min(value, self.number("sbt") - 25)
            self._physiology.latest[key] = value
        return value

    def __missing__(self, key: str) -> str:
        return value_text(self._physiology, key, self.number(key))


def value_text(physiology: Physiology, key: str, value: float) -> str:
    """Return a value as Swedish text has it; beyond what is reported, as a limit."""
    if key == "crp" and value < 5:
        return "<5"
    if key == "egfr" and value > 90:
        return ">90"
    return swedish(decimal_text(value, physiology.analysis(key).decimals))


def sentence(slots: Slots, words: Words, chance: Chance) -> str:
    """Return one alternative of each slot, joined; the empty alternative leaves its slot out.

    A slot is a text, a list of alternatives, or two lists between which a value decides:
    ``{om: sbt, over: 143, da: [...], annars: [...]}``.
    """
    chosen = (_one_of(slot, words, chance) for slot in slots)
    return " ".join(text for text in chosen if text).format_map(words)


def _one_of(slot: Slot, words: Words, chance: Chance) -> str:
    if isinstance(slot, str):
        return slot
    if isinstance(slot, dict):
        value = words.number(slot["om"])
        choices: Sequence[str] = slot["da"] if value > slot["over"] else slot["annars"]
        return chance.pick(choices)
    return chance.pick(slot)


_FIRST = ("Kontaktorsak", "Inskrivningsorsak", "Anamnes", "Socialt", "Aktuellt", "Vårdförlopp")
_FINDINGS = ("Omvårdnadsstatus", "Mätvärden", "Status", "Allmäntillstånd")
_LAST = ("Läkemedelsberättelse", "Bedömning", "Åtgärd", "Planering")
_SENSITIVE = ("Tredje person", "Tidiga hypoteser", "Våldsutsatt")
_EXAMINED = ("Hjärta", "Lungor", "Perifer cirkulation", "Buk")


def in_order(template: dict[str, T]) -> dict[str, T]:
    """Put sökord in the order clinicians write them: why, what, findings, assessment, action."""
    known = (*_FIRST, *_FINDINGS, *_EXAMINED, *_LAST, *_SENSITIVE)
    others = [term for term in template if term not in known]
    order = (*_FIRST, *_FINDINGS, *_EXAMINED, *others, *_LAST, *_SENSITIVE)
    return {term: template[term] for term in order if term in template}


def one_variant(template: dict[str, Any], chance: Chance) -> dict[str, Any]:
    """Return the template with one of its variants in it: phrases that belong together."""
    if "varianter" not in template:
        return template
    common = {term: slots for term, slots in template.items() if term != "varianter"}
    return {**common, **chance.pick(template["varianter"])}


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
    return tuple(Section(term=term, text=text) for term, text in in_order(made).items() if text)
