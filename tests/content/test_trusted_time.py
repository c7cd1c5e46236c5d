"""Content switches by a time that nobody at the workstation can set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workstation.content.trusted_time import FURTHEST_AHEAD_MS, TrustedTime

NOW = 1_800_000_000_000
HOUR = 3_600_000


class Machine:
    """A workstation's two clocks: one that anybody sets, one that nobody does."""

    def __init__(self) -> None:
        self.wall = NOW
        self.passed = 0.0

    def time(self, last_known: int = 0) -> TrustedTime:
        return TrustedTime(
            wall=lambda: self.wall, passed=lambda: self.passed, last_known=last_known
        )


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6))
def test_with_the_servers_word_the_machines_clock_means_nothing(jump: int, later: int) -> None:
    machine = Machine()
    time = machine.time()
    time.met(NOW)
    machine.wall += jump
    machine.passed += later
    assert time.now().millis == NOW + later * 1000


def test_a_clock_that_was_set_back_or_forward_is_called_wrong() -> None:
    for jump in (-2 * HOUR, 2 * HOUR):
        machine = Machine()
        time = machine.time()
        time.met(NOW)
        assert not time.now().wrong
        machine.wall += jump
        assert time.now().wrong


def test_without_the_server_time_never_runs_back_behind_what_was_known() -> None:
    machine = Machine()
    machine.wall = NOW - 30 * 24 * HOUR
    told = machine.time(last_known=NOW).now()
    assert (told.millis, told.wrong) == (NOW, True)


def test_without_the_server_a_year_ahead_is_no_further_than_a_lease() -> None:
    machine = Machine()
    machine.wall = NOW + 365 * 24 * HOUR
    told = machine.time(last_known=NOW).now()
    assert (told.millis, told.wrong) == (NOW + FURTHEST_AHEAD_MS, True)


def test_a_workstation_that_never_met_a_server_has_its_own_clock_only() -> None:
    assert Machine().time().now().millis == NOW
