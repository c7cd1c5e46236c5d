"""A straight way is read in one pass, and comes to what the reader of every way comes to."""

from __future__ import annotations

from random import Random

import pytest

from tests.domain.referral.ways import FROM_THE_START, legal, sent, steps_and_sides, ways, written
from workstation.domain.record import Record
from workstation.domain.referral import course
from workstation.domain.referral.course import Course, _Reader, _straight


def by_every_way(records: list[Record]) -> Course:
    return _Reader({record.id: record for record in records}).read()


@pytest.mark.parametrize("type_", FROM_THE_START)
def test_the_shortest_way_to_every_status_is_read_the_same(type_: str) -> None:
    for way in ways(type_).values():
        assert course(way) == by_every_way(way)


@pytest.mark.parametrize("seed", range(12))
def test_a_long_way_with_illegal_steps_on_it_is_read_the_same_in_any_order(seed: int) -> None:
    random = Random(seed)
    way = [sent(random.choice(FROM_THE_START))]
    every = list(steps_and_sides())
    while len(way) < 25:
        step, side = random.choice(every)
        if legal(step, side, way) or random.random() < 0.02:
            way.append(written(step, side, way))
    assert _straight({one.id: one for one in way}) == way
    mixed = random.sample(way, len(way))
    assert course(mixed) == course(way) == by_every_way(way)
    gap = [one for one in way if one is not way[7]]
    assert course(gap) == by_every_way(gap)
