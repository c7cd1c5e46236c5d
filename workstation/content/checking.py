"""Whether content may be built: every name and code known, every row's own test passed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from workstation.content import coverage, dose_times, guidelines, norms
from workstation.content.cases import CaseProblem, facts_from
from workstation.content.library import checked_engine_of
from workstation.content.patches import AS_OF
from workstation.content.proposing import said_of
from workstation.content.source import Content, ContentProblem, Manifest
from workstation.decision_support import suggestions
from workstation.decision_support.conditions import flattened
from workstation.decision_support.engine import Engine
from workstation.decision_support.engine import engine as engine_of
from workstation.decision_support.findings import RANK
from workstation.decision_support.rows import Example, Rule, Tables
from workstation.decision_support.view import Library
from workstation.domain.dosage import DosageProblem, parse_dosage
from workstation.domain.icd10 import is_stem

_ATC = re.compile(r"^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$")
_NAME = re.compile(r"^[a-zåäö0-9][a-zåäö0-9.\-]{0,79}\Z", re.IGNORECASE)
_GREATEST_VERSION = 2**31 - 1
_VERSION = re.compile(r"^\d+\.\d+\.\d+$")
_OF_DIAGNOSES = ("dx", "dx_ever")
_RANK = {"none": -1, **RANK}
_VAGUE = ("first-line", "long-term", "förstahand", "långvarig behandling")


def count(content: Content) -> int:
    """Return the number of rows of every sort."""
    duplicates = content.duplicates
    return (
        len(content.catalogue)
        + len(content.rules)
        + len(content.allergy_groups)
        + len(content.allergy_levels)
        + len(content.risks)
        + len(content.guidelines)
        + len(content.limits)
        + (content.deadlines is not None)
        + (2 + len(duplicates.classes) if duplicates else 0)
    )


def complaints(content: Content) -> list[str]:
    """Return what must be mended before a package can be built, one line each."""
    found = [*_manifest(content.manifest), *_repeated(content)]
    found += [*_codes(content), *_choices(content)]
    found += [*_rows(content), *_tested(content)]
    found += [*guidelines.faults(content), *norms.faults(content), *dose_times.faults(content)]
    try:
        engine = checked_engine_of(content)
    except ContentProblem as problem:
        return [*found, problem.message]
    return [*found, *_tables(content, engine.library), *_tests(content, engine)]


def _manifest(manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the package's own label."""
    if _NAME.match(manifest.name) is None:
        yield f"manifest: {manifest.name!r} is no name: letters, digits, dots and hyphens"
    if not 1 <= manifest.version <= _GREATEST_VERSION:
        yield f"manifest: version {manifest.version} is not from 1 to {_GREATEST_VERSION}"
    days = {}
    for field in ("effective_from", "review_by"):
        written = getattr(manifest, field)
        try:
            days[field] = date.fromisoformat(written)
        except ValueError:
            yield f"manifest: {field}: {written!r} is no day"
    if len(days) == 2 and days["review_by"] <= days["effective_from"]:
        yield f"manifest: review_by {days['review_by']} is not after effective_from"


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
    for old in content.moved:
        yield from (
            f"moved: {old.old_code} became {code}, which is no living ATC code"
            for code in old.new_codes.split("|")
            if _ATC.match(code) is None or code in dead
        )
    yield from _catalogue(content, dead)


def _catalogue(content: Content, dead: set[str]) -> Iterator[str]:
    for row in content.catalogue:
        for code in (row.atc, *row.ingredients.split()):
            if _ATC.match(code) is None or len(code) != 7 or code in dead:
                yield f"catalogue: {code} is no living ATC code of a substance"


def _choices(content: Content) -> Iterator[str]:
    """Everything that can be chosen has a name, and its usual dosing can be meant in one way only."""
    known = {row.atc for row in content.catalogue}
    for row in content.products:
        if row.atc not in known:
            yield f"products: {row.atc} stands in no row of the catalogue"
        for line in (line for line in row.usual.split("|") if line):
            try:
                parse_dosage(line, unit="tablett")
            except DosageProblem:
                yield f"products: {row.atc}: {line!r} is no dosing"
    for brand, atc in content.brands.items():
        if atc not in known:
            yield f"allergies: {brand} is {atc}, which stands in no row of the catalogue"
    for listed in content.recommended:
        codes = {*listed.first.split("|"), *listed.then.split("|")} - {""}
        yield from (f"recommended: {code} has no name" for code in sorted(codes - known))


def _rows(content: Content) -> Iterator[str]:
    for rule in content.rules:
        yield from _rule(rule)
    for row in (*content.rows(), *content.risks):
        if not row.source.strip():
            yield f"{row.id}: no source"
        if not row.owner.strip():
            yield f"{row.id}: no owner"
        if _VERSION.match(row.version) is None:
            yield f"{row.id}: {row.version!r} is no version"


def _rule(rule: Rule) -> Iterator[str]:
    if not rule.text.strip():
        yield f"{rule.id}: no text"
    text = rule.text.casefold()
    yield from (f"{rule.id}: says {word!r} without a number" for word in _VAGUE if word in text)
    if not rule.grade.strip():
        yield f"{rule.id}: no evidence grade"
    worst = max((_RANK[level.severity] for level in rule.levels), default=-1)
    if worst >= RANK["warning"] and not rule.suggest:
        yield f"{rule.id}: warns and suggests nothing"
    named = [*flattened(rule.when), *flattened(rule.unknown_if), *_of_levels(rule)]
    codes = [code for name, spec in named if name in _OF_DIAGNOSES for code in _listed(spec)]
    yield from (f"{rule.id}: {code} is no ICD-10 code" for code in codes if not is_stem(code))


def _listed(spec: Any) -> list[str]:
    return [str(one) for one in (spec if isinstance(spec, list) else [spec])]


def _of_levels(rule: Rule) -> Iterator[tuple[str, Any]]:
    for level in rule.levels:
        yield from flattened(level.if_)


def _tables(content: Content, library: Library) -> Iterator[str]:
    for rule in content.rules:
        yield from (f"{rule.id}: {fault}" for fault in coverage.faults(rule, library))
        for written in rule.suggest:
            if (fault := suggestions.fault(written, library)) is not None:
                yield f"{rule.id}: {fault}"
    known = {guideline.id for guideline in content.guidelines}
    for row in content.rows():
        yield from (
            f"{row.id}: no such guideline: {name}" for name in row.guidelines if name not in known
        )
    yield from coverage.alike(content.rules)


def _tested(content: Content) -> Iterator[str]:
    """Every row carries tests of its own: one that it answers to, and one that it lets pass.

    A draft is never asked, and needs none.
    """
    silent = {rule.id for rule in content.rules if all(_RANK[v.severity] < 0 for v in rule.levels)}
    silent |= {level.id for level in content.allergy_levels if level.severity == "none"}
    told = {level.relation for level in content.allergy_levels if level.severity != "none"}
    silent |= {group.id for group in content.allergy_groups if group.relation not in told}
    unasked = {row.id for row in content.rows() if row.status != "active"}
    for name, _version, tests in rows(content):
        if name in unasked and not tests:
            continue
        expected = {test.expect in RANK for test in tests}
        if True not in expected and name not in silent:
            yield f"{name}: no positive test"
        if False not in expected:
            yield f"{name}: no negative test"


def rows(content: Content) -> Iterator[tuple[str, str, list[Example]]]:
    """Yield id, version and own tests of every rule row."""
    yield from ((row.id, row.version, row.tests) for row in content.rows())


def _tests(content: Content, engine: Engine) -> Iterator[str]:
    tables = {rule.id: rule for rule in content.rules if rule.status == "active"}
    for name, _version, tests in rows(content):
        alone = tables.get(name)  # what a table says, it says without the others
        asked = engine if alone is None else engine_of(Tables(rules=(alone,)), engine.library)
        for number, example in enumerate(tests, 1):
            said = _answer(asked, name, example.case)
            if said is None:
                yield f"{name}: test {number} cannot be read"
            elif said[0] != example.expect:
                yield f"{name}: test {number} expects {example.expect}, got {said[0]}"
            elif example.interrupts not in (None, said[1]):
                yield f"{name}: test {number} expects interrupts {example.interrupts}"


def _answer(engine: Engine, rule: str, case: dict[str, Any]) -> tuple[str, bool] | None:
    try:
        facts = facts_from(case, as_of=AS_OF, name=rule)
    except CaseProblem:
        return None
    return said_of([one for one in engine.findings(facts) if rule in (one.rule, one.line)])
