"""A thousand simulated clinics, each with bad days of its own; and protocols that must fail there.

One story again: ``python -m tests.simulation SEED``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.simulation.cache_store import caches_in
from tests.simulation.mutants import BREAKS, MUTANTS, NEWER
from tests.simulation.records import pen_of
from tests.simulation.run import broken_in
from tests.simulation.store_server import StoreServer
from tests.simulation.world import Kit

SEEDS = 1_000
CHUNK = 50
SEEDS_FOR_TURNS = 18
SEEDS_FOR_VERSIONS = 30
SEEDS_FOR_MUTANTS = 200
SEEDS_FOR_CACHES = 16
TURNS_AT_CACHES = (7, 15)
SEEDS_FOR_SERVERS = 40
CHUNK_OF_SERVERS = 10
SEEDS_FOR_BOTH = 6
ONCE_BAD = (500553, 501345, 601163, 602261, 610221)
"""Stories beyond the usual ones that ended badly once, each for a reason of its own."""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_whatever_happens_nothing_is_lost_doubled_or_different_in_the_end(first: int) -> None:
    failed = {seed: broken for seed in range(first, first + CHUNK) if (broken := broken_in(seed))}
    assert not failed


@pytest.mark.parametrize("seed", ONCE_BAD)
def test_a_story_that_ended_badly_once_ends_well(seed: int) -> None:
    assert not broken_in(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS_FOR_TURNS))
def test_people_who_may_not_follow_all_units_take_turns_and_nothing_is_lost(seed: int) -> None:
    assert not broken_in(seed, Kit(turns=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS_FOR_CACHES))
def test_the_real_cache_lives_through_the_same(seed: int, tmp_path: Path) -> None:
    kit = Kit(store=caches_in(tmp_path), erases=False, moves=False, turns=seed in TURNS_AT_CACHES)
    assert not broken_in(seed, kit)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS_FOR_SERVERS, CHUNK_OF_SERVERS))
def test_the_real_server_lives_through_the_same(first: int, tmp_path: Path) -> None:
    failed = {
        seed: broken
        for seed in range(first, first + CHUNK_OF_SERVERS)
        if (broken := broken_in(seed, _with_real_server(tmp_path / str(seed))))
    }
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS_FOR_BOTH))
def test_the_real_server_and_the_real_caches_live_through_the_same(
    seed: int, tmp_path: Path
) -> None:
    kit = replace(_with_real_server(tmp_path), store=caches_in(tmp_path), pens=pen_of)
    assert not broken_in(seed, kit)


def _with_real_server(folder: Path, server: type[StoreServer] = StoreServer) -> Kit:
    folder.mkdir(exist_ok=True)
    make = partial(server, folder=folder)
    return Kit(server=make, erases=False, moves=False, forgets=False, most_units=1)


class _NeverNoticesARestore(StoreServer):
    """Believes the file it finds, however old."""

    async def restored(self, backup: Path, *, epoch: str) -> None:
        self.mark_file.unlink()
        await super().restored(backup, epoch=epoch)

    def fresh_epoch(self) -> str:
        return self.epoch or super().fresh_epoch()


@pytest.mark.slow
def test_a_real_server_that_does_not_notice_a_restore_does_not_get_through(tmp_path: Path) -> None:
    assert any(
        broken_in(seed, _with_real_server(tmp_path / str(seed), _NeverNoticesARestore))
        for seed in range(SEEDS_FOR_SERVERS)
    )


@pytest.mark.parametrize("ahead", NEWER)
def test_programs_of_two_versions_get_on_with_each_other(ahead: str) -> None:
    kit = Kit(newer=NEWER[ahead])
    failed = {
        seed: broken for seed in range(SEEDS_FOR_VERSIONS) if (broken := broken_in(seed, kit))
    }
    assert not failed


@pytest.mark.parametrize("name", BREAKS)
def test_what_an_invariant_is_there_for_is_caught_by_that_invariant(name: str) -> None:
    kit = MUTANTS[name]()
    assert any(
        any(broken.startswith(BREAKS[name]) for broken in broken_in(seed, kit))
        for seed in range(SEEDS_FOR_MUTANTS)
    )


@pytest.mark.parametrize("name", MUTANTS)
def test_a_protocol_with_one_thing_wrong_does_not_get_through(name: str) -> None:
    kit = MUTANTS[name]()
    assert any(broken_in(seed, kit) for seed in range(SEEDS_FOR_MUTANTS))


def test_the_same_seed_tells_the_same_story() -> None:
    assert _told(7) == _told(7)


def _told(seed: int) -> list[str]:
    lines: list[str] = []
    broken_in(seed, Kit(), tell=lines.append)
    assert len(lines) > 20
    return lines
