"""What becomes of rules is summed by week, and a week outside its limits stands out."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workstation.operations.rule_table import table_of_rules
from workstation.operations.tally import Key, Tally, figures

MONDAY = date(2026, 9, 7)


def rows(week: int, shown: int, overridden: int, rule: str = "ddi.x") -> list[tuple[Key, int]]:
    day = (MONDAY + timedelta(weeks=week)).isoformat()
    return [
        ((day, rule, "1.0.0", "order-sign", "shown", ""), shown),
        ((day, rule, "1.0.0", "order-sign", "overridden", "followed"), overridden),
    ]


def test_a_rule_that_suddenly_is_overridden_stands_out_and_comes_first() -> None:
    steady = [row for week in range(8) for row in rows(week, 100, 20, "ddi.steady")]
    jumped = [row for week in range(7) for row in rows(week, 100, 20, "ddi.jumped")]
    jumped += rows(7, 100, 80, "ddi.jumped")
    first, second = figures([*steady, *jumped])
    assert (first.rule, first.stands_out) == ("ddi.jumped", True)
    assert (second.rule, second.stands_out) == ("ddi.steady", False)
    assert second.mean == 0.2
    assert round(second.low, 2) == 0.08, "three sigma of 20 % in a hundred"
    assert round(second.high, 2) == 0.32
    assert second.reasons == (("followed", 160),)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 50), st.integers(0, 50)), max_size=40))
def test_limits_hold_shares_whatever_was_counted(weeks: list[tuple[int, int, int]]) -> None:
    counted = [row for week, shown, more in weeks for row in rows(week, shown + more, more)]
    for one in figures(counted):
        assert 0 <= one.low <= one.high <= 1
        assert one.shown == sum(shown + more for _week, shown, more in weeks)


def test_what_was_taken_is_not_counted_twice() -> None:
    tally = Tally()
    tally.put_back(dict(rows(0, 3, 1)))
    taken = tally.take()
    assert sum(taken.values()) == 4
    assert len(tally) == 0
    tally.put_back(taken)
    tally.put_back(taken)
    assert sum(tally.take().values()) == 8


def test_the_table_says_reasons_period_and_limits_and_neutralises_a_rule_that_is_a_formula() -> (
    None
):
    counted = [row for week in range(8) for row in rows(week, 100, 20, "=ddi.x")]
    counted.append((("2026-09-08", "=ddi.x", "1.0.0", "order-sign", "overridden", ""), 4))
    raw = table_of_rules(figures(counted))
    head, row = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(head, row, strict=True))
    assert told["Regel"] == "'=ddi.x"
    assert (told["Första dag"], told["Sista dag"]) == ("2026-09-07", "2026-10-26")
    assert (told["Visade"], told["Ordinerade ändå"]) == ("800", "164")
    assert told["Ordinerade ändå: Följs upp med prov eller besök"] == "160"
    assert told["Ordinerade ändå: inget skäl angivet"] == "4"
    assert (told["Andel ordinerade ändå"], told["Senaste vecka"]) == ("0,205", "2026-44")
    assert told["Undre styrgräns"] == "0,0839"
    assert told["Utanför gränserna"] == "nej"
