"""The läkemedelsberättelse says what became of every medicine in the period, and why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders as made
from tests.builders import GRACE
from tests.ward import Ward
from workstation.domain.kinds import entity_state
from workstation.domain.medication import OrderState, order_state
from workstation.domain.record import Record
from workstation.operations.medication_account import (
    SECTIONS,
    MedicationAccount,
    account_text,
    medication_account,
    read_account,
)

SINCE, UNTIL = date(2026, 3, 2), date(2026, 3, 9)
_DAY = 24 * 60


def _drug(name: str, day: int, **more: object) -> Record:
    """An order written ``day`` days after the period began."""
    content = {"drug": made.a_drug(name), "written_at": made.a_time(day * _DAY)}
    return made.a_medication_order(**(content | more))


def _order(*records: Record) -> OrderState:
    return order_state(entity_state(records))


def _account(*orders: OrderState) -> MedicationAccount:
    return medication_account(orders, since=SINCE, until=UNTIL, complete=True)


def _told(order: OrderState) -> list[tuple[str, str]]:
    return [(line.change, ". ".join([line.text, *line.details])) for line in _account(order).lines]


def test_a_medicine_started_in_the_period_says_why_and_how_it_is_followed_up() -> None:
    first = _drug(
        "bisoprolol", 1, start="2026-03-03", follow_up="2026-06-01", follow_up_how="blodtryck"
    )
    [(change, text)] = _told(_order(first))
    assert change == "started"
    assert "Insatt 2026-03-03" in text
    assert "Ordinationsorsak: högt blodtryck" in text
    assert "Uppföljning: 2026-06-01 blodtryck" in text


def test_a_change_tells_what_it_was_what_it_is_and_why() -> None:
    first = _drug("ramipril", -100)
    later = made.a_change_of_dose(
        first, drug=made.a_drug("ramipril"), why="högt tryck", written_at=made.a_time(_DAY)
    )
    [(change, text)] = _told(_order(first, later))
    assert change == "changed"
    assert "DOS 2 tabletter på morgonen (tidigare: DOS 1 tablett på morgonen)" in text
    assert "Ändrad 2026-03-03: högt tryck" in text


def test_a_stop_tells_why_and_one_without_a_reason_says_so() -> None:
    first = _drug("naproxen", -100)
    for why, told in (("njursvikt", "njursvikt"), ("", "orsak ej angiven")):
        stop = made.a_stop(first, why=why, written_at=made.a_time(_DAY))
        [(change, text)] = _told(_order(first, stop))
        assert change == "stopped"
        assert f"Utsatt 2026-03-03: {told}" in text


def test_what_was_stopped_before_the_period_is_no_part_of_it() -> None:
    first = _drug("naproxen", -100)
    assert not _account(_order(first, made.a_stop(first, written_at=made.a_time(-_DAY)))).lines


def test_a_medicine_the_patient_had_before_is_not_told_as_started_when_it_is_entered() -> None:
    reported = _drug("levaxin", 1, start="2019", source="own_report")
    assert [change for change, _text in _told(_order(reported))] == ["unchanged"]


def test_a_course_that_came_to_its_planned_end_is_told_as_ended() -> None:
    course = _drug("doxycyklin", -3, start="2026-02-27", planned_stop="2026-03-05")
    [(change, text)] = _told(_order(course))
    assert change == "stopped"
    assert "Avslutad enligt plan 2026-03-05" in text


def test_what_nobody_has_decided_comes_first() -> None:
    first = _drug("waran", -100)
    forked = _order(first, made.a_change_of_dose(first), made.a_stop(first))
    lines = _account(_order(_drug("alvedon", 1)), forked).lines
    assert [line.change for line in lines] == ["undecided", "started"]
    assert "DOS" not in lines[0].text  # nothing is given until somebody decides
    sides = " ".join(lines[0].details)
    assert "DOS 2 tabletter på morgonen" in sides
    assert "Utsatt: bensvullnad" in sides


_ACTIONS = st.lists(
    st.tuples(st.sampled_from(["change", "renew", "pause", "resume", "stop"]), st.integers(0, 9)),
    max_size=5,
)


@settings(max_examples=150)
@given(chains=st.lists(st.tuples(st.integers(-20, 5), _ACTIONS), max_size=4))
def test_every_current_order_is_told_once_in_whatever_order_they_come(
    chains: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    orders = []
    for began, steps in chains:
        records = [_drug("x", began)]
        day = began
        for action, later in steps:
            day = min(day + later, 7)
            last = records[-1]
            bare = action in ("pause", "resume", "stop")
            make = made.a_stop if bare else made.a_change_of_dose
            step = make(
                last, action=action, entity=records[0].entity, written_at=made.a_time(day * _DAY)
            )
            records.append(step)
        orders.append(_order(*records))
    account = _account(*orders)

    current = [order for order in orders if order.current]
    assert len(current) <= len(account.lines) <= len(orders)
    assert _account(*orders[::-1]) == account
    text = account_text(account)
    assert all(line.text in text and line.source in text for line in account.lines)
    assert {line.change for line in account.lines} <= set(SECTIONS)


@pytest.mark.parametrize(("admitted", "since"), [(True, "2026-03-01"), (False, "2026-01-31")])
async def test_it_reaches_back_to_the_admission_else_thirty_days(
    ward: Ward, admitted: bool, since: str
) -> None:
    await ward.put(made.a_patient(), _drug("bisoprolol", 0))
    if admitted:
        await ward.put(made.a_contact())
    line = await ward.cache.patient(GRACE)
    assert line is not None
    account = await read_account(line, records=ward.cache, clock=ward.clock)
    assert account.since.isoformat() == since
    assert "bisoprolol" in account_text(account)
