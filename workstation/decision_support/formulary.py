"""The medicines that can be chosen, found by substance, product or ATC code, also misspelt.

A choice is one preparation in one strength. What is recommended comes first among what fits;
what is not asked for never stands above what is: nobody chooses another medicine by habit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import msgspec

from workstation.decision_support.spelling import Typed, likeness, plain_strength, words_of


class Preparation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of ``products.csv``: ``strengths`` and ``usual`` dosing lines with ``|`` between."""

    atc: str
    brand: str = ""
    form: str = ""
    strengths: str = ""
    route: str = ""
    usual: str = ""
    source: str = ""


class Recommended(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of ``recommended.csv``: what to choose of an ATC group, codes with ``|`` between."""

    group: str
    first: str
    then: str = ""
    area: str = ""
    source: str = ""


Standing = Literal["first", "then", "instead", ""]
"""Recommended, recommended next, something else is recommended instead, or no list says."""
_FEW = 2
_KEPT = 16
_ORDER: dict[str, int] = {"first": 0, "then": 1, "": 2, "instead": 3}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One preparation in one strength. ``usual``: dosing lines as they are typed.

    ``better``: substances recommended instead. ``offered``: does not fit what was typed, but is
    what the list recommends instead of what does. ``alike``: only like what was typed.
    """

    key: str
    atc: str
    name: str
    brand: str = ""
    form: str = ""
    strength: str = ""
    route: str = ""
    usual: tuple[str, ...] = ()
    standing: Standing = ""
    better: tuple[str, ...] = ()
    offered: bool = False
    alike: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """What fits; ``total`` counts what is not among ``choices`` too."""

    choices: tuple[Choice, ...] = ()
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A choice with the words it is found by, folded. ``at``: where it stands in the package."""

    choice: Choice
    name: tuple[str, ...]
    brand: tuple[str, ...]
    rest: tuple[str, ...]
    strength: str
    at: int

    def rank(self, typed: Typed) -> int | None:
        """Return how well it fits, the least first; None where it does not."""
        if typed.strength and not self.strength.startswith(typed.strength):
            return None
        named = (*self.name, *self.brand)
        for word in typed.words[1:]:
            in_name = any(one.startswith(typed.ways(word)) for one in named)
            if not in_name and not any(word in one for one in self.rest):
                return None
        if typed.code and self.choice.atc.startswith(typed.code):
            return 0
        for rank, own in enumerate((self.name[:1], self.brand, self.name[1:])):
            if any(one.startswith(typed.starts) for one in own):
                return rank
        return None

    def begins(self) -> set[str]:
        """Return the first letters of every word it is found by, and of its code."""
        words = {word[:_FEW] for word in (*self.name, *self.brand)}
        return {*words, self.choice.atc[:_FEW]}


class Formulary:
    """Every choice of a package. Making one costs nothing: all is read when first asked.

    Args:
        choices: Gives the choices, once.
    """

    def __init__(self, choices: Callable[[], Sequence[Choice]] = tuple) -> None:
        self._given = choices
        self._answers: dict[tuple[str, int], Found] = {}

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Every preparation in every strength."""
        return tuple(self._given())

    @cached_property
    def _entries(self) -> tuple[_Entry, ...]:
        return tuple(_entry(choice, at) for at, choice in enumerate(self.choices))

    @cached_property
    def _by_letters(self) -> dict[str, list[_Entry]]:
        found: dict[str, list[_Entry]] = {}
        for entry in self._entries:
            for letters in entry.begins():
                found.setdefault(letters, []).append(entry)
        return found

    def _may_fit(self, typed: Typed) -> Iterable[_Entry]:
        """Return what may fit, without asking everything on every key."""
        letters = {start[:_FEW] for start in typed.starts} | {typed.code[:_FEW]}
        if any(0 < len(one) < _FEW for one in letters):
            return self._entries
        asked = {e.at: e for one in letters for e in self._by_letters.get(one, ())}
        return asked.values()

    @cached_property
    def _by_key(self) -> dict[str, Choice]:
        return {choice.key: choice for choice in self.choices}

    @cached_property
    def _words(self) -> dict[str, list[_Entry]]:
        """The first words of names and products with what they begin: what a misspelling meant."""
        found: dict[str, list[_Entry]] = {}
        for entry in self._entries:
            for word in dict.fromkeys((*entry.name[:1], *entry.brand[:1])):
                found.setdefault(word, []).append(entry)
        return found

    def ready(self) -> None:
        """Read every word now, so that nobody who types waits for it."""
        _ = self._by_letters, self._by_key, self._words

    def choice(self, key: str) -> Choice | None:
        """Return a choice by its key."""
        return self._by_key.get(key)

    def find(self, text: str, *, limit: int) -> Found:
        """Return what fits ``text``: a name, a product or an ATC code, then form and strength.

        Where nothing does, what is written much like it, marked ``alike``. The same text is looked
        for once: a draft is drawn several times for every key.
        """
        asked = (text, limit)
        if (found := self._answers.get(asked)) is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            found = self._answers[asked] = self._find(text, limit)
        return found

    def _find(self, text: str, limit: int) -> Found:
        typed = Typed.of(text)
        if not typed.words:
            return Found()
        fits = _ordered((entry.rank(typed), entry) for entry in self._may_fit(typed))
        if not fits:
            fits = [replace(choice, alike=True) for choice in self._alike(typed)]
        shown = fits[:limit]
        return Found(choices=(*shown, *self._instead(shown)), total=len(fits))

    def _alike(self, typed: Typed) -> list[Choice]:
        ranked: dict[int, tuple[int, _Entry]] = {}
        for word, entries in self._words.items():
            distance = likeness(typed.words[0], word)
            if distance is None:
                continue
            meant = typed.with_first(word)
            for entry in entries:
                if entry.rank(meant) is not None:
                    ranked.setdefault(entry.at, (distance, entry))
        return _ordered(ranked.values())

    def _instead(self, shown: Sequence[Choice]) -> list[Choice]:
        """Return what the list recommends instead, one of each substance."""
        here = {choice.name for choice in shown}
        found: list[Choice] = []
        for name in dict.fromkeys(name for choice in shown for name in choice.better):
            own = [choice for choice in self.choices if choice.name == name and name not in here]
            found += [replace(one, offered=True) for one in sorted(own, key=_is_product)[:1]]
        return found


def _is_product(choice: Choice) -> bool:
    return bool(choice.brand)


def _entry(choice: Choice, at: int) -> _Entry:
    return _Entry(
        choice=choice,
        name=words_of(choice.name),
        brand=words_of(choice.brand),
        rest=(*words_of(choice.form), *words_of(choice.route)),
        strength=plain_strength(choice.strength),
        at=at,
    )


def _ordered(ranked: Iterable[tuple[int | None, _Entry]]) -> list[Choice]:
    """Return what fits best first: by fit, by recommendation, then as the package has it."""
    fits = [(rank, entry) for rank, entry in ranked if rank is not None]
    fits.sort(key=lambda one: (one[0], _ORDER[one[1].choice.standing], one[1].at))
    return [entry.choice for _rank, entry in fits]


def choices_of(
    preparations: Iterable[Preparation],
    recommended: Sequence[Recommended],
    titles: dict[str, str],
) -> tuple[Choice, ...]:
    """Return every preparation in every strength.

    Args:
        titles: Names of substances by ATC code; a code without a name cannot be chosen.
    """
    found: list[Choice] = []
    for row in preparations:
        name = titles.get(row.atc, "")
        standing, better = _recommended(row.atc, recommended, titles)
        for strength in row.strengths.split("|") if name else ():
            key = "|".join((row.atc, row.brand, row.form, strength.strip(), row.route))
            found.append(
                Choice(
                    key=key,
                    atc=row.atc,
                    name=name,
                    brand=row.brand,
                    form=row.form,
                    strength=strength.strip(),
                    route=row.route,
                    usual=tuple(line for line in row.usual.split("|") if line),
                    standing=standing,
                    better=better,
                )
            )
    return tuple({choice.key: choice for choice in found}.values())


def _recommended(
    atc: str, recommended: Sequence[Recommended], titles: dict[str, str]
) -> tuple[Standing, tuple[str, ...]]:
    for row in recommended:
        first = row.first.split("|")
        if atc in first:
            return "first", ()
        if atc in row.then.split("|"):
            return "then", ()
    for row in recommended:
        if atc.startswith(row.group):
            return "instead", tuple(titles[code] for code in row.first.split("|") if code in titles)
    return "", ()
