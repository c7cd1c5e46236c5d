"""What else is taken: protective and risk-raising co-medication."""

from __future__ import annotations

from typing import Any

from workstation.decision_support.findings import Used
from workstation.decision_support.situation import (
    NO,
    Answer,
    Check,
    ContentError,
    Situation,
    strings,
)
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library


def on_drug(spec: Any, library: Library) -> Check:
    """``on_drug: ppi``: some other medicine in use belongs to one of the sets.

    A combination counts by what else is in it: a diuretic together with the ACE inhibitor.
    """
    names = strings(spec)
    if lost := [name for name in names if name not in library.sets]:
        raise ContentError(f"no such drug set: {', '.join(lost)}")
    sets = [library.sets[name] for name in names]

    def check(situation: Situation) -> Answer:
        view = situation.view
        asked = (situation.subject, situation.partner)
        others = [
            taken
            for taken in view.everything
            if len(taken.substances) > 1 or not any(taken is one for one in asked)
        ]
        found = [taken for drugs in sets for taken in view.members(drugs, others)]
        used = tuple(Used(code=taken.medication.atc) for taken in found)
        return Answer(Truth.TRUE, used) if used else NO

    return check


def lately_on(spec: Any, library: Library) -> Check:
    """``lately_on: {drugs: opioids, within: 14}``: a medicine of the set is taken, or was lately.

    What the order takes over from counts, and what ended no more than so many days ago: who is
    switched from one opioid to another is used to them.
    """
    name, within = str(spec["drugs"]), int(spec["within"])
    if name not in library.sets:
        raise ContentError(f"no such drug set: {name}")
    drugs = library.sets[name]

    def check(situation: Situation) -> Answer:
        view = situation.view
        ended = [taken for taken in view.ended if (taken.ended_days or 0) <= within]
        found = view.members(drugs, (*view.on_list, *view.replaced, *ended))
        used = tuple(Used(code=one.medication.atc) for one in found if one is not situation.subject)
        return Answer(Truth.TRUE, used) if used else NO

    return check


PREDICATES = {"on_drug": on_drug, "lately_on": lately_on}
