"""Interactions and every other table of levels: which rules to ask about which drugs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.findings import Finding
from workstation.decision_support.rows import Rule
from workstation.decision_support.situation import Situation
from workstation.decision_support.table import Compiled, compiled, refuse_unsafe
from workstation.decision_support.view import Library, Taken, View

_LENGTHS = (1, 3, 4, 5, 7)


class Index:
    """Rules by the ATC prefixes of their drugs, so that cost does not grow with the tables.

    A rule is compiled when it is first found, and kept: loading is only this index.
    """

    def __init__(self, rules: Sequence[Rule], library: Library) -> None:
        self._rules = rules
        self._library = library
        self._compiled: dict[int, Compiled] = {}
        self._single: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str], list[int]] = {}
        self._omissions: list[int] = []
        sets, single, pairs = library.sets, self._single, self._pairs
        for number, rule in enumerate(rules):
            refuse_unsafe(rule, library)
            if not rule.drug:
                self._omissions.append(number)
                continue
            firsts = sets[rule.drug].include
            if not rule.with_:
                for first in firsts:
                    single.setdefault(first, []).append(number)
                continue
            for second in sets[rule.with_].include:
                for first in firsts:
                    pairs.setdefault((first, second), []).append(number)

    @property
    def rules(self) -> tuple[Compiled, ...]:
        """Every rule, compiled."""
        return tuple(self._one(number) for number in range(len(self._rules)))

    def _one(self, number: int) -> Compiled:
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = compiled(self._rules[number], self._library)
        return found

    def omissions(self) -> list[Compiled]:
        """Return the rules about what is not on the list."""
        return [self._one(number) for number in self._omissions]

    def single(self, taken: Taken) -> list[Compiled]:
        """Return the rules about ``taken`` alone."""
        numbers = {n for prefix in _prefixes(taken) for n in self._single.get(prefix, ())}
        rules = [self._one(number) for number in sorted(numbers)]
        return [rule for rule in rules if _in(rule.drug, taken)]

    def pairs(self, first: Taken, second: Taken) -> list[Compiled]:
        """Return the rules about ``first`` with ``second``, two different substances."""
        if not set(first.substances).isdisjoint(second.substances):
            return []
        numbers: set[int] = set()
        seconds = _prefixes(second)
        for one in _prefixes(first):
            for other in seconds:
                if found := self._pairs.get((one, other)):
                    numbers.update(found)
        rules = [self._one(number) for number in sorted(numbers)]
        return [
            rule
            for rule in rules
            if _in(rule.drug, first) and rule.partner is not None and _in(rule.partner, second)
        ]


def about_order(index: Index, view: View, order: Taken) -> Iterator[Finding]:
    """Yield what concerns the order being written: alone, as first and as second drug of a pair."""
    for rule in index.single(order):
        yield from _asked(rule, view, order, None)
    for other in (*view.on_list, *view.soon, *view.ended):
        asked = index.pairs(order, other)
        for rule in asked:
            if _counts(rule, other, "with"):
                yield from _asked(rule, view, order, other)
        for rule in index.pairs(other, order):
            # Where both drugs are of one set the pair was asked about the other way round.
            if not any(rule is one for one in asked) and _counts(rule, other, "drug"):
                yield from _asked(rule, view, other, order)


def about_chart(index: Index, view: View) -> Iterator[Finding]:
    """Yield what concerns the medication list as it stands.

    What is lacking is told of a list with something on it, or of somebody said to take nothing:
    an empty list may be one that nobody has written yet.
    """
    written = bool(view.on_list) or view.facts.takes_nothing
    for rule in index.omissions() if written else ():
        finding = rule.ask(Situation(view=view))
        if finding is not None:
            yield finding
    for taken in view.on_list:
        for rule in index.single(taken):
            yield from _asked(rule, view, taken, None)
        for other in view.on_list:
            if other is not taken:
                for rule in index.pairs(taken, other):
                    yield from _asked(rule, view, taken, other)


def _counts(rule: Compiled, other: Taken, side: Literal["drug", "with"]) -> bool:
    """Does the other drug still count: in use, or ended within the days the rule gives?"""
    return other.ended_days is None or other.ended_days < rule.rule.washout.get(side, 0)


def _asked(rule: Compiled, view: View, subject: Taken, partner: Taken | None) -> Iterator[Finding]:
    situation = Situation(
        view=view,
        subject=subject,
        partner=partner,
        subject_as=rule.drug,
        partner_as=rule.partner,
    )
    finding = rule.ask(situation)
    if finding is not None:
        yield finding


def _in(drugs: DrugSet, taken: Taken) -> bool:
    return drugs.has_code(taken.codes) and drugs.fits_use(taken.medication)


def _prefixes(taken: Taken) -> list[str]:
    return [code[:length] for code in taken.codes for length in _LENGTHS]
