"""Two treatments meet when they are taken at the same time, today or next week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from workstation.content.cases import facts_from
from workstation.content.shipped import engine

TODAY = date(2026, 3, 2)


def speaks(listed: dict[str, Any], **order: Any) -> bool:
    case = {
        "patient": {"age": 50, "sex": "M"},
        "medications": [{"atc": "B01AA03", "route": "oral"} | listed],
        "new_order": {"atc": "M01AE01", "route": "oral"} | order,
    }
    cards = engine().evaluate(facts_from(case, as_of=TODAY, name="overlap"))
    return any(card.lead.category == "interaction" for card in cards)


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("status", ["active", "planned"])
def test_what_starts_within_a_week_is_weighed_with_the_order_of_today(status: str) -> None:
    assert speaks({"start": in_days(7), "status": status})
    assert not speaks({"start": in_days(8), "status": status})


def test_a_course_that_is_over_before_the_other_starts_meets_nothing() -> None:
    assert not speaks({"start": in_days(5)}, planned_stop=in_days(4))
    assert speaks({"start": in_days(5)}, planned_stop=in_days(5))


def test_what_was_cancelled_or_is_replaced_never_starts() -> None:
    assert not speaks({"start": in_days(3), "status": "cancelled"})
    assert not speaks({"start": in_days(3)}, replaces="B01AA03")


def test_the_next_step_of_a_planned_dose_is_no_second_treatment() -> None:
    case = {
        "patient": {"age": 50, "sex": "M"},
        "medications": [{"atc": "N06AB06", "route": "oral", "start": in_days(7)}],
        "new_order": {"atc": "N06AB06", "route": "oral", "planned_stop": in_days(6)},
    }
    assert engine().evaluate(facts_from(case, as_of=TODAY, name="step")) == ()
