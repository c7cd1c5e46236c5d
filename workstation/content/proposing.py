"""Tests proposed for a rule: few cases that together notice every small mistake in it.

The cases lie around the rule's own limits; the answers are what the rule says now, for its
author to read and confirm before they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from workstation.content.cases import facts_from
from workstation.content.coverage import noticed
from workstation.content.mutants import mutants
from workstation.content.patches import AS_OF, Case
from workstation.content.variants import around
from workstation.decision_support.engine import Engine, engine
from workstation.decision_support.findings import RANK, Finding
from workstation.decision_support.rows import Example, Rule, Tables
from workstation.decision_support.situation import ContentError
from workstation.decision_support.view import Library

Expected = Literal["none", "unknown", "info", "warning", "critical"]
_FEWEST = 2
"""Positive and negative tests each, at the least, where the rule has so many different cases."""


def proposed(rule: Rule, library: Library) -> list[Example]:
    """Return tests for one rule, the fewest found that notice all its mutants.

    Raises:
        ContentError: The rule cannot be compiled.
    """
    cases = _distinct(around(rule, library))
    facts = [facts_from(case, as_of=AS_OF, name=rule.id) for case in cases]
    whole = _engine(rule, library)
    answers = [_said(whole, one, rule.id) for one in facts]
    kills = [
        {n for n, one in enumerate(facts) if _said(other, one, rule.id) != answers[n]}
        for _what, mutant in mutants(rule)
        if (other := _compiled(mutant, library)) is not None
    ]
    chosen = _cover(kills)
    for positive in (True, False):
        fitting = [n for n, said in enumerate(answers) if (said[0] in RANK) is positive]
        have = sum(1 for n in chosen if n in fitting)
        chosen += [n for n in fitting if n not in chosen][: max(0, _FEWEST - have)]
    chosen += [n for n, said in enumerate(answers) if said[0] == "unknown" and n not in chosen][:1]
    return [
        Example(
            case=cases[n],
            expect=answers[n][0],
            interrupts=answers[n][1] if answers[n][0] in RANK else None,
        )
        for n in sorted(chosen)
    ]


def said_of(found: Sequence[Finding]) -> tuple[Expected, bool]:
    """Return the worst tier of findings and whether it interrupts; unknown is an answer."""
    known = [finding for finding in found if not finding.unknown]
    if known:
        worst = max(known, key=lambda one: RANK[one.severity])
        return worst.severity, worst.interruptive
    return ("unknown" if found else "none"), False


def _said(whole: Engine, facts: Any, rule: str) -> tuple[Expected, bool]:
    return said_of([finding for finding in whole.findings(facts) if finding.rule == rule])


def _distinct(cases: Iterable[Case]) -> list[Case]:
    return list({repr(case): case for case in cases}.values())


def _engine(rule: Rule, library: Library) -> Engine:
    return engine(Tables(rules=(rule,)), library)


def _compiled(rule: Rule, library: Library) -> Engine | None:
    try:
        found = _engine(rule, library)
        found.check_whole()
    except ContentError:
        return None  # a mutant that cannot be built is noticed already
    return found


def _cover(kills: list[set[int]]) -> list[int]:
    """Return few cases of which at least one is in every set that is not empty."""
    left = [one for one in kills if one]
    chosen: list[int] = []
    while left:
        counts: dict[int, int] = {}
        for one in left:
            for case in one:
                counts[case] = counts.get(case, 0) + 1
        best = max(sorted(counts), key=lambda case: counts[case])
        chosen.append(best)
        left = [one for one in left if best not in one]
    return chosen


def survivors(rule: Rule, library: Library) -> list[str]:
    """Return the mutants of a rule that its own tests do not notice."""
    facts = [facts_from(test.case, as_of=AS_OF, name=rule.id) for test in rule.tests]
    expected = [_told(test) for test in rule.tests]
    left = []
    for what, mutant in mutants(rule):
        other = _compiled(mutant, library)
        if other is None or noticed(mutant, library):
            continue
        if expected == [
            _compare(_said(other, one, rule.id), test)
            for one, test in zip(facts, rule.tests, strict=True)
        ]:
            left.append(what)
    return left


def _told(test: Example) -> tuple[str, bool | None]:
    return test.expect, test.interrupts


def _compare(said: tuple[Expected, bool], test: Example) -> tuple[str, bool | None]:
    return said[0], None if test.interrupts is None else said[1]
