"""Hybrid time keeps cause before effect, whatever the wall clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.clock import HybridClock, HybridTime, from_text, to_millis, to_text
from workstation.domain.ids import uuid7

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class _Hands:
    """A wall clock whose hands a test moves."""

    def __init__(self) -> None:
        self.time = _NOON

    def now(self) -> datetime:
        return self.time


@given(st.lists(st.integers(-5_000, 5_000), max_size=60))
def test_times_given_out_always_grow_even_when_the_wall_clock_is_set_back(steps: list[int]) -> None:
    hands = _Hands()
    clock = HybridClock(hands)
    given_out = [clock.next()]
    for step in steps:
        hands.time += timedelta(milliseconds=step)
        given_out.append(clock.next())
    assert given_out == sorted(set(given_out))


def test_a_record_written_after_reading_another_sorts_after_it() -> None:
    clock = HybridClock(_Hands())
    read = HybridTime(to_millis(_NOON) + 90_000, 3)
    clock.observe(read)
    assert clock.next() > read


def test_a_record_from_a_clock_ten_days_fast_does_not_drag_ours_along() -> None:
    clock = HybridClock(_Hands())
    clock.observe(HybridTime(to_millis(_NOON + timedelta(days=10))))
    assert clock.next().millis == to_millis(_NOON)


def test_more_records_than_ticks_in_one_millisecond_still_grow() -> None:
    clock = HybridClock(_Hands(), HybridTime(to_millis(_NOON), 0xFFFF))
    assert clock.next() == HybridTime(to_millis(_NOON) + 1)


@given(st.integers(0, 4_102_444_800_000))
def test_a_time_survives_its_text(millis: int) -> None:
    assert from_text(to_text(millis)) == millis


@pytest.mark.parametrize("text", ["2026-11-22T14:02:03Z", "2026-11-22 14:02:03.000Z", "i dag", ""])
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|format|match"):
        from_text(text)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_identifier_carries_its_time_and_is_a_version_seven_uuid(
    millis: int, tail: bytes
) -> None:
    made = uuid7(millis, lambda count: tail[:count])
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == millis
