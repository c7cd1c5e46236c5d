"""What a result's size means: outside its reference range, beyond critical limits, changed a lot.

The limits are published content (``workstation.content.norms``): per analysis the unit they are in,
critical below and above, and how much change within how many days is worth a mark. They are handed
in; :data:`ANALYSES` counts where nothing has been published. (unverified) Each laboratory publishes
its own list; these are common Swedish ones for adults. A laboratory's own flag is never made milder
here.
"""

from __future__ import annotations

import re
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
    return all(_converts(part, analyses) for part in parts_of(body))


def parts_of(body: Observation) -> tuple[Observation, ...]:
    """Return a result and each of its parts as a result of its own."""
    parts = (
        Observation(concept=p.concept, quantity=p.quantity, coded=p.coded, text=p.text)
        for p in body.components
    )
    return (body, *parts)


def _converts(body: Observation, analyses: Analyses) -> bool:
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

    A result that the laboratory has withdrawn means nothing, and is compared with nothing.

    Args:
        earlier: The patient's earlier results of the same analysis, in any order.
    """
    if body.status == "cancelled":
        return msgspec.structs.replace(body, interpretation="", delta="")
    known = analysis_of(body.concept, analyses)
    ours = [_flag(part, analysis_of(part.concept, analyses)) for part in parts_of(body)]
    flag = max((body.interpretation, *ours), key=lambda one: _SEVERITY.get(one, 0))
    valid = [one for one in earlier if one.status != "cancelled"]
    return msgspec.structs.replace(body, interpretation=flag, delta=_delta(body, valid, known))


def _flag(body: Observation, known: Analysis | None) -> str:
    found = body.quantity or _amount_in(body.text)
    if found is None:
        return ""
    low, high = _edges(body)
    mass = known.molar_mass if known else None
    if known is not None:
        amount = in_unit(found, known.unit, molar_mass=mass)
        if _under(found, amount, known.below):
            return "LL"
        if _over(found, amount, known.above):
            return "HH"
        if amount is None and body.quantity is None:
            return "A"  # an amount written as text whose unit nobody can be sure of
    if _under(found, _in(found, low, mass), low.number if low else None):
        return "L"
    if _over(found, _in(found, high, mass), high.number if high else None):
        return "H"
    judged = low is not None or high is not None
    return "N" if judged and not (found.comparator and _is_open(found, low, high)) else ""


def _in(found: Quantity, edge: Quantity | None, mass: Decimal | None) -> Decimal | None:
    return in_unit(found, edge.code or edge.unit, molar_mass=mass) if edge is not None else None


def _under(found: Quantity, amount: Decimal | None, limit: Decimal | None) -> bool:
    if amount is None or limit is None or found.comparator.startswith(">"):
        return False
    return amount <= limit if found.comparator == "<" else amount < limit


def _over(found: Quantity, amount: Decimal | None, limit: Decimal | None) -> bool:
    if amount is None or limit is None or found.comparator.startswith("<"):
        return False
    return amount >= limit if found.comparator == ">" else amount > limit


def _is_open(found: Quantity, low: Quantity | None, high: Quantity | None) -> bool:
    """Whether ``< 10`` may lie on both sides of an edge, so that nobody can say that it is normal."""
    if found.comparator.startswith("<"):
        past = high is not None and (amount := _in(found, high, None)) and amount > high.number
        return bool(past) or (low is not None and low.number > 0)
    before = low is not None and (amount := _in(found, low, None)) and amount < low.number
    return bool(before) or high is not None


def _amount_in(text: str) -> Quantity | None:
    """Return the amount that a text begins with, as in ``<0,5 mmol/L``; None where it is none."""
    read = _AMOUNT.match(text.strip())
    if read is None:
        return None
    comparator, number, unit = read.groups()
    return Quantity(
        value=number.replace(",", "."), unit=unit or "", comparator=_COMPARATORS.get(comparator, "")
    )


_AMOUNT = re.compile(r"(<=?|>=?|≤|≥)?\s*(\d{1,12}(?:[.,]\d{1,12})?)\s*([^\s\d,.][^\s]*)?$")
_COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}


def _edges(body: Observation) -> tuple[Quantity | None, Quantity | None]:
    reference = body.reference
    return (reference.low, reference.high) if reference is not None else (None, None)


def _delta(body: Observation, earlier: Sequence[Observation], known: Analysis | None) -> str:
    if known is None or known.delta is None or body.quantity is None or not body.effective:
        return ""
    if body.quantity.comparator:
        return ""
    at = millis_of(body.effective)
    before = [
        (millis_of(one.effective), one.quantity)
        for one in earlier
        if one.quantity is not None
        and not one.quantity.comparator
        and one.effective
        and millis_of(one.effective) < at
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
