"""Amounts in comparable units. A unit nobody knows gives no number, never a wrong one."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

_MASS_IN_MG = {
    "kg": Decimal(1_000_000),
    "g": Decimal(1000),
    "mg": Decimal(1),
    "µg": Decimal("0.001"),
    "μg": Decimal("0.001"),
    "ug": Decimal("0.001"),
    "mcg": Decimal("0.001"),
    "mikrog": Decimal("0.001"),
    "mikrogram": Decimal("0.001"),
    "ng": Decimal("0.000001"),
}
_EVEN = str.maketrans({"µ": "u", "μ": "u", **dict.fromkeys(" ^*{}_", "")})
_INTERNATIONAL = frozenset({"e", "ie", "iu", "u", "enheter", "units"})


def in_milligrams(value: Decimal, unit: str) -> Decimal | None:
    """Return a mass in milligrams, None for a unit that is no mass."""
    factor = _MASS_IN_MG.get(unit.strip().lower())
    return None if factor is None else value * factor


def amount_in(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Return ``value`` in the unit ``wanted`` when both are masses, or both international units."""
    have, want = unit.strip().lower(), wanted.strip().lower()
    if have == want or (have in _INTERNATIONAL and want in _INTERNATIONAL):
        return value
    in_mg, one = in_milligrams(value, have), in_milligrams(Decimal(1), want)
    return None if in_mg is None or one is None else in_mg / one


@lru_cache(maxsize=1024)
def spelled(unit: str) -> str:
    """Return one spelling of a laboratory unit: case, spaces and the micro sign evened out."""
    plain = unit.strip().lower().replace(",", ".").replace("²", "2")
    return plain.translate(_EVEN)
