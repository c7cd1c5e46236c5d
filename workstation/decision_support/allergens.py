"""What a recorded hypersensitivity is to: by code, substance, product or group, also misspelt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workstation.decision_support.drugs import Codes
from workstation.decision_support.facts import Allergy
from workstation.decision_support.spelling import folded, likeness

_GONE = frozenset({"refuted", "resolved", "entered-in-error", "inactive", "ended", "obsolete"})
_CODE = re.compile(r"^[a-z]\d{2}[a-z]([a-z](\d{2})?)?$")
_LONG = 7
"""Letters that a name has at the least, as it sounds, to be told in spite of a mistake: one as it is
written, or as it sounds."""
_MOST_KEPT = 4096
"""Names whose meaning is kept in memory, so that a chart is not guessed at twice."""


def stands(allergy: Allergy) -> bool:
    """Whether it counts: neither refuted nor ended."""
    return allergy.verification not in _GONE and (allergy.status or "").lower() not in _GONE


@dataclass(frozen=True, kw_only=True)
class Allergens:
    """The names that allergens go by: ``names`` of substances and products, ``groups`` of drugs."""

    codes: Codes
    names: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    _guessed: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def of(self, allergy: Allergy) -> tuple[str, ...]:
        """Return every ATC code that the allergy is to; none where nobody knows the name."""
        if allergy.substance_atc:
            return self.codes.of(allergy.substance_atc)
        name = allergy.substance.strip().casefold()
        if _CODE.match(name):  # somebody wrote the code where the name belongs
            return self.codes.of(name)
        return self._named(name) or tuple(
            code for word in _words(name) for code in self._named(word)
        )

    def _named(self, name: str) -> tuple[str, ...]:
        """Return the codes of a substance with its parts, or of a group, by the name somebody wrote."""
        return self._known(name) or self._known(self._meant(name))

    def _known(self, name: str) -> tuple[str, ...]:
        substances = self.names.get(name, ())
        parts = tuple(part for code in substances for part in self.codes.of(code))
        return parts or self.groups.get(name, ())

    def _meant(self, name: str) -> str:
        """Return the known name that sounds the same, or a long one with one mistake; else nothing.

        "Amoxicilin" and "pencillin" are hypersensitivities too. Short words are not guessed:
        latex is no Lasix.
        """
        if name not in self._guessed:
            if len(self._guessed) >= _MOST_KEPT:
                self._guessed.clear()
            heard = folded(name)
            mistaken = self._heard.items() if len(heard) >= _LONG else ()
            alike = (
                known
                for sound, known in mistaken
                if _one_mistake(heard, sound) or _one_mistake(name, known)
            )
            self._guessed[name] = self._heard.get(heard) or next(alike, "")
        return self._guessed[name]

    @cached_property
    def _heard(self) -> Mapping[str, str]:
        return {folded(name): name for name in (*self.names, *self.groups)}


def _one_mistake(heard: str, sound: str) -> bool:
    """Does one letter part it from another of about the same length?"""
    return abs(len(heard) - len(sound)) <= 1 and likeness(heard, sound) == 1


def _words(name: str) -> list[str]:
    """Return the words of what somebody wrote, also without the ending of an allergy."""
    words = [word for word in re.split(r"[^\w-]+", name) if word]
    allergens = (word.removesuffix("allergi") for word in words if word.endswith("allergi"))
    return [*words, *(word.strip("-") for word in allergens)]
