"""A recorded hypersensitivity as a reason not to recommend."""

from __future__ import annotations

from typing import Any

from workstation.decision_support.allergens import stands
from workstation.decision_support.findings import Used
from workstation.decision_support.situation import NO, Answer, Check, Situation, strings
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library


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
            if stands(one) and any(code.startswith(prefixes) for code in library.allergens.of(one))
        ]
        used = tuple(
            Used(code=one.substance_atc or one.substance, on=one.recorded) for one in found
        )
        return Answer(Truth.TRUE, used) if used else NO

    return check


PREDICATES = {"allergic": allergic}
