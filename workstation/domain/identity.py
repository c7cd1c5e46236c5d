"""Swedish identity numbers: what a person is called by in the record.

A strict parser of our own stands in front of the library ``personnummer``, which
would guess a century. Here a century is written out or follows from − or +, never
guessed. A number that is not valid cannot be made, and none shows in a ``repr``.

Source: folkbokföringslagen (1991:481) 18 and 18 a §§; HL7 Sweden base profiles R4;
the regions' own rules for reserve numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from personnummer import personnummer  # type: ignore[import-untyped]

from workstation.domain.identity_systems import IDENTITY_SYSTEMS, IdentityKind, System
from workstation.domain.problem import Problem
from workstation.domain.texts import _

__all__ = [
    "IdentityKind",
    "IdentityNumber",
    "IdentityProblem",
    "SexMark",
    "index_keys",
    "is_test_series",
    "luhn_digit",
    "parse_identity",
    "parse_identity_as",
    "search_keys",
]

# Since 2023 the day may be unknown in a samordningsnummer and is then written 60.
# Not confirmed in a published regulation: this line is the whole decision.
UNKNOWN_DAY = 60
_DAY_OFFSET = 60
_OLDEST_YEAR = 1850
# The Swedish Tax Agency gives these birth numbers to test persons.
_TEST_SERIES = frozenset({"238", "239"} | {str(serial) for serial in range(980, 1000)})

_SEPARATORS = "-\u2010\u2011\u2012\u2013\u2212"
_TWELVE = re.compile(rf"([0-9]{{8}})[{_SEPARATORS}+]?([0-9]{{4}})")
_TEN = re.compile(rf"([0-9]{{6}})([{_SEPARATORS}+])([0-9]{{4}})")
_TEN_BARE = re.compile(r"[0-9]{10}")
_WITH_LETTERS = re.compile(rf"([0-9]{{8}})[{_SEPARATORS}]?([0-9A-Za-z]{{4}})")

_SHAPES: dict[IdentityKind, re.Pattern[str]] = {
    IdentityKind.PERSONNUMMER: re.compile(r"(?:18|19|20)[0-9]{10}"),
    IdentityKind.SAMORDNINGSNUMMER: re.compile(r"(?:18|19|20)[0-9]{10}"),
    IdentityKind.NATIONAL_RESERVE: re.compile(
        r"[0-9]{8}(?:[A-HJ-NPR-UXYZ]{2}[0-9]{2}|[A-HJ-NPR-UXYZ]{3}[0-9])"
    ),
    IdentityKind.VGR_LRID: re.compile(r"[0-9]{8}[KMX](?:0[6-9]|[1-8][0-9])[0-9]"),
    IdentityKind.VGR_GRID: re.compile(r"[0-9]{8}[ABCDEFHJKkLMmNPRSTUVWXxY][0-9]{3}"),
    IdentityKind.OTHER_RESERVE: re.compile(r"[0-9A-Za-z]{6,20}"),
}
_STOCKHOLM = re.compile(r"99[0-9]{10}")
_CIVIC = (IdentityKind.PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER)
# LRID first: some LRID also have the shape of a GRID, never the other way round by rule.
_LETTERED = (
    IdentityKind.NATIONAL_RESERVE,
    IdentityKind.VGR_LRID,
    IdentityKind.VGR_GRID,
)


class IdentityProblem(Problem):
    """The text is not an identity number that can be used as it stands."""


class SexMark(StrEnum):
    """The sex that a number says. It is the register's, and may differ from the person's own."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, kw_only=True, repr=False)
class IdentityNumber:
    """A number in its canonical form: 12 characters, no separator, ``ÅÅÅÅMMDDNNNN``.

    Numbers of other regions keep their own length. Whether the birth date lies in the
    future is not known here; ``parse_identity`` asks for a date and checks it.

    Raises:
        IdentityProblem: ``value`` is not a valid number of ``kind``.
    """

    kind: IdentityKind
    value: str

    def __post_init__(self) -> None:
        if not _SHAPES[self.kind].fullmatch(self.value):
            raise _not_of_kind()
        if self.kind in _CIVIC:
            _check_civic(self.value, self.kind)

    def __repr__(self) -> str:
        return f"IdentityNumber({self.kind.value})"

    @property
    def display(self) -> str:
        """``ÅÅÅÅMMDD-NNNN``; a number of another region as it is, it has no such parts."""
        if self.kind is IdentityKind.OTHER_RESERVE:
            return self.value
        return f"{self.value[:8]}-{self.value[8:]}"

    @property
    def birth_date(self) -> date | None:
        """The birth date in the number; None where it is unknown or only stands in for one.

        In a reserve number the date is what somebody stated, and nothing has verified it.
        """
        if self.kind is IdentityKind.OTHER_RESERVE:
            return None
        day = int(self.value[6:8])
        if self.kind is IdentityKind.SAMORDNINGSNUMMER:
            day -= _DAY_OFFSET
        return _date_or_none(int(self.value[:4]), int(self.value[4:6]), day)

    @property
    def sex(self) -> SexMark | None:
        """The sex the number marks: even third digit or K female, odd or M male; else None."""
        if self.kind in _CIVIC:
            return SexMark.MALE if int(self.value[10]) % 2 else SexMark.FEMALE
        if self.kind is IdentityKind.VGR_LRID:
            return {"K": SexMark.FEMALE, "M": SexMark.MALE}.get(self.value[8])
        return None

    @property
    def system(self) -> System:
        """The identifier system to write it under."""
        return IDENTITY_SYSTEMS[self.kind]


def luhn_digit(nine_digits: str) -> int:
    """Return the check digit for the nine digits ``ÅÅMMDDNNN`` (weights 2, 1, 2 …)."""
    total = 0
    for place, character in enumerate(nine_digits):
        product = int(character) * (2 - place % 2)
        total += product // 10 + product % 10
    return -total % 10


def is_test_series(number: IdentityNumber) -> bool:
    """Is the birth number one of those kept for test persons? True says likely, not proven.

    Source: the Swedish Tax Agency's published test numbers (birth numbers 238, 239, 980-999).
    """
    return number.kind in _CIVIC and number.value[8:11] in _TEST_SERIES


def parse_identity(text: str, *, as_of: date) -> IdentityNumber:
    """Read what somebody typed or pasted: 12 digits, 10 with − or +, or a reserve number.

    Blanks around the number do not count. ``as_of`` decides what − and + mean: − is someone
    who does not turn 100 in that year, + someone who does or already has.

    Raises:
        IdentityProblem: Not a number, a wrong check digit, a date that does not exist or lies
            after ``as_of``, or ten digits without − or +.
    """
    typed = text.strip()
    if _TEN_BARE.fullmatch(typed):
        raise IdentityProblem(
            _("The century cannot be read from ten digits alone."),
            _(
                "Type all twelve digits (YYYYMMDDNNNN), or put a hyphen before the last four: "
                "a plus sign instead for a person who is 100 or older."
            ),
        )
    canonical = _canonical(typed, as_of)
    _refuse_contradiction(typed, canonical, as_of)
    number = IdentityNumber(kind=_kind_of(canonical), value=canonical)
    _refuse_date(number, as_of)
    return number


def parse_identity_as(kind: IdentityKind, text: str, *, as_of: date) -> IdentityNumber:
    """Read a number whose kind is known, as when its system came with it.

    Separators are removed; the only kinds that take ten digits are personnummer and
    samordningsnummer. A number of another region is accepted by its form alone.

    Raises:
        IdentityProblem: It is not a valid number of ``kind``.
    """
    if kind in _CIVIC:
        number = parse_identity(text, as_of=as_of)
        if number.kind is not kind:
            raise _not_of_kind()
        return number
    number = IdentityNumber(kind=kind, value=re.sub(rf"[{_SEPARATORS}]", "", text.strip()))
    _refuse_date(number, as_of)
    return number


def index_keys(number: IdentityNumber) -> tuple[str, ...]:
    """Return what a search index stores for a number: with and without its century.

    Keys are upper case, so that a search need not know the case of a reserve number.
    """
    whole = number.value.upper()
    if number.kind is IdentityKind.OTHER_RESERVE:
        return (whole,)
    return (whole, whole[2:])


def search_keys(text: str) -> tuple[str, ...]:
    """Return what to look up among ``index_keys`` for a typed text; empty if it is no number.

    A key matches whole or as a beginning. Separators, plus signs and blanks do not count. At
    least six digits must come first, so that a name or a room is never taken for a number.
    """
    key = re.sub(rf"[{_SEPARATORS}\s+]", "", text).upper()
    if not re.fullmatch(r"[0-9]{6,12}|[0-9]{6}(?:[0-9]{2})?[A-Z][0-9A-Z]{0,3}", key):
        return ()
    return (key,)


def _canonical(typed: str, as_of: date) -> str:
    if match := _TWELVE.fullmatch(typed):
        return match[1] + match[2]
    if match := _TEN.fullmatch(typed):
        return f"{_year(int(typed[:2]), match[2], as_of):04d}{match[1][2:]}{match[3]}"
    if match := _WITH_LETTERS.fullmatch(typed):
        return match[1] + match[2]
    raise IdentityProblem(
        _("This is not an identity number."),
        _("Type all twelve digits, YYYYMMDDNNNN, or the reserve number as it is written."),
    )


def _refuse_contradiction(typed: str, canonical: str, as_of: date) -> None:
    """A plus sign behind a whole year says the same as the year, or one of them is mistyped."""
    if "+" in typed and int(canonical[:4]) > as_of.year - 100:
        raise IdentityProblem(
            _("The plus sign says 100 years or older, and the year says otherwise."),
            _("Compare the number with the identity document, digit by digit."),
        )


def _year(two_digits: int, separator: str, as_of: date) -> int:
    """The newest year ending so that is not after this year, and a century less with +."""
    newest = as_of.year - (as_of.year - two_digits) % 100
    return newest - 100 if separator == "+" else newest


def _kind_of(canonical: str) -> IdentityKind:
    if _STOCKHOLM.fullmatch(canonical):
        return IdentityKind.OTHER_RESERVE
    if canonical.isdigit():
        day = int(canonical[6:8])
        return _CIVIC[day >= UNKNOWN_DAY]
    for kind in _LETTERED:
        if _SHAPES[kind].fullmatch(canonical):
            return kind
    raise _not_of_kind()


def _check_civic(value: str, kind: IdentityKind) -> None:
    is_samordning = int(value[6:8]) >= UNKNOWN_DAY
    if is_samordning != (kind is IdentityKind.SAMORDNINGSNUMMER):
        raise _not_of_kind()
    if not _date_exists(value):
        raise _no_such_date()
    if not _checks_out(value):
        raise IdentityProblem(
            _("The check digit is wrong."),
            _("Compare the number with the identity document, digit by digit."),
        )


def _date_exists(value: str) -> bool:
    year, month, day = int(value[:4]), int(value[4:6]), int(value[6:8])
    if day == UNKNOWN_DAY:
        return 1 <= month <= 12 and year >= _OLDEST_YEAR
    return _date_or_none(year, month, day % _DAY_OFFSET) is not None


def _checks_out(value: str) -> bool:
    if int(value[6:8]) == UNKNOWN_DAY:  # the library knows no unknown day
        return luhn_digit(value[2:11]) == int(value[11]) and value[8:11] != "000"
    return bool(personnummer.valid(value))


def _date_or_none(year: int, month: int, day: int) -> date | None:
    if year < _OLDEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _refuse_date(number: IdentityNumber, as_of: date) -> None:
    """Refuse a number whose date is none of the calendar's, or has not come yet.

    A lettered reserve number has no check digit: anything of its form is one (``19740917T123`` is
    a GRID), so its date is all that tells it from a slip of the hand. The year is left alone: where
    nothing is known of somebody's birth, VGR writes one of long ago (``17001111A912``).
    """
    if number.kind in _LETTERED and not _in_calendar(number.value):
        raise _no_such_date()
    born = number.birth_date
    if born is None and number.kind is IdentityKind.SAMORDNINGSNUMMER:
        born = date(int(number.value[:4]), int(number.value[4:6]), 1)
    if born is not None and born > as_of:
        raise IdentityProblem(
            _("The date of birth lies in the future."),
            _("Check the year and the century: type all twelve digits."),
        )


def _in_calendar(value: str) -> bool:
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return False
    return True


def _no_such_date() -> IdentityProblem:
    return IdentityProblem(
        _("There is no such date of birth."), _("Check the year, month and day.")
    )


def _not_of_kind() -> IdentityProblem:
    return IdentityProblem(
        _("This is not a valid identity number of that kind."),
        _("Check each character. A reserve number is typed as it is written, letters included."),
    )
