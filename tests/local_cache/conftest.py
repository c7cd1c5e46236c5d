"""A real cache on a real disk, a clock that stands where it is put, and a server to sync with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from local_cache.cache import Cache, create_cache
from tests.builders import MORNING
from tests.local_cache.server import FeedServer
from workstation.access.signing import Ed25519Signer
from workstation.domain.clock import from_millis

KEY = bytes(range(32))


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.millis = MORNING + 3_600_000

    def now(self) -> datetime:
        return from_millis(self.millis)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(b"\x07" * 32)


@pytest.fixture
def server() -> FeedServer:
    return FeedServer()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "unit.db"


@pytest.fixture
async def cache(path: Path, clock: SetClock) -> AsyncIterator[Cache]:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    opened = await Cache.open(path, KEY, clock=clock)
    try:
        yield opened
    finally:
        await opened.close()
