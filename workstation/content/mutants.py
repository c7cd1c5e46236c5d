"""Small mistakes made on purpose: a rule whose own tests do not notice them is not tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from workstation.decision_support.rows import Level, Rule

_LIMIT = re.compile(r"^(<=|>=|<|>)")
_SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_CODES = ("dx", "dx_ever")


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield every mutant of a rule with what was done to it.

    A level dropped, a comparison swapped with its neighbour, a diagnosis left out, an
    interruption turned round, the condition common to all levels dropped, and so the one that
    says in whom an open question is told.
    """
    if rule.when:
        yield "when dropped", msgspec.structs.replace(rule, when={})
    for what, when in _changed(rule.when):
        yield f"when: {what}", msgspec.structs.replace(rule, when=when)
    if rule.unknown_if:
        yield "unknown_if dropped", msgspec.structs.replace(rule, unknown_if={})
    for what, unknown_if in _changed(rule.unknown_if):
        yield f"unknown_if: {what}", msgspec.structs.replace(rule, unknown_if=unknown_if)
    for number, level in enumerate(rule.levels):
        others = [*rule.levels[:number], *rule.levels[number + 1 :]]
        if others:
            yield f"level {number + 1} dropped", msgspec.structs.replace(rule, levels=others)
        for what, changed in _of_level(level):
            levels = [*rule.levels[:number], changed, *rule.levels[number + 1 :]]
            yield (
                f"level {number + 1}: {what}",
                msgspec.structs.replace(rule, levels=levels, verified=True),
            )


def _of_level(level: Level) -> Iterator[tuple[str, Level]]:
    for what, condition in _changed(level.if_):
        yield what, msgspec.structs.replace(level, if_=condition)
    if level.severity != "none":
        yield "interrupts", msgspec.structs.replace(level, interrupts=not level.interrupts)


def _shorter(name: str, part: Any) -> Iterator[tuple[str, Any]]:
    """Yield a list of codes with one of them left out, for each."""
    for code in part if name in _CODES and isinstance(part, list) else ():
        if left := [one for one in part if one != code]:
            yield f"{code} left out", left


def _changed(condition: Any) -> Iterator[tuple[str, Any]]:
    """Yield copies of a condition with one thing changed in each."""
    if isinstance(condition, dict):
        for name, part in condition.items():
            for what, changed in (*_shorter(name, part), *_changed(part)):
                yield what, condition | {name: changed}
    elif isinstance(condition, list):
        for number, part in enumerate(condition):
            for what, changed in _changed(part):
                yield what, [*condition[:number], changed, *condition[number + 1 :]]
    elif isinstance(condition, str) and (found := _LIMIT.match(condition)):
        swapped = _SWAPPED[found[1]]
        yield f"{condition} as {swapped}", swapped + condition[found.end() :]
