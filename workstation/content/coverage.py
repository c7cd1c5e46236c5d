"""Whether a table leaves gaps or has lines that never decide: every combination is tried.

The policy is *first hit*: lines may overlap where an earlier one is meant to decide. A line
that no combination reaches is dead, and a combination that no line decides is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from workstation.content.cases import CaseProblem, facts_from
from workstation.content.patches import AS_OF, Case
from workstation.content.variants import around, dimension, every
from workstation.decision_support.conditions import condition, flattened
from workstation.decision_support.rows import Rule
from workstation.decision_support.situation import Check, ContentError, Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library, Taken, View


def faults(rule: Rule, library: Library) -> Iterator[str]:
    """Yield what is wrong with one table.

    Raises:
        ContentError: A condition cannot be compiled.
    """
    when = condition(rule.when, library)
    checks = [condition(level.if_, library) for level in rule.levels]
    reached: set[int] = set()
    gap = False
    for situation in _situations(rule, library, every(rule, library)):
        if when(situation).truth is Truth.TRUE:
            hit = _first(checks, situation)
            gap = gap or hit is None
            reached |= {hit} if hit is not None else set()
    if len(reached) < len(checks):  # some lines decide only when something is not known
        hits = (_first(checks, one) for one in _situations(rule, library, around(rule, library)))
        reached |= {hit for hit in hits if hit is not None}
    yield from (
        f"line {number + 1} never decides: the lines before it cover it"
        for number in range(len(checks))
        if number not in reached
    )
    if gap:
        yield "a gap: a patient of whom all is known may fit no line"


def alike(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield pairs of rules about the same drugs under the same condition: they overlap."""
    seen: dict[bytes, str] = {}
    for rule in rules:
        asked = {dimension(*one) for level in rule.levels for one in flattened(level.if_)}
        what = [rule.category, rule.drug, rule.with_, rule.when, rule.problem, sorted(asked)]
        key = msgspec.json.encode(what, order="sorted")
        if key in seen:
            yield f"{rule.id}: asks the same of the same drugs as {seen[key]}"
        seen[key] = rule.id


def _situations(rule: Rule, library: Library, cases: Iterable[Case]) -> Iterator[Situation]:
    for case in cases:
        try:
            facts = facts_from(case, as_of=AS_OF, name=rule.id)
        except CaseProblem:  # a code that is none: told where the codes are checked
            continue
        view = View(facts, library)
        listed = view.on_list
        if not rule.drug:
            yield Situation(view=view)
            continue
        drug = library.sets[rule.drug]
        subject = view.new if view.new is not None else (listed[-1] if listed else None)
        partner: Taken | None = listed[0] if rule.with_ and listed else None
        yield Situation(view=view, subject=subject, partner=partner, subject_as=drug)


def _first(checks: Sequence[Check], situation: Situation) -> int | None:
    for number, check in enumerate(checks):
        if check(situation).truth is Truth.TRUE:
            return number
    return None


def noticed(rule: Rule, library: Library) -> bool:
    """Would the check of the tables refuse this rule?"""
    try:
        return any(True for _fault in faults(rule, library))
    except ContentError:
        return True
