"""Every store in turn: the model of the simulation, and the real cache."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from local_cache.cache import Cache, create_cache
from tests.contracts.scene import KEY, Hand, Scene
from tests.simulation.model_store import ModelStore


@pytest.fixture(params=["model", "cache"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Scene]:
    clock = Hand()
    if request.param == "model":
        yield Scene(ModelStore("here", now=lambda: clock.seconds), clock)
        return
    create_cache(tmp_path / "unit.db", KEY, device="here", incarnation=1)
    cache = await Cache.open(tmp_path / "unit.db", KEY, clock=clock)
    try:
        yield Scene(cache, clock)
    finally:
        await cache.close()
