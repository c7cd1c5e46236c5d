"""What is promised about identity numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from workstation.domain.hsa_id import organisation_number, parse_hsa_id
from workstation.domain.identity import (
    IdentityKind,
    IdentityNumber,
    IdentityProblem,
    SexMark,
    index_keys,
    is_test_series,
    luhn_digit,
    parse_identity,
    parse_identity_as,
    search_keys,
)
from workstation.domain.identity_systems import (
    HSA_SYSTEM,
    IDENTITY_SYSTEMS,
    is_hsa_system,
    kind_of_system,
)
from workstation.domain.problem import Problem

AS_OF = date(2026, 11, 22)
dates = st.dates(min_value=date(1850, 1, 1), max_value=AS_OF)
serials = st.integers(min_value=1, max_value=999)


def civic(born: date, serial: int, *, offset: int = 0) -> str:
    body = f"{born:%Y%m}{born.day + offset:02d}{serial:03d}"
    return body + str(luhn_digit(body[2:]))


@given(born=dates, serial=serials)
def test_every_personnummer_reads_back_with_its_birth_date_and_sex(born: date, serial: int) -> None:
    number = parse_identity(civic(born, serial), as_of=AS_OF)

    assert number.kind is IdentityKind.PERSONNUMMER
    assert number.birth_date == born
    assert number.sex is (SexMark.MALE if serial % 2 else SexMark.FEMALE)
    assert number.display == f"{number.value[:8]}-{number.value[8:]}"


@given(born=dates, serial=serials)
def test_every_samordningsnummer_reads_back_with_its_real_birth_date(
    born: date, serial: int
) -> None:
    number = parse_identity(civic(born, serial, offset=60), as_of=AS_OF)

    assert number.kind is IdentityKind.SAMORDNINGSNUMMER
    assert number.birth_date == born


@given(born=dates, serial=serials)
def test_a_samordningsnummer_with_unknown_day_has_no_birth_date(born: date, serial: int) -> None:
    body = f"{born:%Y%m}60{serial:03d}"

    number = parse_identity(body + str(luhn_digit(body[2:])), as_of=AS_OF)

    assert number.kind is IdentityKind.SAMORDNINGSNUMMER
    assert number.birth_date is None
    assert number.sex is not None


@given(born=dates, serial=serials)
def test_ten_digits_with_their_sign_mean_the_same_person_as_twelve(born: date, serial: int) -> None:
    assume(born.year > AS_OF.year - 200)
    twelve = civic(born, serial)
    sign = "+" if born.year <= AS_OF.year - 100 else "-"

    assert parse_identity(f"{twelve[2:8]}{sign}{twelve[8:]}", as_of=AS_OF).value == twelve


@given(born=dates, serial=serials)
def test_ten_digits_without_a_sign_are_refused_and_told_what_to_type(
    born: date, serial: int
) -> None:
    with pytest.raises(IdentityProblem) as refusal:
        parse_identity(civic(born, serial)[2:], as_of=AS_OF)

    assert refusal.value.advice


def test_the_century_is_never_guessed_for_the_number_everybody_tries() -> None:
    with pytest.raises(IdentityProblem):
        parse_identity("1212121212", as_of=AS_OF)
    assert parse_identity("121212-1212", as_of=AS_OF).birth_date == date(2012, 12, 12)
    assert parse_identity("121212+1212", as_of=AS_OF).birth_date == date(1912, 12, 12)
    assert parse_identity("19121212-1212", as_of=AS_OF).birth_date == date(1912, 12, 12)


def test_a_plus_sign_that_contradicts_the_century_is_refused() -> None:
    written = parse_identity("19121212-1212", as_of=AS_OF)  # as many systems write everybody
    assert parse_identity("19121212+1212", as_of=AS_OF) == written
    with pytest.raises(IdentityProblem):
        parse_identity("20121212+1212", as_of=AS_OF)


def test_the_sign_depends_on_the_date_passed_in_and_on_no_clock() -> None:
    assert parse_identity("121212-1212", as_of=date(2011, 1, 1)).birth_date == date(1912, 12, 12)


@given(born=dates, serial=serials, digit=st.integers(0, 9))
def test_a_wrong_check_digit_is_refused(born: date, serial: int, digit: int) -> None:
    right = civic(born, serial)
    assume(str(digit) != right[-1])

    with pytest.raises(IdentityProblem):
        parse_identity(right[:-1] + str(digit), as_of=AS_OF)


@given(born=dates, serial=serials, place=st.integers(0, 11), zero=st.sampled_from("٠०０𝟎"))
def test_digits_of_other_scripts_are_refused(
    born: date, serial: int, place: int, zero: str
) -> None:
    typed = civic(born, serial)
    foreign = chr(ord(zero) + int(typed[place]))

    with pytest.raises(IdentityProblem):
        parse_identity(typed[:place] + foreign + typed[place + 1 :], as_of=AS_OF)


@given(
    born=dates,
    serial=serials,
    before=st.text(" \t\n\u00a0", max_size=3),
    after=st.text(" \t\n\u00a0", max_size=3),
    separator=st.sampled_from(["", "-", "−", "–", "‑"]),
)
def test_blanks_around_and_any_kind_of_hyphen_inside_do_not_matter(
    born: date, serial: int, before: str, after: str, separator: str
) -> None:
    twelve = civic(born, serial)
    typed = f"{before}{twelve[:8]}{separator}{twelve[8:]}{after}"

    assert parse_identity(typed, as_of=AS_OF).value == twelve


@given(ahead=st.integers(1, 20_000), serial=serials, offset=st.sampled_from([0, 60]))
def test_nobody_is_born_in_the_future(ahead: int, serial: int, offset: int) -> None:
    born = AS_OF + timedelta(days=ahead)

    with pytest.raises(IdentityProblem):
        parse_identity(civic(born, serial, offset=offset), as_of=AS_OF)


@pytest.mark.parametrize(
    ("month", "day"),
    [("00", "01"), ("13", "01"), ("01", "00"), ("01", "32"), ("04", "31"), ("02", "30")]
    + [
        ("02", "29"),
        ("04", "91"),
        ("01", "92"),
        ("13", "60"),
        ("00", "60"),
        ("01", "59"),
    ],
)
def test_a_day_that_is_in_no_calendar_is_refused(month: str, day: str) -> None:
    body = f"1981{month}{day}980"

    with pytest.raises(IdentityProblem):
        parse_identity(body + str(luhn_digit(body[2:])), as_of=AS_OF)


@pytest.mark.parametrize("year", [1904, 1996, 2000, 2024])
def test_the_leap_day_is_accepted_in_leap_years_only(year: int) -> None:
    leap = civic(date(year, 2, 29), 981)

    assert parse_identity(leap, as_of=AS_OF).birth_date == date(year, 2, 29)
    with pytest.raises(IdentityProblem):
        body = f"{year + 1}0229981"
        parse_identity(body + str(luhn_digit(body[2:])), as_of=AS_OF)


@pytest.mark.parametrize("serial", [238, 239, 980, 989, 999])
def test_the_tax_agencys_test_series_are_valid_and_recognised(serial: int) -> None:
    assert is_test_series(parse_identity(civic(date(1957, 4, 27), serial), as_of=AS_OF))
    assert is_test_series(parse_identity(civic(date(1957, 4, 27), serial, offset=60), as_of=AS_OF))
    assert not is_test_series(parse_identity(civic(date(1957, 4, 27), 237), as_of=AS_OF))


def test_the_birth_number_zero_is_no_birth_number() -> None:
    for offset in (0, 60):
        with pytest.raises(IdentityProblem):
            parse_identity(civic(date(1957, 4, 27), 0, offset=offset), as_of=AS_OF)
    with pytest.raises(IdentityProblem):
        parse_identity("195704600" + "00" + str(luhn_digit("570460000")), as_of=AS_OF)


@pytest.mark.parametrize(
    ("typed", "kind", "sex"),
    [
        ("19810829AB12", IdentityKind.NATIONAL_RESERVE, None),
        ("19810829-ZYX9", IdentityKind.NATIONAL_RESERVE, None),
        ("19810829M071", IdentityKind.VGR_LRID, SexMark.MALE),
        ("19810829-K899", IdentityKind.VGR_LRID, SexMark.FEMALE),
        ("20210325X069", IdentityKind.VGR_LRID, None),
        ("19810829M001", IdentityKind.VGR_GRID, None),
        ("19810829k071", IdentityKind.VGR_GRID, None),
        ("17001111A912", IdentityKind.VGR_GRID, None),
        ("991234567890", IdentityKind.OTHER_RESERVE, None),
    ],
)
def test_reserve_numbers_are_told_apart_by_their_form(
    typed: str, kind: IdentityKind, sex: SexMark | None
) -> None:
    number = parse_identity(typed, as_of=AS_OF)

    assert (number.kind, number.sex) == (kind, sex)
    assert number.value == typed.replace("-", "")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "19810829m171x",
        "19810829I112",
        "19810829AI12",
        "19810829IO1",
        "1981-08-29-AB12",
    ]
    + [
        "19121212 1212",
        "19121212--1212",
        "199010010000",
        "22000101980" + "0",
        "SE2321000131",
    ],
)
def test_what_only_looks_like_a_number_is_refused(typed: str) -> None:
    with pytest.raises(IdentityProblem):
        parse_identity(typed, as_of=AS_OF)


@given(digits=st.from_regex(r"99[0-9]{10}", fullmatch=True))
def test_a_reserve_number_of_another_region_is_never_checked_with_luhn(
    digits: str,
) -> None:
    number = parse_identity(digits, as_of=AS_OF)

    assert number.kind is IdentityKind.OTHER_RESERVE
    assert number.display == digits
    assert number.birth_date is None


def test_a_grid_with_the_form_of_an_lrid_keeps_the_kind_its_system_gave() -> None:
    number = parse_identity_as(IdentityKind.VGR_GRID, "19810829-M071", as_of=AS_OF)

    assert number.kind is IdentityKind.VGR_GRID


def test_a_number_under_the_wrong_system_is_refused() -> None:
    with pytest.raises(IdentityProblem):
        parse_identity_as(IdentityKind.SAMORDNINGSNUMMER, "191212121212", as_of=AS_OF)
    with pytest.raises(IdentityProblem):
        parse_identity_as(IdentityKind.VGR_LRID, "20300101M071", as_of=AS_OF)
    with pytest.raises(IdentityProblem):
        IdentityNumber(kind=IdentityKind.PERSONNUMMER, value="191212721216")


def test_the_date_in_a_reserve_number_may_only_stand_in_for_one() -> None:
    assert parse_identity("17001111A912", as_of=AS_OF).birth_date is None
    assert parse_identity("19810829M071", as_of=AS_OF).birth_date == date(1981, 8, 29)


@pytest.mark.parametrize("ending", ["T123", "M071", "AB12"])
@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("19811399", "Födelsedatumet finns inte i kalendern."),
        ("19740931", "Födelsedatumet finns inte i kalendern."),
        ("20230229", "Födelsedatumet finns inte i kalendern."),
        ("00000000", "Födelsedatumet finns inte i kalendern."),
        ("20990101", "Födelsedatumet ligger i framtiden."),
    ],
)
def test_a_reserve_number_with_letters_has_a_day_that_has_been(
    day: str, reason: str, ending: str
) -> None:
    """It has no check digit: of all that is typed wrong in it, only the day can be seen."""
    with pytest.raises(IdentityProblem) as refused:
        parse_identity(day + ending, as_of=AS_OF)
    assert refused.value.message == reason
    assert parse_identity("19740917" + ending, as_of=AS_OF).birth_date == date(1974, 9, 17)


@given(born=dates, serial=serials)
@example(born=date(1912, 12, 12), serial=121)
def test_a_number_is_found_with_and_without_century_and_separator(born: date, serial: int) -> None:
    number = parse_identity(civic(born, serial), as_of=AS_OF)
    whole = number.value
    for typed in (
        whole,
        number.display,
        whole[2:],
        f"{whole[2:8]}-{whole[8:]}",
        f"{whole[2:8]}+{whole[8:]}",
        f"  {whole[:8]} {whole[8:]} ",
    ):
        assert set(search_keys(typed)) & set(index_keys(number))


@given(born=dates, serial=serials)
def test_a_search_with_the_century_never_finds_someone_of_another_century(
    born: date, serial: int
) -> None:
    assume(born.year < 1926)
    older = parse_identity(civic(born, serial), as_of=AS_OF)
    try:
        younger = parse_identity(str(born.year + 100) + older.value[4:], as_of=AS_OF)
    except IdentityProblem:
        return

    assert not set(search_keys(younger.value)) & set(index_keys(older))
    assert set(search_keys(older.value[2:])) & set(index_keys(younger))


@pytest.mark.parametrize("typed", ["19810829m071", "810829-M071", "19810829-M071"])
def test_a_reserve_number_is_found_whatever_case_it_is_typed_in(typed: str) -> None:
    number = parse_identity("19810829M071", as_of=AS_OF)

    assert set(search_keys(typed)) & set(index_keys(number))


@pytest.mark.parametrize("typed", ["", "Anna", "12", "sal 12", "12345", "19١٢1212", "Öberg 4"])
def test_a_name_or_a_room_is_not_searched_for_as_a_number(typed: str) -> None:
    assert search_keys(typed) == ()


def test_no_number_shows_in_a_repr_or_a_log_line() -> None:
    number = parse_identity("191212121212", as_of=AS_OF)
    for shown in (repr(number), str(number), f"{number}", f"{[number]}"):
        assert "1212" not in shown


def test_a_refusal_does_not_carry_the_number_it_refuses() -> None:
    with pytest.raises(IdentityProblem) as refusal:
        parse_identity("191212121213", as_of=AS_OF)

    assert "1212" not in f"{refusal.value!r}{refusal.value.message}{refusal.value.advice}"


@pytest.mark.parametrize("kind", list(IdentityKind))
def test_every_spelling_of_a_system_leads_to_its_kind(kind: IdentityKind) -> None:
    for name in IDENTITY_SYSTEMS[kind].names():
        assert kind_of_system(name) is kind
        assert kind_of_system(f" {name.upper()}/ ") is kind
    assert kind_of_system(IDENTITY_SYSTEMS[kind].emitted) is kind


def test_an_unknown_system_is_no_kind_at_all() -> None:
    assert kind_of_system("http://hl7.org/fhir/sid/us-ssn") is None
    assert kind_of_system("") is None


def test_both_national_spellings_of_the_hsa_system_are_understood() -> None:
    assert is_hsa_system("urn:oid:1.2.752.29.4.19")
    assert is_hsa_system("1.2.752.129.2.1.4.1")
    assert not is_hsa_system("urn:oid:2.5.4.97")
    assert HSA_SYSTEM.emitted == "urn:oid:1.2.752.29.4.19"


def test_an_hsa_id_is_read_with_its_owner() -> None:
    unit = parse_hsa_id("  SE2321000131-E000000000001 ")

    assert unit == "SE2321000131-E000000000001"
    assert organisation_number(unit) == "2321000131"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "SE2321000131",
        "SE2321000131-",
        "SE232100013-E1",
        "NO2321000131-E1",
        "se2321000131-E1",
    ]
    + ["SE2321000131-Å1", "SE2321000131-E 1", "SE2321000131-E1\n-", "SE２321000131-E1"]
    + ["SE2321000131-" + "A" * 19],
)
def test_what_is_no_hsa_id_is_refused_with_advice(typed: str) -> None:
    with pytest.raises(Problem) as refusal:
        parse_hsa_id(typed)

    assert refusal.value.advice


def test_the_longest_hsa_id_is_thirty_one_characters() -> None:
    assert parse_hsa_id("SE2321000131-" + "A" * 18)
