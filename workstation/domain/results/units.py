"""Units of laboratory results: the same amount in another unit, exactly, or a clear no.

Only conversions within one quantity, or by an analyte's own molar mass. Source of the factors: the
SI prefixes; molar masses in g/mol as in the NPU release.
"""

from __future__ import annotations

from decimal import Decimal

from workstation.domain.values import Quantity

_PREFIXES = {"": 0, "k": 3, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}
_BASES = ("mol/L", "g/L", "kat/L", "U/L", "IU/L", "mol/mol", "Pa", "Osm/kg")
_SAME = {
    "10^9/L": "10*9/L",
    "10e9/L": "10*9/L",
    "x10*9/L": "10*9/L",
    "10^12/L": "10*12/L",
    "10e12/L": "10*12/L",
    "x10*12/L": "10*12/L",
    "E9/L": "10*9/L",
    "E12/L": "10*12/L",
    "m[IU]/L": "mIU/L",
    "mIE/L": "mIU/L",
    "IE/L": "IU/L",
    "[IU]/L": "IU/L",
    "INR": "1",
    "{INR}": "1",
    "": "1",
    "fraction": "1",
}
_EXACT = {"%": ("1", Decimal("0.01")), "10*9/L": ("/L", Decimal(10) ** 9)}
_EXACT |= {"10*12/L": ("/L", Decimal(10) ** 12), "1": ("1", Decimal(1))}
_EXACT |= {"mm[Hg]": ("Pa", Decimal("133.322")), "mmHg": ("Pa", Decimal("133.322"))}
_EXACT |= {"mL/min/{1.73_m2}": ("mL/min/1.73m2", Decimal(1))}
_EXACT |= {"mL/min/1,73m2": ("mL/min/1.73m2", Decimal(1))}


def normal(unit: str) -> str:
    """Return one spelling of a unit; an unknown one is returned as it is."""
    plain = unit.strip().replace(" ", "").replace("l", "L") if unit.strip() else ""
    plain = plain.replace("moL", "mol")
    for wrong in ("µ", "μ"):
        plain = plain.replace(wrong, "u")
    return _SAME.get(plain, plain)


def factor(from_unit: str, to_unit: str, *, molar_mass: Decimal | None = None) -> Decimal | None:
    """Return what to multiply an amount in one unit by to have it in the other; None: no way.

    Args:
        molar_mass: g/mol, where the analyte's is known: mass and amount then convert.
    """
    one, other = _in_base(normal(from_unit)), _in_base(normal(to_unit))
    if normal(from_unit) == normal(to_unit):
        return Decimal(1)
    if one is None or other is None:
        return None
    if one[0] == other[0]:
        return one[1] / other[1]
    if molar_mass and {one[0], other[0]} == {"mol/L", "g/L"}:
        by_mass = one[1] / molar_mass if one[0] == "g/L" else one[1] * molar_mass
        return by_mass / other[1]
    return None


def in_unit(found: Quantity, unit: str, *, molar_mass: Decimal | None = None) -> Decimal | None:
    """Return a quantity's amount in ``unit``, exactly; None when it does not convert."""
    by = factor(found.code or found.unit, unit, molar_mass=molar_mass)
    if by is None and found.unit != found.code:
        by = factor(found.unit, unit, molar_mass=molar_mass)
    try:
        return found.number * by if by is not None else None
    except ArithmeticError:  # 1e999999: no amount of anything
        return None


def _in_base(unit: str) -> tuple[str, Decimal] | None:
    if unit in _EXACT:
        return _EXACT[unit]
    for divisor, times in (("/dL", Decimal(10)), ("/mL", Decimal(1000)), ("/uL", Decimal(10) ** 6)):
        if unit.endswith(divisor):
            found = _in_base(unit[: -len(divisor)] + "/L")
            return (found[0], found[1] * times) if found else None
    for base in _BASES:
        if unit.endswith(base) and (power := _PREFIXES.get(unit[: -len(base)])) is not None:
            return base, Decimal(10) ** power
    return None
