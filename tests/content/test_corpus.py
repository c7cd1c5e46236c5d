"""Cases nobody built the content from: the right tier, silence, and few cards."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from workstation.content.cases import answers, facts_from
from workstation.content.patches import AS_OF
from workstation.content.shipped import engine

CORPUS = Path(__file__).parent / "corpus"
Case = dict[str, Any]


@cache
def cases(name: str) -> list[Case]:
    """Read one file of the corpus, with days as the contract writes them: text."""
    loaded = yaml.load((CORPUS / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)
    return [_typed(entry) for entry in loaded]


def _typed(value: Any, name: str = "") -> Any:
    """Give numbers and truths back what the plain reader leaves as text."""
    if isinstance(value, dict):
        return {key: _typed(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_typed(part, name) for part in value]
    if value in ("true", "false"):
        return value == "true"
    numbers = ("value", "age", "weight_kg", "height_cm", "gestational_week")
    return float(value) if name in numbers else value


def said(case: Case) -> list[Case]:
    plain = {key: part for key, part in case.items() if key not in ("id", "expect")}
    facts = facts_from(plain, as_of=AS_OF, name=case.get("id", "case"))
    return answers(engine(), {"case": facts})["case"]


def fits(card: Case, expected: str) -> bool:
    category, severity, *mark = expected.split()
    flag = {"!": True, "-": False}.get(mark[0] if mark else "", card["interruptive"])
    return (card["category"], card["severity"], card["interruptive"]) == (category, severity, flag)


def pair(one: str, other: str) -> Case:
    order = {"atc": other, "route": "oral"}
    listed = [{"atc": one, "route": "oral"}]
    return {"patient": {"age": 50.0, "sex": "M"}, "medications": listed, "new_order": order}


def _pairs(name: str) -> list[tuple[str, str, str]]:
    return [
        (entry["pair"], *couple)
        for entry in cases(name)
        for one in entry["one"]
        for other in entry["other"]
        for couple in ((one, other), (other, one))
    ]


@pytest.mark.parametrize("name", [entry["pair"] for entry in cases("high_priority")])
def test_each_member_of_a_published_high_priority_pair_interrupts_both_ways(name: str) -> None:
    missed = [
        (one, other)
        for found, one, other in _pairs("high_priority")
        if found == name
        and not any(
            card["category"] == "interaction"
            and card["severity"] == "critical"
            and card["interruptive"]
            and {one, other} <= set(card["about"])
            for card in said(pair(one, other))
        )
    ]
    assert missed == []


def test_no_member_of_a_published_low_priority_pair_interrupts() -> None:
    loud = [
        (name, one, other, card["rule"])
        for name, one, other in _pairs("low_priority")
        for card in said(pair(one, other))
        if card["interruptive"] and card["category"] == "interaction"
    ]
    assert loud == []


@pytest.mark.parametrize("case", cases("speaks"), ids=lambda case: case["id"])
def test_it_speaks_in_the_right_tier(case: Case) -> None:
    found = said(case)
    for expected in case["expect"]:
        assert any(fits(card, expected) for card in found), [
            (card["rule"], card["category"], card["severity"], card["interruptive"])
            for card in found
        ]


@pytest.mark.parametrize("case", cases("silent"), ids=lambda case: case["id"])
def test_it_stays_silent(case: Case) -> None:
    assert [(card["rule"], card["severity"]) for card in said(case)] == []


def test_what_published_lists_and_product_texts_name_speaks_in_the_right_tier() -> None:
    missed = {
        case["id"]: (expected, [(card["rule"], card["severity"]) for card in found])
        for case in (
            *cases("one_drug_speaks"),
            *cases("examined_speaks"),
            *cases("measured_speaks"),
            *cases("unseen_speaks"),
        )
        for found in (said(case),)
        for expected in case["expect"]
        if not any(fits(card, expected) for card in found)
    }
    assert missed == {}


def test_what_suits_its_patient_is_met_with_silence() -> None:
    loud = {
        case["id"]: [(card["rule"], card["severity"]) for card in found]
        for case in (
            *cases("one_drug_silent"),
            *cases("examined_silent"),
            *cases("measured_silent"),
            *cases("unseen_silent"),
        )
        if (found := said(case))
    }
    assert loud == {}


def test_an_order_gives_one_card_at_the_most_on_the_average() -> None:
    names = (
        "speaks",
        "silent",
        "one_drug_speaks",
        "one_drug_silent",
        "examined_speaks",
        "examined_silent",
        "measured_speaks",
        "measured_silent",
        "unseen_speaks",
        "unseen_silent",
    )
    orders = [case for name in names for case in cases(name) if case.get("new_order")]
    assert len(orders) >= 200
    assert sum(len(said(case)) for case in orders) <= len(orders)
