"""A workstation without a screen: a cache, an engine and a line to a running server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local_cache.cache import Cache, Changed, create_cache
from sync.client.connection import Connection
from sync.client.core import Device, Timing
from sync.client.http import HttpServer
from sync.client.synchroniser import Synchroniser
from workstation import VERSION
from workstation.bench.house import DEVICE, House
from workstation.bench.measurer import KEY, UNIT
from workstation.domain.clock import SystemClock, to_millis


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A workstation without a screen, following the unit."""

    cache: Cache
    engine: Synchroniser
    stirred: asyncio.Event

    async def until(self, so: Callable[[], Awaitable[bool]]) -> None:
        """Wait until ``so`` answers yes; it is asked when cache or engine say that something moved."""
        async with asyncio.timeout(120):
            while not await so():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stirred.wait(), 0.1)
                self.stirred.clear()

    async def position(self) -> int:
        """Return how far the unit's feed has been read; -1 before its list is."""
        return (await self.cache.standing()).cursors.get(UNIT, -1)

    async def loaded(self) -> bool:
        if self.engine.status.loading is not None:
            return False
        return await self.position() >= 0 and not await self.cache.wanted(most=1)

    async def received(self) -> bool:
        unsent = await self.cache.unsent()
        return unsent.local == 0 and unsent.sent == 0


@asynccontextmanager
async def seated(path: Path, house: House, *, device: str = DEVICE) -> AsyncIterator[Seat]:
    """Give a workstation on a new cache; its engine has yet to be started."""
    create_cache(path, KEY, device=device, incarnation=1)
    token = house.log_in().token
    clock = SystemClock()
    cache = await Cache.open(path, KEY, clock=clock)
    connection = Connection(house.url, token=lambda: token)
    stirred = asyncio.Event()
    engine = Synchroniser(
        store=cache,
        server=HttpServer(connection),
        timing=Timing(wall=lambda: to_millis(clock.now()), random=random.random),
        device=Device(name=device, incarnation=1, program=VERSION),
        units=[UNIT],
        changed=lambda _status: stirred.set(),
    )

    def written(_changed: Changed) -> None:
        engine.wake()
        stirred.set()

    cache.on_change(written)
    try:
        yield Seat(cache=cache, engine=engine, stirred=stirred)
    finally:
        await engine.stop()
        await connection.close()
        await cache.close()
