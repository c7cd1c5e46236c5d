"""A published score against a limit: ``score: {name: cha2ds2_vasc, is: ">=2"}``."""

from __future__ import annotations

from typing import Any

from workstation.decision_support.findings import Used
from workstation.decision_support.scoring import ASKED_AT_THE_BEDSIDE, AT_ONCE, SCORES, Scored
from workstation.decision_support.situation import (
    NO,
    YES,
    Answer,
    Check,
    ContentError,
    Limit,
    Situation,
    limits,
    unknown,
)
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library


def score(spec: Any, library: Library) -> Check:
    """Unknown where what is missing could still turn the answer; false where the score is not for
    this patient (SCORE2 in somebody who has the disease, NEWS2 in a child).
    """
    name = str(spec["name"])
    if name not in SCORES:
        raise ContentError(f"no such score: {name!r}")
    wanted, scored = limits(spec["is"]), SCORES[name]

    def check(situation: Situation) -> Answer:
        found = scored(situation.view)
        if found.least is None or found.most is None:
            return NO
        answers = {all(one.holds(end) for one in wanted) for end in (found.least, found.most)}
        if len(answers) > 1 or (found.least != found.most and _passes_over(wanted, found)):
            return unknown(*found.missing)._replace(used=found.used)
        value = f"{found.least}" if found.least == found.most else f"{found.least}–{found.most}"
        return Answer(Truth.of(answers.pop()), (Used(code=name, value=value), *found.used))

    return check


def _passes_over(wanted: tuple[Limit, ...], found: Scored) -> bool:
    """Whether a limit lies between the ends, though both ends fall on the same side of all."""
    least, most = found.least, found.most
    if least is None or most is None:
        return False
    return any(least < one.value < most for one in wanted)


def score_begun(spec: Any, library: Library) -> Check:
    """``score_begun: {name: news2, least: 3}``: some of what the score asks has been looked at, and
    what is known gives at least so many points.

    Nobody is asked for the breathing rate of everyone with a prescription; who began, and found
    something, is told what is lacking.
    """
    name, least = str(spec["name"]), int(spec.get("least", 0))
    if name not in SCORES:
        raise ContentError(f"no such score: {name!r}")
    asked, scored = ASKED_AT_THE_BEDSIDE[name], SCORES[name]

    def check(situation: Situation) -> Answer:
        view = situation.view
        labs = any(view.newest(code, within_days=AT_ONCE) is not None for code in asked.labs)
        signs = any(view.sign(code, within_days=AT_ONCE) is not None for code in asked.signs)
        found = scored(view).least if labs or signs else None
        return YES if found is not None and found >= least else NO

    return check


PREDICATES = {"score": score, "score_begun": score_begun}
