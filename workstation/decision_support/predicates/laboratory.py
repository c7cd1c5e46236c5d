"""Laboratory results: the newest that is recent enough, whether one is missing, and GFR."""

from __future__ import annotations

from typing import Any

from workstation.decision_support.findings import Used
from workstation.decision_support.kidney import KINDS, estimate
from workstation.decision_support.situation import (
    NO,
    Answer,
    Check,
    ContentError,
    Situation,
    limits,
    unknown,
)
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library, Measured

_YEAR = 365


def lab(spec: Any, library: Library) -> Check:
    """``lab: {code: P-Kalium, is: ">5.0", within: 90}``. Unknown when none is recent enough."""
    code = _code(spec, library)
    within = int(spec.get("within", _YEAR))
    wanted = limits(spec["is"])

    def check(situation: Situation) -> Answer:
        newest = situation.view.newest(code, within_days=within)
        if newest is None or newest.value is None:
            return unknown(code)
        value = newest.value
        return Answer(Truth.of(all(one.holds(value) for one in wanted)), (_used(newest),))

    return check


def lab_missing(spec: Any, library: Library) -> Check:
    """``lab_missing: {code: P-TSH, within: 180}``: no result that recent."""
    code = _code(spec, library)
    within = int(spec.get("within", _YEAR))

    def check(situation: Situation) -> Answer:
        if situation.view.newest(code, within_days=within) is not None:
            return NO
        return Answer(Truth.TRUE, (Used(code=code, value="saknas"),))

    return check


def lab_change(spec: Any, library: Library) -> Check:
    """``lab_change: {code: P-Kreatinin, is: ">=30", over: 14}``: percent since the lowest before.

    The newest result against the lowest of those not older than ``over`` days before it.
    Unknown with fewer than two results.
    """
    code = _code(spec, library)
    over, within = int(spec["over"]), int(spec.get("within", 30))
    wanted = limits(spec["is"])

    def check(situation: Situation) -> Answer:
        newest = situation.view.newest(code, within_days=within)
        if newest is None or newest.value is None:
            return unknown(code)
        before = [
            (one.value, one)
            for one in situation.view.series(code)
            if one.value and 0 < (newest.lab.date - one.lab.date).days <= over
        ]
        if not before:
            return unknown(code)
        lowest, earlier = min(before, key=lambda pair: pair[0])
        change = (newest.value - lowest) * 100 / lowest
        holds = all(one.holds(change) for one in wanted)
        return Answer(Truth.of(holds), (_used(newest), _used(earlier)))

    return check


def gfr(spec: Any, library: Library) -> Check:
    """``gfr: {kind: absolute, is: "<30", within: 365}``: kind is absolute, relative, clearance."""
    named = spec.get("kind", "absolute")
    kind = next((each for each in KINDS if each == named), None)
    if kind is None:
        raise ContentError(f"no such kind of GFR: {named!r}")
    within = int(spec.get("within", _YEAR))
    wanted = limits(spec["is"])

    def check(situation: Situation) -> Answer:
        found = estimate(situation.view, kind, within_days=within)
        if found.value is None:
            return unknown(*found.missing)
        value = found.value
        return Answer(Truth.of(all(one.holds(value) for one in wanted)), found.used)

    return check


def _code(spec: Any, library: Library) -> str:
    code = str(spec.get("code", ""))
    if code not in library.analytes:
        raise ContentError(f"no such laboratory code: {code!r}")
    return code


def _used(measured: Measured) -> Used:
    value = f"{measured.lab.value} {measured.lab.unit}".strip()
    return Used(code=measured.lab.code, value=value, on=measured.lab.date)


PREDICATES = {
    "lab": lab,
    "lab_missing": lab_missing,
    "lab_change": lab_change,
    "gfr": gfr,
}
