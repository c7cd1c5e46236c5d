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
