"""A typed time is Swedish time that there was, or it is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ui.shell.when import check_born, moment_of
from workstation.domain.values import local_text, millis_of
from workstation.operations.writing import Incomplete


@pytest.mark.parametrize("typed", ["2026-03-29 02:00", "2026-03-29 02:30", "2026-03-29 02:59"])
def test_a_time_that_the_spring_night_left_out_is_refused_never_moved(typed: str) -> None:
    with pytest.raises(Incomplete) as refused:
        moment_of(typed, "effective")
    assert refused.value.fields == ("effective",)


@pytest.mark.parametrize("typed", ["2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 02:30"])
def test_a_time_that_there_was_is_shown_as_it_was_typed(typed: str) -> None:
    moment = moment_of(typed, "effective")
    assert moment is not None
    assert local_text(millis_of(moment)) == typed


@pytest.mark.parametrize("minutes", range(-90, 91, 15))
def test_in_the_hour_the_autumn_night_has_twice_what_was_done_now_was_not_done_an_hour_ago(
    minutes: int,
) -> None:
    now = datetime(2026, 10, 25, 1, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    typed = local_text(int(now.timestamp() * 1000))
    assert moment_of(typed, "actual", now=now) == now.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize(
    ("when", "born", "stands"),
    [
        ("1926-11-22T10:00:00Z", "1941-03-08", False),
        ("1941-03-07T23:30:00Z", "1941-03-08", True),
        ("1998-01-01T10:00:00Z", "1941-03-08", True),
        ("1800-01-01T10:00:00Z", "", True),
        (None, "1941-03-08", True),
    ],
)
def test_nothing_was_measured_before_the_patient_was_born(
    when: str | None, born: str, stands: bool
) -> None:
    if stands:
        check_born(when, born, "effective")
        return
    with pytest.raises(Incomplete):
        check_born(when, born, "effective")
