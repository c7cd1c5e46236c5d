"""Whether content may be built: every name and code known, every row's own test passed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from workstation.content.cases import CaseProblem, facts_from
from workstation.content.library import engine_of
from workstation.content.source import Content, ContentProblem
from workstation.decision_support.engine import Engine
from workstation.decision_support.rows import Example

_ATC = re.compile(r"^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$")
_VAGUE = ("first-line", "long-term", "förstahand", "långvarig behandling")
_AS_OF = date(2026, 3, 2)
"""The day the rows' own tests are written for, unless a test says another."""


def count(content: Content) -> int:
    """Return the number of rows of every sort."""
    duplicates = content.duplicates
    return (
        len(content.catalogue)
        + len(content.rules)
        + len(content.allergy_groups)
        + len(content.allergy_levels)
        + (2 + len(duplicates.classes) if duplicates else 0)
    )


def complaints(content: Content) -> list[str]:
    """Return what must be mended before a package can be built, one line each."""
    found = [*_repeated(content), *_codes(content), *_rows(content)]
    try:
        engine = engine_of(content)
    except ContentProblem as problem:
        return [*found, problem.message]
    return [*found, *_tests(content, engine)]


def _repeated(content: Content) -> Iterator[str]:
    names = Counter(row_id for row_id, _version, _tests in rows(content))
    yield from (f"{name}: the id is used {n} times" for name, n in names.items() if n > 1)
    atcs = Counter(row.atc for row in content.catalogue)
    yield from (f"catalogue: {atc} stands {n} times" for atc, n in atcs.items() if n > 1)


def _codes(content: Content) -> Iterator[str]:
    dead = {row.old_code for row in content.moved}
    for name, drugs in content.sets.items():
        for code in (*drugs.atc, *drugs.not_):
            if _ATC.match(code) is None:
                yield f"set {name}: {code} is no ATC code"
            elif code in dead:
                yield f"set {name}: {code} has moved"
    for row in content.catalogue:
        for code in (row.atc, *row.ingredients.split()):
            if _ATC.match(code) is None or len(code) != 7 or code in dead:
                yield f"catalogue: {code} is no living ATC code of a substance"


def _rows(content: Content) -> Iterator[str]:
    for rule in content.rules:
        if not rule.source.strip():
            yield f"{rule.id}: no source"
        text = rule.text.casefold()
        yield from (f"{rule.id}: says {word!r} without a number" for word in _VAGUE if word in text)


def rows(content: Content) -> Iterator[tuple[str, str, list[Example]]]:
    """Yield id, version and own tests of every rule row."""
    yield from ((r.id, r.version, r.tests) for r in content.rules)
    yield from ((r.id, r.version, r.tests) for r in content.allergy_groups)
    yield from ((r.id, r.version, r.tests) for r in content.allergy_levels)
    if content.duplicates is not None:
        both = (content.duplicates.same, content.duplicates.level_4)
        yield from ((r.id, r.version, r.tests) for r in (*both, *content.duplicates.classes))


def _tests(content: Content, engine: Engine) -> Iterator[str]:
    for name, _version, tests in rows(content):
        for number, example in enumerate(tests, 1):
            said = _answer(engine, name, example.case)
            if said is None:
                yield f"{name}: test {number} cannot be read"
            elif said[0] != example.expect:
                yield f"{name}: test {number} expects {example.expect}, got {said[0]}"
            elif example.interrupts not in (None, said[1]):
                yield f"{name}: test {number} expects interrupts {example.interrupts}"


def _answer(engine: Engine, rule: str, case: dict[str, Any]) -> tuple[str, bool] | None:
    try:
        facts = facts_from(case, as_of=_AS_OF, name=rule)
    except CaseProblem:
        return None
    found = [f for f in engine.findings(facts) if f.rule == rule and not f.unknown]
    if not found:
        return "none", False
    worst = max(found, key=lambda f: ("info", "warning", "critical").index(f.severity))
    return worst.severity, worst.interruptive
