"""Interactions and every other table of levels: which rules to ask about which drugs."""

from __future__ import annotations

from collections.abc import Iterator

from workstation.decision_support.findings import Finding
from workstation.decision_support.situation import Situation
from workstation.decision_support.table import Compiled
from workstation.decision_support.view import Taken, View

_LENGTHS = (1, 3, 4, 5, 7)


class Index:
    """Rules by the ATC prefixes of their drugs, so that cost does not grow with the tables."""

    def __init__(self, rules: tuple[Compiled, ...]) -> None:
        self._first: dict[str, list[int]] = {}
        self._second: dict[str, list[int]] = {}
        self.rules = rules
        for number, rule in enumerate(rules):
            _enter(self._first, rule.drug.include, number)
            if rule.partner is not None:
                _enter(self._second, rule.partner.include, number)

    def first(self, taken: Taken) -> list[Compiled]:
        """Return the rules whose drug may be ``taken``."""
        return self._find(self._first, taken)

    def second(self, taken: Taken) -> list[Compiled]:
        """Return the rules whose other drug may be ``taken``."""
        return self._find(self._second, taken)

    def _find(self, entries: dict[str, list[int]], taken: Taken) -> list[Compiled]:
        numbers: set[int] = set()
        for code in taken.codes:
            for length in _LENGTHS:
                numbers.update(entries.get(code[:length], ()))
        return [self.rules[number] for number in sorted(numbers)]


def about_order(index: Index, view: View, order: Taken) -> Iterator[Finding]:
    """Yield what concerns the order being written: alone, as first and as second drug of a pair."""
    for rule in index.first(order):
        if not _belongs(rule, order):
            continue
        if rule.partner is None:
            yield from _asked(rule, view, order, None)
            continue
        for other in _partners(rule, view, order):
            yield from _asked(rule, view, order, other)
    for rule in index.second(order):
        for other in _subjects(rule, view, order):
            yield from _asked(rule, view, other, order)


def about_chart(index: Index, view: View) -> Iterator[Finding]:
    """Yield what concerns the medication list as it stands."""
    for taken in view.on_list:
        for rule in index.first(taken):
            if not _belongs(rule, taken):
                continue
            if rule.partner is None:
                yield from _asked(rule, view, taken, None)
                continue
            for other in view.members(rule.partner, view.on_list, but=taken):
                if not _same_substance(taken, other):
                    yield from _asked(rule, view, taken, other)


def _asked(rule: Compiled, view: View, subject: Taken, partner: Taken | None) -> Iterator[Finding]:
    finding = rule.ask(Situation(view=view, subject=subject, partner=partner))
    if finding is not None:
        yield finding


def _partners(rule: Compiled, view: View, order: Taken) -> Iterator[Taken]:
    assert rule.partner is not None
    for other in view.members(rule.partner, view.on_list):
        if not _same_substance(order, other):
            yield other
    if days := rule.rule.washout.get("with"):
        yield from (t for t in view.members(rule.partner, view.ended) if _within(t, days))


def _subjects(rule: Compiled, view: View, order: Taken) -> Iterator[Taken]:
    if rule.partner is None or not (
        rule.partner.has_code(order.codes) and rule.partner.fits_use(order.medication)
    ):
        return
    for other in view.members(rule.drug, view.on_list):
        # Where both drugs are of one set the pair was asked about the other way round.
        if not _same_substance(order, other) and not _mirrored(rule, order, other):
            yield other
    if days := rule.rule.washout.get("drug"):
        yield from (t for t in view.members(rule.drug, view.ended) if _within(t, days))


def _mirrored(rule: Compiled, order: Taken, other: Taken) -> bool:
    assert rule.partner is not None
    return (
        _belongs(rule, order)
        and rule.partner.has_code(other.codes)
        and rule.partner.fits_use(other.medication)
    )


def _belongs(rule: Compiled, taken: Taken) -> bool:
    return rule.drug.has_code(taken.codes) and rule.drug.fits_use(taken.medication)


def _same_substance(one: Taken, other: Taken) -> bool:
    return not set(one.substances).isdisjoint(other.substances)


def _within(taken: Taken, days: int) -> bool:
    return taken.ended_days is not None and taken.ended_days < days


def _enter(entries: dict[str, list[int]], prefixes: tuple[str, ...], number: int) -> None:
    for prefix in prefixes:
        entries.setdefault(prefix, []).append(number)
