"""Run one story from its seed."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.loop import Stuck, run_virtually
from tests.simulation.world import Kit, World


def _nobody(_: str) -> None:
    """Nobody listens."""


def broken_in(
    seed: int, kit: Kit | None = None, *, tell: Callable[[str], None] = _nobody
) -> list[str]:
    """Return the invariants that the story of ``seed`` broke, each once; none is an empty list."""

    async def story() -> list[str]:
        world = World(seed, kit or Kit(), tell=tell)
        try:
            return await world.story()
        finally:
            world.let_go()

    try:
        broken = run_virtually(story())
    except Stuck as stuck:
        broken = [f"I8 {stuck}"]
    except KeyError:
        if kit is None:
            raise
        broken = ["a mutant's store contradicts itself"]
    return sorted(set(broken))
