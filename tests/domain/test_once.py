"""What follows from a frozen object is worked out once, and let go with it."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.once import OncePer


@dataclass(frozen=True)
class _Value:
    number: int


def _doubled(value: _Value) -> int:
    return value.number * 2


def test_one_object_is_asked_about_once_and_its_equal_again() -> None:
    asked: list[int] = []

    def work(value: _Value) -> list[int]:
        asked.append(value.number)
        return [value.number * 2]

    doubled = OncePer(work)
    value, equal = _Value(2), _Value(2)

    assert doubled(value) is doubled(value)
    assert doubled(equal) == doubled(value)
    assert asked == [2, 2]


def test_nothing_is_kept_of_what_is_gone() -> None:
    doubled = OncePer(_doubled)
    values = [_Value(number) for number in range(10)]
    assert [doubled(value) for value in values] == [number * 2 for number in range(10)]
    assert len(doubled) == 10

    values.clear()

    assert len(doubled) == 0


def test_whoever_takes_the_place_of_another_gets_an_answer_of_its_own() -> None:
    doubled = OncePer(_doubled)
    for number in range(1_000):  # nearly all of them at the same place in memory
        assert doubled(_Value(number)) == number * 2
