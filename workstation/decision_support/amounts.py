"""How much of one ingredient there is in a dose of a combination.

The dose of a combination is written as a number of tablets, or as a mass of one ingredient: the
one there is most of, unless that would be less than one tablet a day (180 mg of codeine and
paracetamol 30/500 mg is six tablets of codeine, not a third of one of paracetamol).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from workstation.decision_support.drugs import Codes, DrugSet
from workstation.decision_support.facts import Amount, Medication
from workstation.decision_support.units import in_milligrams
from workstation.decision_support.view import Taken

_COUNTED = frozenset("tablett tabletter tabl kapsel kapslar st styck dos doser dospåse".split())


def ingredient(taken: Taken, drugs: DrugSet | None, codes: Codes) -> str | None:
    """Return the ingredient of a combination that a row about ``drugs`` means.

    None: it is no combination, the row means several of its ingredients, or names it itself and
    nobody wrote its strengths.
    """
    if drugs is None or len(taken.substances) < 2:
        return None
    own = taken.codes[:1]
    if drugs.has_code(own) and _strengths(taken, codes) is None:
        return None
    meant = [part for part in taken.substances if drugs.has_code((part,))]
    return meant[0] if len(meant) == 1 else None


def of_ingredient(amount: Amount, taken: Taken, part: str, codes: Codes) -> Amount | None:
    """Return how much of ``part`` there is in ``amount``; None where nobody wrote the strengths.

    Of several strengths the one that makes it whole or half tablets; if there are more such, the
    one with least of ``part``: nothing is told that may not be so.
    """
    options = _strengths(taken, codes) or ()
    if amount.unit.strip().casefold() in _COUNTED:
        found = [amount.value * strengths[part] for strengths in options[:1]]
    else:
        milligrams = in_milligrams(amount.value, amount.unit)
        tablets = [(_tablets(milligrams, one.values()), one) for one in options if milligrams]
        even = [(count, one) for count, one in tablets if count * 2 % 1 == 0]
        found = [count * strengths[part] for count, strengths in even or tablets]
    return Amount(value=min(found), unit="mg") if found else None


def can_be_measured(medication: Medication, codes: Codes) -> bool:
    """Whether rules can compare its dose per day: a combination's only where strengths are known."""
    several = len(codes.substances(medication.atc)) > 1
    known = not several or any(code in codes.strengths for code in codes.of(medication.atc))
    return medication.dose_per_day is not None and known


def _strengths(taken: Taken, codes: Codes) -> tuple[Mapping[str, Decimal], ...] | None:
    return next((codes.strengths[code] for code in taken.codes if code in codes.strengths), None)


def _tablets(milligrams: Decimal, strengths: Collection[Decimal]) -> Decimal:
    most, least = max(strengths), min(strengths)
    return milligrams / (most if milligrams >= most else least)
