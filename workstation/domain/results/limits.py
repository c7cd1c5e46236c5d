"""What a result's size means: outside its reference range, beyond critical limits, changed a lot.

The limits are published content (``workstation.content.norms``): per analysis the unit they are in,
critical below and above, and how much change within how many days is worth a mark. They are handed
in; :data:`ANALYSES` counts where nothing has been published. (unverified) Each laboratory publishes
its own list; these are common Swedish ones for adults. A laboratory's own flag is never made milder
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from workstation.domain.observation import NPU, Observation
from workstation.domain.record import Silent
from workstation.domain.results.units import in_unit
from workstation.domain.values import Concept, Quantity, millis_of

_DAY = 24 * 60 * 60 * 1000


class Analysis(Silent, frozen=True, kw_only=True, omit_defaults=False):
    """Limits of one analysis, in ``unit``. ``delta``: a change of at least so much, absolute, or a
    share where ``relative``, within ``days``. ``molar_mass``: g/mol.
    """

    unit: str
    below: Decimal | None = None
    above: Decimal | None = None
    delta: Decimal | None = None
    relative: bool = False
    days: int = 0
    molar_mass: Decimal | None = None


Analyses = Mapping[str, Analysis]
"""Limits by NPU code."""


def _a(unit: str, below: str, above: str, delta: str, mass: str = "", share: str = "") -> Analysis:
    return Analysis(
        unit=unit,
        below=Decimal(below) if below else None,
        above=Decimal(above) if above else None,
        delta=Decimal(delta or share) if delta or share else None,
        relative=bool(share),
        days=30 if delta or share else 0,
        molar_mass=Decimal(mass) if mass else None,
    )


ANALYSES: Analyses = {
    "NPU03230": _a("mmol/L", "2.5", "6.5", "1.0"),  # P-Kalium
    "NPU03429": _a("mmol/L", "120", "160", "10"),  # P-Natrium
    "NPU28309": _a("g/L", "70", "", "20"),  # B-Hb
    "NPU04998": _a("umol/L", "", "500", "", mass="113.12", share="0.5"),  # P-Kreatinin
    "NPU02192": _a("mmol/L", "2.5", "25", "", mass="180.16"),  # P-Glukos
    "NPU01685": _a("1", "", "5.0", ""),  # PK(INR)
    "NPU01443": _a("mmol/L", "1.75", "3.25", "0.4"),  # P-Kalcium
    "NPU03568": _a("10*9/L", "20", "1000", "", share="0.5"),  # B-TPK
    "NPU02593": _a("10*9/L", "1.0", "50", ""),  # B-LPK
    "NPU19748": _a("mg/L", "", "300", "100"),  # P-CRP
    "NPU02902": _a("10*9/L", "0.5", "", ""),  # B-Neutrofila
    "NPU02613": _a("mmol/L", "", "1.5", "0.4"),  # P-Litium
}
_SEVERITY = {"": 0, "N": 1, "A": 2, "L": 2, "H": 2, "AA": 3, "LL": 3, "HH": 3}


def analysis_of(concept: Concept, analyses: Analyses = ANALYSES) -> Analysis | None:
    """Return the limits of an analysis by its NPU code, or None."""
    return analyses.get(concept.code_in(NPU))


def converts(body: Observation, analyses: Analyses = ANALYSES) -> bool:
    """Whether the result's unit can be read beside the analysis' limits and its reference range."""
    found = body.quantity
    if found is None:
        return True
    known = analysis_of(body.concept, analyses)
    units = [known.unit] if known else []
    if body.reference is not None:
        units += [edge.code or edge.unit for edge in _edges(body) if edge is not None]
    mass = known.molar_mass if known else None
    return all(in_unit(found, unit, molar_mass=mass) is not None for unit in units)


def flagged(
    body: Observation, earlier: Sequence[Observation], analyses: Analyses = ANALYSES
) -> Observation:
    """Return the result with the graver of the laboratory's flag and ours, and its change.

    Args:
        earlier: The patient's earlier results of the same analysis, in any order.
    """
    known = analysis_of(body.concept, analyses)
    ours = _flag(body, known)
    flag = max((body.interpretation, ours), key=lambda one: _SEVERITY.get(one, 0))
    return msgspec.structs.replace(body, interpretation=flag, delta=_delta(body, earlier, known))


def _flag(body: Observation, known: Analysis | None) -> str:
    found = body.quantity
    if found is None:
        return ""
    if known is not None:
        amount = in_unit(found, known.unit, molar_mass=known.molar_mass)
        if amount is not None and known.below is not None and amount < known.below:
            return "LL"
        if amount is not None and known.above is not None and amount > known.above:
            return "HH"
    return _beside_range(body, found, known)


def _beside_range(body: Observation, found: Quantity, known: Analysis | None) -> str:
    low, high = _edges(body)
    mass = known.molar_mass if known else None
    if low is not None:
        amount = in_unit(found, low.code or low.unit, molar_mass=mass)
        if amount is not None and amount < low.number:
            return "L"
    if high is not None:
        amount = in_unit(found, high.code or high.unit, molar_mass=mass)
        if amount is not None and amount > high.number:
            return "H"
    return "N" if low is not None or high is not None else ""


def _edges(body: Observation) -> tuple[Quantity | None, Quantity | None]:
    reference = body.reference
    return (reference.low, reference.high) if reference is not None else (None, None)


def _delta(body: Observation, earlier: Sequence[Observation], known: Analysis | None) -> str:
    if known is None or known.delta is None or body.quantity is None or not body.effective:
        return ""
    at = millis_of(body.effective)
    before = [
        (millis_of(one.effective), one.quantity)
        for one in earlier
        if one.quantity is not None and one.effective and millis_of(one.effective) < at
    ]
    if not before:
        return ""
    when, last = max(before, key=lambda pair: pair[0])
    now = in_unit(body.quantity, known.unit, molar_mass=known.molar_mass)
    then = in_unit(last, known.unit, molar_mass=known.molar_mass)
    if now is None or then is None or at - when > known.days * _DAY:
        return ""
    least = known.delta * abs(then) if known.relative else known.delta
    if abs(now - then) < least:
        return ""
    return "U" if now > then else "D"
