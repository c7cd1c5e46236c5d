"""Amounts in comparable units. A unit nobody knows gives no number, never a wrong one."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_MASS_IN_MG = {
    "kg": Decimal(1_000_000),
    "g": Decimal(1000),
    "gram": Decimal(1000),
    "mg": Decimal(1),
    "milligram": Decimal(1),
    "µg": Decimal("0.001"),
    "μg": Decimal("0.001"),
    "ug": Decimal("0.001"),
    "mcg": Decimal("0.001"),
    "mikrog": Decimal("0.001"),
    "mikrogram": Decimal("0.001"),
    "ng": Decimal("0.000001"),
}
_PER_DAY = re.compile(r"\s*(?:/|per\s)\s*(?:d|day|dag|dygn|24\s?h|24\s?tim(?:mar)?)\.?$")
"""A dose per day may be written "mg" or "mg/dygn": it is the same."""
_EVEN = str.maketrans(
    {"µ": "u", "μ": "u", "²": "2", "³": "3", "⁹": "9", **dict.fromkeys(" \u00a0\u202f^*{}_", "")}
)
_INTERNATIONAL = frozenset({"e", "ie", "iu", "u", "enheter", "units"})


def in_milligrams(value: Decimal, unit: str) -> Decimal | None:
    """Return a mass in milligrams, None for a unit that is no mass."""
    factor = _MASS_IN_MG.get(_plain(unit))
    return None if factor is None else value * factor


def amount_in(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Return ``value`` in the unit ``wanted`` when both are masses, or both international units."""
    have, want = _plain(unit), _plain(wanted)
    if have == want or (have in _INTERNATIONAL and want in _INTERNATIONAL):
        return value
    in_mg, one = in_milligrams(value, have), in_milligrams(Decimal(1), want)
    return None if in_mg is None or one is None else in_mg / one


def is_amount(unit: str) -> bool:
    """Whether doses are compared in this unit: a mass, or units of activity."""
    return _plain(unit) in _MASS_IN_MG or _plain(unit) in _INTERNATIONAL


@lru_cache(maxsize=1024)
def _plain(unit: str) -> str:
    return _PER_DAY.sub("", unit.strip().lower())


@lru_cache(maxsize=1024)
def spelled(unit: str) -> str:
    """Return one spelling of a laboratory unit: case, spaces and the micro sign evened out."""
    plain = unit.strip().lower().replace(",", ".")
    return plain.translate(_EVEN)
