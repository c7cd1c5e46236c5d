"""A dosing that says when and not how much is asked for it; what is refused says what to write."""

import pytest

from workstation.domain.dosage import (
    AmountMissing,
    DosageProblem,
    amount_problem,
    dosage_words,
    parse_dosage,
)

ASKED = {
    "vid behov högst 4/dygn": "Mängd ej angiven, vid behov, högst 4 tabletter per dygn",
    "vb": "Mängd ej angiven, vid behov",
    "vb mot smärta max 4/d": "Mängd ej angiven, vid behov mot smärta, högst 4 tabletter per dygn",
    "vb högst 2000 mg/dygn": "Mängd ej angiven, vid behov, högst 2000 mg per dygn",
    "vid behov max 3 ggr/dygn": "Mängd ej angiven, vid behov, högst 3 gånger dagligen",
    "varannan dag": "Mängd ej angiven, varannan dag",
    "måndag och torsdag": "Mängd ej angiven, varje måndag och torsdag",
    "till natten": "Mängd ej angiven, till natten",
    "morgon och kväll i 7 d": "Mängd ej angiven, på morgonen och på kvällen i 7 dagar",
    "2 ggr dagligen": "Mängd ej angiven, 2 gånger dagligen",
    "1 gång i veckan": "Mängd ej angiven, 1 gång i veckan",
    "kl 08 och 20": "Mängd ej angiven, klockan 08:00 och 20:00",
    "varannan dag i 7 d, sedan 1x1": "Mängd ej angiven, varannan dag i 7 dagar, "
    "sedan 1 tablett 1 gång dagligen",
}


@pytest.mark.parametrize(("typed", "words"), ASKED.items())
def test_a_line_that_says_when_and_not_how_much_is_understood_and_asked_how_much(
    typed: str, words: str
) -> None:
    with pytest.raises(AmountMissing) as caught:
        parse_dosage(typed, unit="tablett")

    assert caught.value.message == "Hur mycket åt gången?"
    assert caught.value.understood == words
    whole = parse_dosage(typed, unit="tablett", amount="250 mg" if "mg" in typed else "2")
    said = "250 mg" if "mg" in typed else "2 tabletter"
    assert dosage_words(whole).startswith(said)
    assert whole.text.endswith(typed)
    assert parse_dosage(whole.text, unit="tablett").steps == whole.steps


@pytest.mark.parametrize(
    "amount", ["1x2", "1+1", "1 vb", "foo", "0", "1 tn", "2-1", "1/2", "högst"]
)
def test_what_is_no_amount_is_not_put_into_a_line(amount: str) -> None:
    assert amount_problem(amount, unit="tablett")
    with pytest.raises(DosageProblem):
        parse_dosage("vid behov högst 4/dygn", unit="tablett", amount=amount)


@pytest.mark.parametrize("amount", ["1", "1-2", "½", "0,5", "1 tabl", "500 mg", ""])
def test_an_amount_is_said_as_in_a_line(amount: str) -> None:
    assert not amount_problem(amount, unit="tablett")


def test_an_amount_beside_a_line_that_says_one_changes_nothing() -> None:
    assert parse_dosage("1x2", unit="tablett", amount="3") == parse_dosage("1x2", unit="tablett")


def test_a_day_s_most_below_one_dose_is_refused_and_never_counted_in_another_unit() -> None:
    with pytest.raises(DosageProblem, match="inte entydig") as caught:
        parse_dosage("vid behov högst 4/dygn", unit="tablett", amount="500 mg")

    assert "Skriv ut enheten" in caught.value.advice


INSTEAD = {
    "v 1: 1x1, v 2: 1x2": "1x1 i 7 d, sedan 1x2",
    "1x1, 1x2": "1x1 i 7 d, sedan 1x2",
    "1-0-1": "1+0+1",
    "1+1": "1x2",
    "1x2 fr.o.m. måndag": "egna fält",
    "1x2 t o m fredag": "egna fält",
    "1x2 fr måndag": "egna fält",
    "1x1 p o": "Administreringssätt",
    "40 mg sc x 1": "Administreringssätt",
    "1 t x 3": "tabl eller tim",
    "1 vid smärta": "1 vb mot smärta",
    "1 g vb x 4": "högst 4 ggr/dygn",
    "1x2-3": "1-2x3",
    "1 mån-fre": "mån tis ons tors fre",
    "1 varje vardag": "mån tis ons tors fre",
    "1 jämna dagar": "varannan dag",
    "1 middag": "lunch eller kväll",
    "1 till frukost": "på morgonen",
    "10 mg/vecka": "1 gång i veckan",
    "10 mg 1 g/v": "ggr",
    "100 mL/h": "100 ml varje timme",
    "5 ml/tim i 2 d": "100 ml varje timme",
    "100 ml per timme": "100 ml varje timme",
    "100 ml i timmen": "100 ml varje timme",
    "1 mg/min": "hur mycket per timme",
    "10 mg/kg 3 ggr/dygn": "uträknad för den här patienten",
    "1 ml i veckan": "1 gång i veckan",
    "1 vb högst var 6:e timme": "1 var 6:e timme vb",
    "vid behov 1 tablett": "Börja med hur mycket",
    "enligt ordination": "Börja med hur mycket",
    "på morgonen och 2 till natten": "Börja med hur mycket",
}


@pytest.mark.parametrize(("typed", "instead"), INSTEAD.items())
def test_what_is_refused_says_what_to_write_instead(typed: str, instead: str) -> None:
    with pytest.raises(DosageProblem) as caught:
        parse_dosage(typed, unit="tablett")

    assert instead in caught.value.advice


@pytest.mark.parametrize(
    "typed", ["vid behov h", "vb mot smärta högst", "vb max 4", "till natten fo"]
)
def test_while_a_line_that_only_says_when_is_typed_on_the_amount_goes_on_being_asked(
    typed: str,
) -> None:
    with pytest.raises(DosageProblem) as caught:
        parse_dosage(typed, unit="tablett")

    assert caught.value.asks_amount
    assert caught.value.understood.startswith("Mängd ej angiven")
    assert typed[caught.value.at :] in caught.value.message


@pytest.mark.parametrize("typed", ["1x2 foo", "vid behov 1 tablett", "vi", "1 vb max 4", ""])
def test_how_much_is_not_asked_where_it_is_said_or_nothing_is_understood(typed: str) -> None:
    with pytest.raises(DosageProblem) as caught:
        parse_dosage(typed, unit="tablett")

    assert not caught.value.asks_amount
