"""One engine for the workstation, the server, the author's preview and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workstation.decision_support.conditions import condition
from workstation.decision_support.facts import Facts, Medication
from workstation.decision_support.families import allergy, duplicate, paired
from workstation.decision_support.findings import Card, Finding, grouped
from workstation.decision_support.rows import RiskRow, Tables
from workstation.decision_support.situation import ContentError
from workstation.decision_support.table import check_whole
from workstation.decision_support.view import Library, View


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A package's rules, compiled. Asking changes nothing in it."""

    library: Library
    index: paired.Index
    allergies: allergy.AllergyFamily
    duplicates: duplicate.DuplicateFamily | None
    risk_rows: tuple[RiskRow, ...] = ()
    off: frozenset[str] = frozenset()

    def findings(self, facts: Facts) -> tuple[Finding, ...]:
        """Return every finding, in no order that means anything."""
        view = View(facts, self.library)
        if view.new is None or facts.hook == "patient-view":
            found = [_quiet(finding) for finding in self._chart(view)]
        else:
            found = list(self._order(view))
        return tuple(one for one in found if one.rule not in self.off and one.line not in self.off)

    def without(self, rules: Iterable[str]) -> Engine:
        """Return the engine with these rules turned off as well."""
        return replace(self, off=self.off | frozenset(rules))

    def uncovered(self, facts: Facts) -> tuple[Medication, ...]:
        """Return the medicines in use, or ordered, that the package knows nothing about."""
        return tuple(
            taken.medication
            for taken in View(facts, self.library).everything
            if not any(self.library.title(code) for code in taken.codes)
        )

    def evaluate(self, facts: Facts) -> tuple[Card, ...]:
        """Return the cards to show, one for each clinical problem, the most serious first."""
        return grouped(self.findings(facts))

    def _order(self, view: View) -> Iterator[Finding]:
        order = view.new
        assert order is not None
        yield from paired.about_order(self.index, view, order)
        yield from self.allergies.about(view, order)
        if self.duplicates is not None:
            yield from self.duplicates.about_order(view, order)

    def _chart(self, view: View) -> Iterator[Finding]:
        yield from paired.about_chart(self.index, view)
        for taken in view.on_list:
            yield from self.allergies.about(view, taken)
        if self.duplicates is not None:
            yield from self.duplicates.about_chart(view)

    def check_whole(self) -> None:
        """Make everything that is otherwise made when a rule is first asked.

        Raises:
            ContentError: A row cannot be compiled; the message names it.
        """
        for one in self.index.rules:
            check_whole(one)
        for row in self.risk_rows:
            for add in row.adds:
                condition(add.if_, self.library)


def engine(tables: Tables, library: Library) -> Engine:
    """Make a package's rows ready to be asked.

    Raises:
        ContentError: A row must not be asked; the message names it.
    """
    for row in tables.risks:
        if lost := [name for name in row.drugs if name not in library.sets]:
            raise ContentError(f"{row.id}: no such drug set: {lost[0]!r}")
    return Engine(
        library=library,
        risk_rows=tables.risks,
        index=paired.Index(tables.rules, library),
        allergies=allergy.AllergyFamily(
            groups=tables.allergy_groups, levels=tables.allergy_levels, library=library
        ),
        duplicates=(
            duplicate.family(tables.duplicates, library) if tables.duplicates is not None else None
        ),
    )


def _quiet(finding: Finding) -> Finding:
    """Opening a chart interrupts nobody."""
    return replace(finding, interruptive=False) if finding.interruptive else finding
