"""The patient's own diagnoses; what was refuted or is a relative's is never seen here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workstation.decision_support.facts import Diagnosis
from workstation.decision_support.findings import Used
from workstation.decision_support.situation import NO, Answer, Check, Situation, strings
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library, matching


def dx(spec: Any, library: Library) -> Check:
    """``dx: [I50]``: an active diagnosis under one of the ICD-10-SE prefixes."""
    prefixes = _prefixes(spec)

    def check(situation: Situation) -> Answer:
        return _answer(matching(situation.view.active, prefixes))

    return check


def dx_ever(spec: Any, library: Library) -> Check:
    """``dx_ever: [K25]``: active or in the history, where the history still matters."""
    prefixes = _prefixes(spec)

    def check(situation: Situation) -> Answer:
        return _answer(matching(situation.view.ever, prefixes))

    return check


def _prefixes(spec: Any) -> tuple[str, ...]:
    return tuple(code.replace(".", "").upper() for code in strings(spec))


def _answer(found: Iterable[Diagnosis]) -> Answer:
    used = tuple(Used(code=d.icd10, on=d.recorded) for d in found)
    return Answer(Truth.TRUE, used) if used else NO


PREDICATES = {"dx": dx, "dx_ever": dx_ever}
