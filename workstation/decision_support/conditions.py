"""Conditions over the closed predicates: a mapping means all of them; any, not, at_least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workstation.decision_support.predicates import PREDICATES
from workstation.decision_support.situation import YES, Answer, Check, ContentError, Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library

MOST_INPUTS = 9
"""WHO's rule for decision tables: with ten inputs nobody can verify one."""

KNOWN = frozenset(PREDICATES) | {"any", "all", "not", "at_least"}
"""What a condition may be made of."""


def condition(spec: Mapping[str, Any] | None, library: Library) -> Check:
    """Compile a condition; none always holds.

    Raises:
        ContentError: It uses a name that is no predicate, or one wrongly.
    """
    if not spec:
        return lambda situation: YES
    return _all([_one(name, part, library) for name, part in spec.items()])


def inputs(spec: Any) -> int:
    """Return how many predicates a condition asks."""
    if isinstance(spec, Mapping):
        return sum(
            inputs(part) if name in ("any", "all", "not", "at_least") else 1
            for name, part in spec.items()
        )
    return sum(inputs(part) for part in spec) if isinstance(spec, Sequence) else 0


def flattened(spec: Any) -> Iterator[tuple[str, Any]]:
    """Yield every predicate a condition asks, with its specification."""
    if isinstance(spec, Mapping):
        for name, part in spec.items():
            if name == "at_least":
                yield from flattened(part.get("of") if isinstance(part, Mapping) else ())
            elif name in ("any", "all", "not"):
                yield from flattened(part)
            else:
                yield name, part
    elif isinstance(spec, Sequence) and not isinstance(spec, str):
        for part in spec:
            yield from flattened(part)


def _one(name: str, spec: Any, library: Library) -> Check:
    if name not in KNOWN:
        raise ContentError(f"no such predicate: {name!r}")
    try:
        return _read(name, spec, library)
    except ContentError as error:
        raise ContentError(f"{name}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ContentError(f"predicate {name!r} cannot be read: {spec!r}") from None


def _read(name: str, spec: Any, library: Library) -> Check:
    if name == "not":
        return _not(condition(spec, library))
    if name not in ("any", "all", "at_least"):
        return PREDICATES[name](spec, library)
    checks = [condition(part, library) for part in (spec["of"] if name == "at_least" else spec)]
    count = int(spec["count"]) if name == "at_least" else 1
    if not 1 <= count <= len(checks):
        raise ContentError(f"{name!r} asks for {count} of {len(checks)} conditions")
    if name == "at_least":
        return _at_least(count, checks)
    return _any(checks) if name == "any" else _all(checks)


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(situation: Situation) -> Answer:
        answers = []
        for one in checks:
            answer = one(situation)
            if answer.truth is Truth.FALSE:
                return answer
            answers.append(answer)
        return _joined(_least(answers), answers)

    return check


def _any(checks: list[Check]) -> Check:
    def check(situation: Situation) -> Answer:
        answers = [one(situation) for one in checks]
        true = [answer for answer in answers if answer.truth is Truth.TRUE]
        if true:
            return _joined(Truth.TRUE, true)
        return _joined(max((a.truth for a in answers), key=lambda t: t.value), answers)

    return check


def _not(inner: Check) -> Check:
    def check(situation: Situation) -> Answer:
        answer = inner(situation)
        return Answer(~answer.truth, (), answer.missing)

    return check


def _at_least(count: int, checks: list[Check]) -> Check:
    def check(situation: Situation) -> Answer:
        answers = [one(situation) for one in checks]
        true = [answer for answer in answers if answer.truth is Truth.TRUE]
        if len(true) >= count:
            return _joined(Truth.TRUE, true)
        possible = [answer for answer in answers if answer.truth is not Truth.FALSE]
        truth = Truth.UNKNOWN if len(possible) >= count else Truth.FALSE
        return _joined(truth, possible)

    return check


def _least(answers: list[Answer]) -> Truth:
    return min((answer.truth for answer in answers), key=lambda truth: truth.value)


def _joined(truth: Truth, answers: list[Answer]) -> Answer:
    return Answer(
        truth,
        tuple(used for answer in answers for used in answer.used),
        tuple(dict.fromkeys(name for answer in answers for name in answer.missing)),
    )
