"""A typed dosing is read in one meaning or refused; its words and its short form say the same."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.dosage import (
    DosageProblem,
    daily_amount,
    dosage_runs,
    dosage_words,
    parse_dosage,
    short_form,
)
from workstation.domain.dosage_words import number_words, strength_words
from workstation.domain.medication import Dosage, DosageStep
from workstation.domain.texts import in_language
from workstation.domain.values import Quantity

TYPED = {
    "1+0+1+0": "1 tablett på morgonen och på kvällen",
    "1+1+1 i 7 dagar": "1 tablett på morgonen, mitt på dagen och på kvällen i 7 dagar",
    "2+0+1+0": "2 tabletter på morgonen och 1 tablett på kvällen",
    "1+0+0": "1 tablett på morgonen",
    "0,5+0+0+0": "0,5 tablett på morgonen",
    "0+0+0+1": "1 tablett till natten",
    "1 + 0 + 0 + ½": "1 tablett på morgonen och 0,5 tablett till natten",
    "1+2+3+4": "1 tablett på morgonen, 2 tabletter mitt på dagen, 3 tabletter på kvällen och "
    "4 tabletter till natten",
    "10+0+8+0 E": "10 enheter på morgonen och 8 enheter på kvällen",
    "1+0+1+0 mån ons fre": "1 tablett på morgonen och på kvällen, endast måndag, onsdag och fredag",
    "1+0+1+0 vb": "1 tablett på morgonen och på kvällen vid behov",
    "1x1": "1 tablett 1 gång dagligen",
    "1x2": "1 tablett 2 gånger dagligen",
    "1 X 2": "1 tablett 2 gånger dagligen",
    "1×3": "1 tablett 3 gånger dagligen",
    "1*4": "1 tablett 4 gånger dagligen",
    "2 x 3 i 10 d": "2 tabletter 3 gånger dagligen i 10 dagar",
    "2x3 i 2 v": "2 tabletter 3 gånger dagligen i 14 dagar",
    "1x2 i två veckor": "1 tablett 2 gånger dagligen i 14 dagar",
    "1x2 i en vecka": "1 tablett 2 gånger dagligen i 7 dagar",
    "1x2 i 1 dag": "1 tablett 2 gånger dagligen i 1 dag",
    "1x2 tills vidare": "1 tablett 2 gånger dagligen",
    "1x2 dagligen": "1 tablett 2 gånger dagligen",
    "1x2/dag": "1 tablett 2 gånger dagligen",
    "1 tabl x 2": "1 tablett 2 gånger dagligen",
    "2 kapslar x 1": "2 kapslar 1 gång dagligen",
    "500 mg x 3": "500 mg 3 gånger dagligen",
    "2,5 mg x 1": "2,5 mg 1 gång dagligen",
    "2.5 mg x 1": "2,5 mg 1 gång dagligen",
    "2,50 mg x 1": "2,5 mg 1 gång dagligen",
    "0,125 mg x 1": "0,125 mg 1 gång dagligen",
    "½x2": "0,5 tablett 2 gånger dagligen",
    "1½x2": "1,5 tabletter 2 gånger dagligen",
    "100 µg x 1": "100 mikrogram 1 gång dagligen",
    "100 ug x 1": "100 mikrogram 1 gång dagligen",
    "10 ml x 3": "10 mL 3 gånger dagligen",
    "2 puffar x 2": "2 puffar 2 gånger dagligen",
    "1 droppe x 4": "1 droppe 4 gånger dagligen",
    "5000 IE x 1": "5000 internationella enheter 1 gång dagligen",
    "10000 E x 1": "10\N{NO-BREAK SPACE}000 enheter 1 gång dagligen",
    "1-2x3": "1–2 tabletter 3 gånger dagligen",
    "1–2 x 3": "1–2 tabletter 3 gånger dagligen",
    "1 tablett 2 gånger dagligen": "1 tablett 2 gånger dagligen",
    "1 tablett två gånger om dagen": "1 tablett 2 gånger dagligen",
    "1 tablett 1 gång per dygn": "1 tablett 1 gång dagligen",
    "1 tabl 3 ggr/d": "1 tablett 3 gånger dagligen",
    "1 dagligen": "1 tablett 1 gång dagligen",
    "1 tabl per dag": "1 tablett 1 gång dagligen",
    "1/dygn": "1 tablett 1 gång dagligen",
    "2 tabl 3 ggr dgl": "2 tabletter 3 gånger dagligen",
    "1x3 i 7 dgr": "1 tablett 3 gånger dagligen i 7 dagar",
    "1 kl 8 och kl. 20": "1 tablett klockan 08:00 och 20:00",
    "1 varje dag": "1 tablett 1 gång dagligen",
    "1-2 vid behov högst 4/dygn": "1–2 tabletter vid behov, högst 4 tabletter per dygn",
    "1-2 vb max 8 per dygn": "1–2 tabletter vid behov, högst 8 tabletter per dygn",
    "1 vb": "1 tablett vid behov",
    "1 v.b.": "1 tablett vid behov",
    "1 v b": "1 tablett vid behov",
    "1 vid behov": "1 tablett vid behov",
    "1 vb mot smärta högst 4/dygn": "1 tablett vid behov mot smärta, högst 4 tabletter per dygn",
    "1-2 vb mot ångest och oro, högst 3 per dygn i 5 d": "1–2 tabletter vid behov mot ångest och oro, "
    "högst 3 tabletter per dygn i 5 dagar",
    "10 mg vb högst 40 mg/dygn": "10 mg vid behov, högst 40 mg per dygn",
    "1 vb högst 3 ggr/dygn": "1 tablett vid behov, högst 3 gånger dagligen",
    "1x3 vb": "1 tablett vid behov, högst 3 gånger dagligen",
    "1 tn vb": "1 tablett till natten vid behov",
    "1 var 6:e timme vb högst 4/dygn": "1 tablett vid behov, högst var 6:e timme, "
    "högst 4 tabletter per dygn",
    "1 kl 08 och 20": "1 tablett klockan 08:00 och 20:00",
    "1 kl 8, 14 och 20": "1 tablett klockan 08:00, 14:00 och 20:00",
    "1 kl. 08.30": "1 tablett klockan 08:30",
    "10 mg klockan 21:15": "10 mg klockan 21:15",
    "5 mg mån ons fre": "5 mg varje måndag, onsdag och fredag",
    "5 mg måndag, onsdag och fredag": "5 mg varje måndag, onsdag och fredag",
    "5 mg må on fr": "5 mg varje måndag, onsdag och fredag",
    "5 mg må fr i 7 d": "5 mg varje måndag och fredag i 7 dagar",
    "5 mg fr lö": "5 mg varje fredag och lördag",
    "10 mg på måndagar": "10 mg varje måndag",
    "1x2 lör sön": "1 tablett 2 gånger dagligen, endast lördag och söndag",
    "10 mg 1 gång i veckan": "10 mg 1 gång i veckan",
    "10 mg 1 gång per vecka": "10 mg 1 gång i veckan",
    "10 mg en gång i veckan på måndagar": "10 mg 1 gång i veckan, endast måndag",
    "1 2 ggr i veckan tis fre".replace("1 2", "1 tabl 2"): "1 tablett 2 gånger i veckan, "
    "endast tisdag och fredag",
    "1x2 per vecka": "1 tablett 2 gånger i veckan",
    "1 injektion 1 gång i månaden": "1 injektion 1 gång i månaden",
    "1 var 8:e timme": "1 tablett var 8:e timme",
    "1 var 8 tim": "1 tablett var 8:e timme",
    "1 var sjätte timme i 3 d": "1 tablett var 6:e timme i 3 dagar",
    "1 varannan dag": "1 tablett varannan dag",
    "1 var tredje dag": "1 tablett var 3:e dag",
    "1 var 21:a dag": "1 tablett var 21:a dag",
    "1 plåster var 3:e dygn": "1 plåster var 3:e dag",
    "1 injektion var 12:e vecka": "1 injektion var 12:e vecka",
    "1 injektion var 3:e månad": "1 injektion var 3:e månad",
    "1 tn": "1 tablett till natten",
    "1x1 tn": "1 tablett till natten",
    "1 till natten": "1 tablett till natten",
    "1 vid sänggåendet": "1 tablett till natten",
    "1 på morgonen": "1 tablett på morgonen",
    "1 varje kväll": "1 tablett på kvällen",
    "1 mitt på dagen": "1 tablett mitt på dagen",
    "1 morgon och kväll": "1 tablett på morgonen och på kvällen",
    "1x2 morgon och kväll": "1 tablett på morgonen och på kvällen",
    "1 på morgonen och 2 på kvällen": "1 tablett på morgonen och 2 tabletter på kvällen",
    "1 på morgonen varannan dag": "1 tablett på morgonen varannan dag",
    "1 engångsdos": "1 tablett vid ett tillfälle",
    "2 vid ett tillfälle": "2 tabletter vid ett tillfälle",
    "1x2 med mat": "1 tablett 2 gånger dagligen, med mat",
    "1x2, på fastande mage": "1 tablett 2 gånger dagligen, på fastande mage",
    "1x1 i 7 d, sedan 1x2": "1 tablett 1 gång dagligen i 7 dagar, sedan 1 tablett 2 gånger dagligen",
    "1x1 i 1 v; sedan 2x1 i 1 v därefter 2x2": "1 tablett 1 gång dagligen i 7 dagar, sedan "
    "2 tabletter 1 gång dagligen i 7 dagar, sedan 2 tabletter 2 gånger dagligen",
}

UNCLEAR = (
    "",
    "   ",
    "vb",
    "1",
    "1 tablett",
    "1 gång",
    "1+1",
    "1+1+1+1+1",
    "0+0+0+0",
    "0x2",
    "-1x2",
    "+1",
    ",5x2",
    "2,x2",
    "05x1",
    "00,5x1",
    "1/2x2",
    "1.000 mg x 1",
    "1,500 mg x 1",
    "10 000 E x 1",
    "500x2",
    "2x500",
    "2x500 mg",
    "500 mg 1x3",
    "1 x 2 tabletter",
    "1x25",
    "1x0",
    "1x2x10",
    "2-1x3",
    "1-1x3",
    "1-2 tn",
    "1x2 i 7",
    "1x2 10 d",
    "1x2 i 2 mån",
    "1x2 i veckan",
    "10 mg i veckan",
    "10 mg x 1 i veckan",
    "10 mg 2 gånger i veckan mån",
    "2 gånger i 7 dagar",
    "2 dagligen",
    "5 mg dagligen",
    "1x2 varannan dag",
    "1x3 morgon och kväll",
    "1+0+1+0 2 gånger dagligen",
    "1x2 kl 08",
    "1 kl 24",
    "1 kl 8,14",
    "1 kl 20 och 08",
    "1 kl 0800",
    "1 middag",
    "1 tn tn",
    "1 mån mån",
    "1x2 1x3",
    "1x2 i 7 d i 10 d",
    "1 vb högst 4",
    "1-2 vb högst 1/dygn",
    "1x2 vb högst 4/dygn",
    "1 vb högst 4 mg/dygn",
    "1x1, sedan 1x2",
    "1x1 i 7 d, sedan",
    "1x1 i 7 d, sedan 5 mg x 2",
    "1x2 foo",
    "1x2 i 7 d tills vidare",
    "1x2 tills vidare i 7 d",
    "1x2 tills vidare, sedan 1x1",
    "1 var 4-6:e timme",
    "1-2x3-4",
    "foo",
    "1x2 tabl mg",
    "1x2 💊",
    "١x٢",
    "1x2 mot",
    "1 vb mot",
    "1 vb mot 3",
    "enligt schema",
    "9" * 600,
)


@pytest.mark.parametrize(("typed", "words"), TYPED.items())
def test_what_clinicians_type_is_read_in_one_meaning(typed: str, words: str) -> None:
    dosage = parse_dosage(typed, unit="tablett")

    assert dosage_words(dosage) == words
    assert dosage.text == typed


@pytest.mark.parametrize("typed", TYPED)
def test_the_short_form_reads_back_to_the_same_dosing(typed: str) -> None:
    dosage = parse_dosage(typed, unit="tablett")

    for unit in ("tablett", "", "mg"):
        again = parse_dosage(short_form(dosage, unit=unit), unit=unit)
        assert again.steps == dosage.steps


@pytest.mark.parametrize("typed", TYPED)
def test_every_number_of_the_dosing_is_said_in_the_words(typed: str) -> None:
    for step in parse_dosage(typed, unit="tablett").steps:
        said = dosage_words(Dosage(steps=(step,)))
        numbers = [*step.amounts, step.dose, step.dose_high, step.max_per_day]
        for number in numbers:
            if number is not None and Decimal(number):
                assert number_words(number) in said


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_is_unclear_is_refused_and_never_guessed(typed: str) -> None:
    with pytest.raises(DosageProblem) as caught:
        parse_dosage(typed, unit="tablett")

    assert caught.value.advice
    assert 0 <= caught.value.at <= len(typed)


def test_a_refusal_shows_what_was_understood_and_where_it_stopped() -> None:
    with pytest.raises(DosageProblem) as caught:
        parse_dosage("1x2 i 7 dagar blandat", unit="tablett")

    problem = caught.value
    assert problem.understood == "1 tablett 2 gånger dagligen i 7 dagar"
    assert problem.message.endswith("Stannade vid: blandat")
    assert problem.at == len("1x2 i 7 dagar ")


def test_without_a_unit_a_bare_number_is_refused() -> None:
    with pytest.raises(DosageProblem):
        parse_dosage("1x2", unit="")
    assert dosage_words(parse_dosage("5 mg x 2", unit="")) == "5 mg 2 gånger dagligen"


def test_a_unit_of_its_own_is_shown_as_it_stands() -> None:
    assert dosage_words(parse_dosage("2x1", unit="klyx")) == "2 klyx 1 gång dagligen"


def test_the_same_dosing_is_told_in_english() -> None:
    with in_language("en"):
        assert (
            dosage_words(parse_dosage("2,5 mg x 2 i 7 d", unit=""))
            == "2.5 mg 2 times daily for 7 days"
        )
        assert dosage_words(parse_dosage("1 tn", unit="tablett")) == "1 tablet at night"
        assert (
            dosage_words(parse_dosage("1 var 8:e timme", unit="tablett"))
            == "1 tablet every 8 hours"
        )


def test_amounts_with_their_unit_are_the_strong_runs() -> None:
    runs = dosage_runs(parse_dosage("1-2 vb högst 4/dygn", unit="tablett"))

    assert [run.text for run in runs if run.strong] == ["1–2 tabletter", "4 tabletter"]


def test_imported_words_stand_exactly_as_they_came() -> None:
    assert dosage_words(Dosage(text="Take  1 PO BID / prn")) == "Take  1 PO BID / prn"
    assert dosage_words(Dosage()) == "Dosering ej angiven"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (DosageStep(as_needed=True), "Mängd ej angiven, vid behov"),
        (DosageStep(frequency=3), "Mängd ej angiven, 3 gånger dagligen"),
        (DosageStep(dose="1", frequency=3), "1 (enhet ej angiven) 3 gånger dagligen"),
        (DosageStep(), "Dosering ej angiven"),
    ],
)
def test_what_an_imported_dosing_leaves_out_is_said_to_be_missing(
    step: DosageStep, words: str
) -> None:
    assert dosage_words(Dosage(steps=(step,))) == words


def test_a_rate_is_told_per_hour() -> None:
    step = DosageStep(rate=Quantity(value="83.0", unit="mL/h"))
    assert dosage_words(Dosage(steps=(step,))) == "83 mL per timme"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1+0+2+0", "3"),
        ("1x2", "2"),
        ("1-2x3", "6"),
        ("1 var 8:e timme", "3"),
        ("1 kl 08 och 20", "2"),
        ("1-2 vb högst 4/dygn", "4"),
        ("10 mg 1 gång i veckan", "10"),
        ("5 mg mån ons", "5"),
        ("1x1 i 7 d, sedan 2x2", "4"),
    ],
)
def test_the_daily_amount_is_the_most_of_any_one_day(typed: str, amount: str) -> None:
    assert daily_amount(parse_dosage(typed, unit="tablett")) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1 vb", "10 mg 2 gånger i veckan", "1 var 7:e timme"])
def test_a_daily_amount_that_cannot_be_told_is_not_made_up(typed: str) -> None:
    assert daily_amount(parse_dosage(typed, unit="tablett")) is None
    assert daily_amount(Dosage(text="enligt schema")) is None


@pytest.mark.parametrize(
    ("printed", "safe"),
    [
        ("2.50 mg", "2,5 mg"),
        ("20mg/ml", "20 mg per ml"),
        ("500 mg/30 mg", "500 mg + 30 mg"),
        ("50/500 mikrogram/dos", "50 + 500 mikrogram per dos"),
        ("5 mg/5 mL", "5 mg per 5 mL"),
        ("1.000 mg", "1.000 mg"),
        ("", ""),
    ],
)
def test_a_printed_strength_is_shown_without_slash_and_trailing_zero(
    printed: str, safe: str
) -> None:
    assert strength_words(printed) == safe


_numbers = st.decimals(min_value="0.001", max_value="29", places=3).map(
    lambda d: str(d.normalize())
)
_whole = st.integers(1, 12)


@st.composite
def _plain_steps(draw: st.DrawFn) -> DosageStep:
    dose = format(Decimal(draw(_numbers)), "f")
    days = draw(st.none() | st.integers(1, 90))
    unit = draw(st.sampled_from(["tablett", "kapsel", "mg", "mL", "E", "mikrogram"]))
    shape = draw(st.sampled_from(["often", "hours", "week", "weekdays", "times", "occasions"]))
    if shape == "often":
        return DosageStep(dose=dose, unit=unit, frequency=draw(_whole), days=days)
    if shape == "hours":
        return DosageStep(
            dose=dose, unit=unit, frequency=1, period=draw(_whole), period_unit="h", days=days
        )
    if shape == "week":
        return DosageStep(dose=dose, unit=unit, frequency=draw(_whole), period_unit="wk", days=days)
    if shape == "weekdays":
        weekdays = tuple(sorted(draw(st.sets(st.integers(1, 7), min_size=1))))
        return DosageStep(dose=dose, unit=unit, frequency=1, weekdays=weekdays, days=days)
    if shape == "times":
        hours = sorted(draw(st.sets(st.integers(0, 23), min_size=1, max_size=5)))
        return DosageStep(
            dose=dose, unit=unit, times=tuple(f"{h:02d}:00" for h in hours), days=days
        )
    others = draw(st.tuples(*[st.just("0") | _whole.map(str)] * 3))
    return DosageStep(amounts=(dose, *others), unit=unit, days=days)


@given(_plain_steps())
def test_any_plain_dosing_survives_short_form_and_back(step: DosageStep) -> None:
    dosage = Dosage(steps=(step,))
    line = short_form(dosage)

    again = parse_dosage(line, unit="")

    assert again.steps == dosage.steps, line
    assert dosage_words(again) == dosage_words(dosage)


@given(st.text(max_size=40) | st.text(alphabet="0123456789+-x,./ vbimåndgklhrestu½:", max_size=40))
def test_any_text_is_read_stably_or_refused_with_a_problem(typed: str) -> None:
    try:
        dosage = parse_dosage(typed, unit="tablett")
    except DosageProblem:
        return
    words = dosage_words(dosage)
    assert parse_dosage(short_form(dosage), unit="").steps == dosage.steps
    assert "/" not in words
    assert not re.search(r",\d*0(?!\d)", words)
