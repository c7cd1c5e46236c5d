"""Twenty-five guidelines, whole, linked to the rules that carry them out."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from workstation.content import shipped
from workstation.content.cases import facts_from
from workstation.content.guidelines import faults, overdue, rules_of

CONTENT = shipped.content()


def test_there_are_twenty_five_and_each_is_carried_out_by_rules() -> None:
    assert len(CONTENT.guidelines) == 25
    assert [one.id for one in CONTENT.guidelines if not rules_of(CONTENT, one.id)] == []
    assert all("## " in one.text for one in CONTENT.guidelines)
    assert all("ej kliniskt godkänt" in one.decided_by for one in CONTENT.guidelines)


def test_a_card_names_the_guideline_it_carries_out() -> None:
    case = {"patient": {"age": 70}, "new_order": {"atc": "M01AE01", "route": "oral"}}
    facts = facts_from(case, as_of=date(2026, 3, 2), name="case")
    assert {g for card in shipped.engine().evaluate(facts) for g in card.guidelines} == {
        "rmr.nsaid"
    }


def test_one_past_its_review_is_overdue_and_not_before() -> None:
    guideline = CONTENT.guidelines[0]
    day = date.fromisoformat(guideline.review_by)
    assert not overdue(guideline, day)
    assert overdue(guideline, day.replace(year=day.year + 1))


@pytest.mark.parametrize(
    "fields",
    [
        {"key_message": " "},
        {"changes": ""},
        {"sources": []},
        {"decided": "i fjol"},
        {"review_by": "2020-01-01"},
        {"valid_until": "2040-01-01"},
        {"version": 0},
    ],
)
def test_an_incomplete_guideline_cannot_be_published(fields: dict[str, object]) -> None:
    first, *others = CONTENT.guidelines
    broken = (msgspec.structs.replace(first, **fields), *others)
    assert faults(msgspec.structs.replace(CONTENT, guidelines=broken))
