"""A thousand referrals with bad days of their own; and rules that must fail there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from tests.simulation import referrals as simulated
from tests.simulation.referrals import broken_in
from workstation.domain.ids import HsaId
from workstation.domain.referral import Meeting, Standing

SEEDS = 1_000
CHUNK = 100
SEEDS_FOR_MUTANTS = 120

reading: Any = import_module("workstation.domain.referral.course")
states: Any = import_module("workstation.domain.referral.state")
lines: Any = import_module("workstation.domain.referral.lines")


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_referral_ends_or_is_watched_by_exactly_one_whatever_happens(first: int) -> None:
    failed = {seed: why for seed in range(first, first + CHUNK) if (why := broken_in(seed))}
    assert not failed


@pytest.mark.parametrize("seed", [50_011])
def test_a_seed_that_was_broken_once_stays_whole(seed: int) -> None:
    assert not broken_in(seed)


def everything_commutes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "meeting", lambda _one, _other: Meeting.BOTH)


def steps_are_read_as_they_came(patch: pytest.MonkeyPatch) -> None:
    def as_they_came(self: Any, ids: Any) -> list[Any]:
        done: list[Any] = []
        left = [i for i in self._by_id if i in ids]
        while left:
            each = next(i for i in left if all(b in done for b in self._past[i] & ids))
            left.remove(each)
            done.append(each)
        return done

    patch.setattr(reading._Reader, "_order", as_they_came)


def what_was_overtaken_is_refused(patch: pytest.MonkeyPatch) -> None:
    take_in = simulated._take_in

    def only_on_top(world: Any, record: Any) -> None:
        heads = simulated.entity_state(world.server.values()).line.heads
        if {head.id for head in heads} - set(record.bases) and record.kind != "acknowledgement":
            world.refused.append(record)
        else:
            take_in(world, record)

    patch.setattr(simulated, "_take_in", only_on_top)


def what_was_overtaken_is_dropped(patch: pytest.MonkeyPatch) -> None:
    take_in = simulated._take_in

    def dropped(world: Any, record: Any) -> None:
        take_in(world, record)
        if record.id in world.server:
            taken = simulated.course(world.server.values()).of(record.id)
            if taken is not None and taken.standing is Standing.LATE:
                del world.server[record.id]

    patch.setattr(simulated, "_take_in", dropped)


def an_end_hides_what_nobody_has_seen(patch: pytest.MonkeyPatch) -> None:
    unseen = states._unseen

    def hidden(state: Any, way: Any, point: Any, answers: Any) -> Any:
        return () if point.status == "cancelled" else unseen(state, way, point, answers)

    patch.setattr(states, "_unseen", hidden)


def two_watch_after_a_move(patch: pytest.MonkeyPatch) -> None:
    owners = lines._owners

    def both(referral: Any, rules: Any) -> Any:
        found = owners(referral, rules)
        moved = referral.owner_unit != referral.request_record.author.unit
        former = referral.request_record.author
        return found + tuple(_for(work, former) for work in found if moved)

    patch.setattr(lines, "_owners", both)


def _for(work: Any, author: Any) -> Any:
    return replace(work, unit=author.unit, person=author.hsa_id)


def a_move_of_the_watch_leaves_nobody(patch: pytest.MonkeyPatch) -> None:
    after = reading._moved

    def moved(point: Any, record: Any) -> Any:
        now = after(point, record)
        away = record.kind == "referral_watch"
        return replace(now, owner_unit=HsaId(""), owner=HsaId("")) if away else now

    patch.setattr(reading, "_moved", moved)


def rivals_count_as_they_are_read(patch: pytest.MonkeyPatch) -> None:
    meet = reading._Reader._let_meet

    def decided(self: Any, order: Any, standings: Any) -> None:
        meet(self, order, standings)
        for each, standing in standings.items():
            if standing is Standing.RIVAL:
                standings[each] = Standing.COUNTS

    patch.setattr(reading._Reader, "_let_meet", decided)


MUTANTS: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    everything_commutes,
    steps_are_read_as_they_came,
    what_was_overtaken_is_refused,
    what_was_overtaken_is_dropped,
    an_end_hides_what_nobody_has_seen,
    two_watch_after_a_move,
    a_move_of_the_watch_leaves_nobody,
    rivals_count_as_they_are_read,
)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: str(each.__name__))
def test_a_rule_that_is_wrong_is_found(
    mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)
    assert any(_breaks(seed) for seed in range(SEEDS_FOR_MUTANTS))


def _breaks(seed: int) -> bool:
    try:
        return bool(broken_in(seed))
    except (KeyError, IndexError, StopIteration, ValueError, AssertionError):
        return True  # a wrong rule may leave the story without sense
