"""The administration list: every dose at its time, and nothing hidden that has none."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders as made
from workstation.domain.clock import swedish_zone, to_millis
from workstation.domain.dosage import parse_dosage
from workstation.domain.dose_ledger import given_of, ledger
from workstation.domain.dose_standards import Standard, Standards
from workstation.domain.dose_times import CUSTOMARY, DoseTimes, Unlaid, day_bounds
from workstation.domain.doses import DayPlan, NoDose, as_it_stood, doses_on, plan_of_day
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state
from workstation.domain.medication import Dosage, DosageStep, OrderState, order_state
from workstation.domain.record import Record
from workstation.domain.values import Quantity, local_text, utc_text

MONDAY = date(2026, 3, 2)


def _order(*records: Record) -> OrderState:
    return order_state(entity_state(records))


def _typed(line: str, **more: object) -> OrderState:
    content = {"start": "2026-03-02", "dosage": parse_dosage(line, unit="tablett")}
    return _order(made.a_medication_order(**(content | more)))


def _stepped(*steps: DosageStep, **more: object) -> OrderState:
    content = {"start": "2026-03-02", "dosage": Dosage(steps=steps)}
    return _order(made.a_medication_order(**(content | more)))


def _told(plan: DayPlan) -> list[str]:
    return [f"{local_text(dose.at)[11:]} {dose.amount}" for dose in plan.doses]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1+0+1+0", ["08:00 1", "18:00 1"]),
        ("1+1+1+2", ["08:00 1", "12:00 1", "18:00 1", "22:00 2"]),
        ("1x1", ["08:00 1"]),
        ("1x2", ["08:00 1", "20:00 1"]),
        ("1x3", ["08:00 1", "14:00 1", "20:00 1"]),
        ("1x4", ["08:00 1", "12:00 1", "18:00 1", "22:00 1"]),
        ("1 kl 07:30 och 19", ["07:30 1", "19:00 1"]),
        ("1 var 8:e timme", ["00:00 1", "08:00 1", "16:00 1"]),
        ("1 tn", ["22:00 1"]),
    ],
)
def test_a_dosing_is_laid_out_at_its_times(line: str, told: list[str]) -> None:
    assert _told(doses_on(_typed(line), MONDAY + timedelta(days=1))) == told


def test_every_k_hours_counts_from_the_first_dose_and_keeps_the_clock_over_summer_time() -> None:
    order = _typed("1 var 6:e timme", start="2026-03-02T10:30:00+01:00")
    assert _told(doses_on(order, MONDAY)) == ["10:30 1", "16:30 1", "22:30 1"]
    after = [text[:5] for text in _told(doses_on(order, date(2026, 4, 1)))]
    assert after == ["04:30", "10:30", "16:30", "22:30"]


def test_hours_that_do_not_divide_the_day_go_on_across_midnight() -> None:
    order = _typed("1 var 36:e timme")
    days = [_told(doses_on(order, MONDAY + timedelta(days=n))) for n in range(5)]
    assert days == [["08:00 1"], ["20:00 1"], [], ["08:00 1"], ["20:00 1"]]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("1 mån ons fre", [0, 2, 4, 7, 9, 11]),
        ("1 varannan dag", [0, 2, 4, 6, 8, 10, 12]),
        ("1 var 3:e dag", [0, 3, 6, 9, 12]),
        ("1 gång i veckan", [0, 7]),
        ("1x1 i 4 d", [0, 1, 2, 3]),
    ],
)
def test_days_are_those_of_the_dosing(line: str, days: list[int]) -> None:
    order = _typed(f"1 tablett {line}" if line.startswith("1 gång") else line)
    given_on = [n for n in range(14) if doses_on(order, MONDAY + timedelta(days=n)).doses]
    assert given_on == days


def test_steps_follow_each_other_from_the_start() -> None:
    order = _typed("1x1 i 2 d, sedan 2x1 i 2 d, sedan 1 varannan dag")
    told = [_told(doses_on(order, MONDAY + timedelta(days=n))) for n in range(7)]
    one, two = ["08:00 1"], ["08:00 2"]
    assert told == [one, one, two, two, one, [], one]


def test_the_last_day_is_given_and_the_day_after_is_named_as_ended() -> None:
    order = _typed("1x1", planned_stop="2026-03-04")
    assert doses_on(order, date(2026, 3, 4)).doses
    after = doses_on(order, date(2026, 3, 5))
    assert not after.doses
    assert [rest.why for rest in after.resting] == [NoDose.ENDED]
    before = doses_on(order, date(2026, 3, 1))
    assert [rest.why for rest in before.resting] == [NoDose.NOT_STARTED]


@pytest.mark.parametrize("stop", ["2026", "2026-12", "9999-12-31", "9999"])
def test_a_last_day_that_is_not_known_to_the_day_ends_with_its_month_or_year(stop: str) -> None:
    order = _typed("1x1", planned_stop=stop)
    assert doses_on(order, date(2026, 12, 31)).doses
    assert bool(doses_on(order, date(2027, 1, 1)).doses) is stop.startswith("9999")


def test_as_needed_stands_apart_with_its_limit() -> None:
    plan = doses_on(_typed("1-2 vb högst 4/dygn"), MONDAY)
    assert not plan.doses
    assert [part.step.max_per_day for part in plan.as_needed] == ["4"]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (DosageStep(dose="1"), Unlaid.HOW_OFTEN),
        (DosageStep(dose="1", frequency=12), Unlaid.HOW_OFTEN),
        (DosageStep(dose="1", frequency=2, period_unit="wk"), Unlaid.WEEKDAYS),
        (DosageStep(rate=Quantity(value="20", unit="ml/h")), Unlaid.RATE),
        (DosageStep(instruction="enligt schema"), Unlaid.WORDS),
        (DosageStep(dose="1", times=("08:00",), frequency=2), Unlaid.CONTRADICTION),
        (DosageStep(dose="1", times=("morgon",)), Unlaid.WORDS),
    ],
)
def test_what_has_no_times_is_listed_apart_with_the_reason(step: DosageStep, why: Unlaid) -> None:
    plan = doses_on(_stepped(step), MONDAY)
    assert [part.why for part in plan.unplaced] == [why]
    assert not plan.doses


def test_intervals_need_a_first_day_that_is_known() -> None:
    for start in (None, "2026", "2026-03"):
        plan = doses_on(_typed("1 varannan dag", start=start), MONDAY + timedelta(days=40))
        assert [part.why for part in plan.unplaced] == [Unlaid.START]


@pytest.mark.parametrize("action", ["pause", "stop"])
def test_an_order_that_is_paused_or_stopped_gives_none_and_is_named(action: str) -> None:
    first = made.a_medication_order(start="2026-03-01")
    step = made.a_stop(first, action=action)
    plan = doses_on(_order(first, step), MONDAY)
    assert not plan.doses
    expected = {"pause": NoDose.PAUSED, "stop": NoDose.STOPPED}[action]
    assert [rest.why for rest in plan.resting] == [expected]
    assert plan_of_day([_order(first, step)], MONDAY).resting


def test_what_two_people_changed_apart_gives_none_until_somebody_decides() -> None:
    first = made.a_medication_order(start="2026-03-01")
    forked = _order(first, made.a_change_of_dose(first), made.a_stop(first))
    assert [rest.why for rest in doses_on(forked, MONDAY).resting] == [NoDose.UNDECIDED]


def test_a_change_from_tomorrow_leaves_todays_doses_as_they_were() -> None:
    first = made.a_medication_order(start="2026-03-01")
    order = _order(first, made.a_change_of_dose(first, start="2026-03-03"))
    assert _told(doses_on(order, MONDAY)) == ["08:00 1"]
    assert _told(doses_on(order, MONDAY + timedelta(days=1))) == ["08:00 2"]


_NUMBERS = st.sampled_from(["0", "0.5", "1", "2"])
_STEPS = st.builds(
    DosageStep,
    amounts=st.lists(_NUMBERS, max_size=5).map(tuple),
    dose=st.none() | _NUMBERS,
    times=st.lists(st.sampled_from(["00:00", "02:30", "08:00", "23:59", "x"]), max_size=3).map(
        tuple
    ),
    frequency=st.none() | st.integers(1, 30),
    period=st.integers(1, 50),
    period_unit=st.sampled_from(["h", "d", "wk", "mo"]),
    weekdays=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    as_needed=st.booleans(),
    days=st.none() | st.integers(0, 10**9),
)
_STARTS = st.sampled_from([None, "2026", "2026-03", "2026-03-02", "2026-03-02T13:20:00Z"])
_DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@settings(max_examples=300)
@given(steps=st.lists(_STEPS, max_size=3), start=_STARTS, day=_DAYS)
def test_every_order_is_somewhere_and_every_dose_is_on_its_day_in_order(
    steps: list[DosageStep], start: str | None, day: date
) -> None:
    order = _stepped(*steps, start=start)
    plan = doses_on(order, day)

    assert plan.doses or plan.as_needed or plan.unplaced or plan.resting
    first, end = day_bounds(day)
    moments = [dose.at for dose in plan.doses]
    assert all(first <= at < end for at in moments)
    assert moments == sorted(moments)
    assert len({dose.key for dose in plan.doses}) == len(moments)
    assert all(dose.amount is not None and Decimal(dose.amount) for dose in plan.doses)


@settings(max_examples=100)
@given(step=_STEPS, day=_DAYS, many=st.integers(1, 5))
def test_a_days_list_is_the_same_in_whatever_order_its_orders_come(
    step: DosageStep, day: date, many: int
) -> None:
    orders = [_stepped(step), *(_typed("1x2") for _n in range(many))]
    plan, turned = plan_of_day(orders, day), plan_of_day(orders[::-1], day)
    assert [dose.key for dose in plan.doses] == [dose.key for dose in turned.doses]
    assert plan.orders == {order.first.entity for order in orders}


def _moment(hour: int, minute: int = 0) -> str:
    moment = datetime(2026, 3, 3, hour, minute, tzinfo=swedish_zone())
    return utc_text(moment)


def _now(hour: int) -> int:
    return to_millis(datetime(2026, 3, 3, hour, tzinfo=swedish_zone()))


TUESDAY = date(2026, 3, 3)


def test_recording_a_planned_dose_moves_no_row() -> None:
    first = made.a_medication_order(start="2026-03-01", dosage=made.a_dosage("1", "0", "1", "0"))
    plan = plan_of_day([_order(first)], TUESDAY)
    before = ledger(plan, (), day=TUESDAY, now=_now(10))
    dose = made.an_administration(first, planned=_moment(8), actual=_moment(19))
    after = ledger(plan, given_of([entity_state([dose])]), day=TUESDAY, now=_now(20))

    assert [row.late for row in before] == [True, False]
    assert [(row.order, row.at) for row in before] == [(row.order, row.at) for row in after]
    assert [row.recorded for row in after] == [True, False]


def test_a_second_recording_stands_as_an_extra_and_one_without_plan_stands_by_itself() -> None:
    first = made.a_medication_order(start="2026-03-01")
    plan = plan_of_day([_order(first)], TUESDAY)
    doses = [
        made.an_administration(first, planned=_moment(8), actual=_moment(8, 5)),
        made.an_administration(first, planned=_moment(8), actual=_moment(8, 9)),
        made.an_administration(first, actual=_moment(9)),
    ]
    rows = ledger(plan, given_of(map(_alone, doses)), day=TUESDAY, now=_now(10))
    assert [(row.dose is None, len(row.given)) for row in rows] == [(False, 2), (True, 1)]


def test_a_dose_recorded_without_its_planned_time_is_pointed_out_at_the_planned_one() -> None:
    first = made.a_medication_order(start="2026-03-01")
    plan = plan_of_day([_order(first)], TUESDAY)
    loose = made.an_administration(first, actual=_moment(8, 10))
    planned = ledger(plan, given_of([_alone(loose)]), day=TUESDAY, now=_now(10))[0]
    assert not planned.recorded
    assert len(planned.perhaps) == 1


def _alone(record: Record) -> EntityState:
    return entity_state([record])


def test_a_dose_before_its_order_was_written_is_not_late_on_the_first_day_only() -> None:
    told = {}
    for start in ("2026-03-02", "2026-01-01"):
        written = made.a_time(60 * 5)
        order = _order(made.a_medication_order(start=start, written_at=written))
        plan = plan_of_day([order], MONDAY)
        told[start] = ledger(plan, (), day=MONDAY, now=written.millis)[0].late
    assert told == {"2026-03-02": False, "2026-01-01": True}


@given(st.integers(1, 60), st.integers(1, 60))
def test_what_is_done_today_changes_nothing_of_the_plan_of_yesterday(
    before: int, after: int
) -> None:
    first = made.a_medication_order(start="2026-02-01", written_at=made.a_time(-3 * 24 * 60))
    stopped = made.a_stop(first, written_at=made.a_time(after))
    changed = made.a_medication_order(
        entity=first.entity, bases=(first.id,), action="change", written_at=made.a_time(before - 61)
    )
    yesterday = MONDAY - timedelta(days=1)
    whole = as_it_stood(entity_state([first, changed, stopped]), yesterday)
    assert whole is not None
    assert _told(doses_on(whole, yesterday)) == _told(doses_on(_order(first), yesterday))
    undated = made.a_medication_order(start=None, written_at=made.a_time(0))
    assert as_it_stood(entity_state([undated]), yesterday) is None


def test_the_closest_published_times_count() -> None:
    def at(hour: int) -> DoseTimes:
        return DoseTimes(occasions=(time(hour),) * 4, times={})

    ward, other = HsaId("SE1"), HsaId("SE2")
    rows = (
        Standard(times=at(6)),
        Standard(times=at(7), types=frozenset({"municipal"})),
        Standard(times=at(8), units=frozenset({ward})),
    )
    standards = Standards(rows=rows)
    assert standards.of(ward, "municipal") == at(8)
    assert standards.of(other, "municipal") == at(7)
    assert standards.of(other, "ward") == at(6)
    assert Standards().of(other) == CUSTOMARY


def test_a_dose_recorded_by_the_times_of_before_may_be_the_one_that_is_planned_now() -> None:
    first = made.a_medication_order(
        start="2026-03-01", dosage=parse_dosage("1+0+0", unit="tablett")
    )
    given = made.an_administration(
        first, planned="2026-03-02T07:00:00Z", actual="2026-03-02T07:05:00Z"
    )
    early = DoseTimes(occasions=(time(7),) * 4, times=CUSTOMARY.times)
    plan = plan_of_day([_order(first)], MONDAY, early)
    rows = ledger(
        plan,
        given_of([entity_state([given])]),
        day=MONDAY,
        now=to_millis(datetime(2026, 3, 2, 12, tzinfo=swedish_zone())),
    )
    assert [(local_text(row.at)[11:], len(row.perhaps)) for row in rows] == [
        ("07:00", 1),
        ("08:00", 0),
    ]
