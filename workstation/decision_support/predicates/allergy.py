"""A recorded hypersensitivity as a reason not to recommend."""

from __future__ import annotations

from typing import Any

from workstation.decision_support.facts import Allergy
from workstation.decision_support.findings import Used
from workstation.decision_support.situation import NO, Answer, Check, Situation, strings
from workstation.decision_support.spelling import allergen_words
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library

_GONE = frozenset({"refuted", "resolved", "entered-in-error"})


def allergic(spec: Any, library: Library) -> Check:
    """``allergic: [C10AA]``: a standing hypersensitivity to something under one of the ATC prefixes,
    by code, substance, product or the name of a group ("penicillin").

    An intolerance counts as well: neither is a drug to recommend.
    """
    prefixes = strings(spec)

    def check(situation: Situation) -> Answer:
        found = [
            one
            for one in situation.view.facts.allergies
            if one.verification not in _GONE
            and any(code.startswith(prefixes) for code in _codes(one, library))
        ]
        used = tuple(
            Used(code=one.substance_atc or one.substance, on=one.recorded) for one in found
        )
        return Answer(Truth.TRUE, used) if used else NO

    return check


def _codes(one: Allergy, library: Library) -> tuple[str, ...]:
    if one.substance_atc:
        return library.codes.of(one.substance_atc)
    name = one.substance.strip().casefold()
    return _named(name, library) or tuple(
        code for word in allergen_words(name) for code in _named(word, library)
    )


def _named(name: str, library: Library) -> tuple[str, ...]:
    return library.names.get(name, ()) or library.groups.get(name, ())


PREDICATES = {"allergic": allergic}
