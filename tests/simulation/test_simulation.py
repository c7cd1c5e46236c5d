"""A thousand simulated clinics, each with bad days of its own; and protocols that must fail there.

One story again: ``python -m tests.simulation SEED``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.cache_store import caches_in
from tests.simulation.mutants import MUTANTS
from tests.simulation.run import broken_in
from tests.simulation.world import Kit

SEEDS = 1_000
CHUNK = 50
SEEDS_FOR_MUTANTS = 200
SEEDS_FOR_CACHES = 25


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_whatever_happens_nothing_is_lost_doubled_or_different_in_the_end(first: int) -> None:
    failed = {seed: broken for seed in range(first, first + CHUNK) if (broken := broken_in(seed))}
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS_FOR_CACHES))
def test_the_real_cache_lives_through_the_same(seed: int, tmp_path: Path) -> None:
    kit = Kit(store=caches_in(tmp_path), erases=False, moves=False)
    assert not broken_in(seed, kit)


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
