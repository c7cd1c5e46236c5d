"""One problem, one card; and what to choose instead stands on the card that stops the order."""

from __future__ import annotations

from datetime import date
from typing import Any

from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.findings import Card


def cards(order: dict[str, Any], **more: Any) -> tuple[Card, ...]:
    case = {
        "patient": {"age": 60, "sex": "M"},
        "diagnoses": [{"icd10": "J18.9"}],
        "new_order": {"route": "oral"} | order,
    }
    return engine().evaluate(facts_from(case | more, as_of=date(2026, 3, 2), name="cards"))


def test_what_to_choose_instead_stands_on_the_card_that_stops_the_order() -> None:
    (card,) = cards({"atc": "J01FA09"}, medications=[{"atc": "C10AA01", "route": "oral"}])
    assert card.interruptive
    assert card.lead.rule == "ddi.statin-cyp3a4"
    assert [one.rule for one in card.findings][-1] == "rek.pneumoni"


def test_where_nothing_stops_the_order_the_choice_has_a_card_of_its_own() -> None:
    (card,) = cards({"atc": "J01FA09"})
    assert (card.lead.rule, card.interruptive) == ("rek.pneumoni", False)


def test_what_is_chosen_in_general_practice_is_not_held_against_the_drip() -> None:
    assert cards({"atc": "J01DD01", "route": "intravenous"}) == ()


def lab(code: str, value: float, unit: str) -> dict[str, Any]:
    return {"code": code, "value": value, "unit": unit, "date": "2026-02-27"}


def test_one_problem_is_one_card_whatever_the_categories() -> None:
    """A dopamine blocker in Parkinson's disease is one thing to think of, not two."""
    (card,) = cards(
        {"atc": "A03FA01"},
        diagnoses=[{"icd10": "G20"}],
        medications=[{"atc": "N04BA02", "route": "oral"}],
    )
    assert card.interruptive
    assert {one.category for one in card.findings} == {"contraindication", "interaction"}
    assert card.lead.category == "contraindication"


def test_what_rests_on_all_of_another_and_more_names_the_card() -> None:
    (card,) = cards(
        {"atc": "C03DA01"},
        diagnoses=[],
        medications=[{"atc": "C09AA02", "route": "oral"}],
        labs=[lab("P-Kalium", 5.7, "mmol/L"), lab("eGFR", 70, "mL/min/1.73m2")],
    )
    assert card.lead.rule == "ddi.kalium-ras-mra"
    assert "lab.kalium-hojare" in {one.rule for one in card.findings}


def test_what_else_is_said_of_the_same_two_drugs_stands_on_the_same_card() -> None:
    (card,) = cards(
        {"atc": "C07AA07"},
        diagnoses=[],
        medications=[{"atc": "C01BD01", "route": "oral"}],
        labs=[lab("eGFR", 90, "mL/min/1.73m2"), lab("P-TSH", 2, "mIE/L"), lab("QTc", 410, "ms")],
    )
    rules = [one.rule for one in card.findings]
    assert rules[0] == "ddi.qt-qt"
    assert "ddi.amiodaron-betablockerare" in rules


def test_two_pairs_of_drugs_are_two_cards() -> None:
    found = cards(
        {"atc": "J01FA09"},
        diagnoses=[],
        medications=[{"atc": "C10AA01", "route": "oral"}, {"atc": "M04AC01", "route": "oral"}],
    )
    assert len({card.lead.rule for card in found}) == len(found) == 2


def test_a_test_that_was_not_taken_is_no_problem_of_its_own_while_the_order_is_stopped() -> None:
    order = {"atc": "L04AX03", "schedule": "weekly", "dose_per_day": {"value": 10, "unit": "mg"}}
    stopped = cards(order, diagnoses=[{"icd10": "K74.6"}])
    assert [card.lead.rule for card in stopped] == ["dx.metotrexat-lever"]
    assert "lab.metotrexat-kontroll" in {one.rule for one in stopped[0].findings}
    alone = {card.lead.rule for card in cards(order, diagnoses=[])}
    assert "lab.metotrexat-kontroll" in alone
