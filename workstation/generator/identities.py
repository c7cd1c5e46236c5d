"""Identity numbers for people who do not exist: valid in form, of the series kept for tests.

Every personnummer and samordningsnummer made here has a birth number from 980 to 999, which the
Swedish Tax Agency gives to test persons, and a right check digit.
"""

from __future__ import annotations

from datetime import date, timedelta

from workstation.domain.identity import IdentityNumber, luhn_digit
from workstation.domain.identity_systems import IdentityKind
from workstation.generator.chance import Chance

_RESERVE_LETTERS = "ABCDEFGHJKLMNPRSTUXYZ"
_GRID_LETTERS = "ABCDEFHJLNPRSTUVWY"
_FEMALE_SERIES = (980, 982, 984, 986, 988, 990, 992, 994, 996, 998)


class Numbers:
    """Gives each person a number of their own."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(
        self, kind: IdentityKind, born: date, *, female: bool, chance: Chance
    ) -> IdentityNumber:
        """Return a number of ``kind`` that nobody has yet.

        When a day's test numbers are all given, the number says the day after, as in life.
        """
        for attempt in range(10_000):
            day = born + timedelta(days=attempt // 40)
            value = _value(kind, day, female, chance)
            if value not in self._given:
                self._given.add(value)
                return IdentityNumber(kind=kind, value=value)
        raise ValueError("the test series are exhausted")


def _value(kind: IdentityKind, born: date, female: bool, chance: Chance) -> str:
    day = f"{born:%Y%m%d}"
    if kind is IdentityKind.PERSONNUMMER:
        return _with_check_digit(day, female, chance)
    if kind is IdentityKind.SAMORDNINGSNUMMER:
        return _with_check_digit(f"{day[:6]}{born.day + 60}", female, chance)
    if kind is IdentityKind.NATIONAL_RESERVE:
        letters = chance.pick(_RESERVE_LETTERS) + chance.pick(_RESERVE_LETTERS)
        return f"{day}{letters}{chance.whole(10, 99)}"
    if kind is IdentityKind.VGR_LRID:
        return f"{day}{'K' if female else 'M'}{chance.whole(60, 899):03d}"
    if kind is IdentityKind.VGR_GRID:
        return f"{day}{chance.pick(_GRID_LETTERS)}{chance.whole(900, 999)}"
    return f"99{chance.whole(0, 9_999_999_999):010d}"


def _with_check_digit(day: str, female: bool, chance: Chance) -> str:
    body = f"{day}{chance.pick(_FEMALE_SERIES) + (0 if female else 1)}"
    return body + str(luhn_digit(body[2:]))
