"""A real server, a bad line in front of it, and real workstations that log in over it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local_cache.cache import Cache, create_cache
from sync.client.connection import Connection
from sync.client.core import Device, Timing
from sync.client.http import HttpServer
from sync.client.login import log_in
from sync.client.synchroniser import Synchroniser
from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.status import Status
from tests.builders import WARD
from tests.server.running import PASSWORD, Pen, Running, running_server
from tests.sync.proxy import Proxy, a_line_to
from workstation.domain.clock import SystemClock, to_millis
from workstation.domain.ids import PatientId
from workstation.domain.record import Record, seal

KEY = bytes(range(32))


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    folder = tmp_path / "server"
    folder.mkdir()
    with running_server(folder) as running:
        yield running


@pytest.fixture
async def line(server: Running) -> AsyncGenerator[Proxy, None]:
    async with a_line_to(server.url) as proxy:
        yield proxy


@dataclass(kw_only=True)
class Workstation:
    """A person at a workstation: real cache, real engine, real HTTP."""

    cache: Cache
    connection: Connection
    engine: Synchroniser
    login: LoginReply
    pen: Pen
    told: list[Status] = field(default_factory=list)

    @property
    def status(self) -> Status:
        return self.engine.status

    async def writes(self, *records: Record) -> None:
        """Save each record as a group of its own, and tell the engine."""
        for record in records:
            await self.cache.save([seal(record, self.pen)])
        self.engine.wake()

    async def until(self, what: Callable[[], bool], *, seconds: float = 20.0) -> float:
        """Wait until something holds; return how many seconds it took."""

        async def holds() -> bool:
            return what()

        return await eventually(holds, seconds=seconds)

    async def sent_everything(self) -> bool:
        unsent = await self.cache.unsent()
        return (unsent.local, unsent.sent) == (0, 0)

    async def until_sent(self, *, seconds: float = 20.0) -> float:
        return await eventually(self.sent_everything, seconds=seconds)

    async def notes(self, patient: PatientId) -> int:
        """Return how many notes of the patient are here."""
        return (await self.cache.counts(patient)).get("note", 0)

    async def until_it_has(self, patient: PatientId, count: int, *, seconds: float = 20.0) -> float:
        """Wait until that many notes of the patient are here."""

        async def has() -> bool:
            return await self.notes(patient) >= count

        return await eventually(has, seconds=seconds)


async def eventually(what: Callable[[], Awaitable[bool]], *, seconds: float) -> float:
    """Wait until something holds; return how many seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < seconds:
        if await what():
            return loop.time() - began
        await asyncio.sleep(0.01)
    raise AssertionError(f"not within {seconds} seconds")


Staffed = Callable[..., "asyncio.Future[Workstation]"]


@pytest.fixture
async def staffed(tmp_path: Path, line: Proxy) -> AsyncGenerator[Staffed, None]:
    """Give a function that seats ``okoro`` or ``lind`` at a workstation of the ward."""
    opened: list[Workstation] = []

    async def seat(user: str, *, url: str = "") -> Workstation:
        pen, device = Pen(), f"PC-{user}"
        tokens: list[str] = [""]
        connection = Connection(url or line.url, token=lambda: tokens[-1])
        reply = await log_in(
            connection,
            LoginRequest(user=user, password=PASSWORD, device=device, public_key=pen.public_key),
        )
        tokens.append(reply.token)
        path = tmp_path / f"{device}.db"
        create_cache(path, KEY, device=device, incarnation=1)
        cache = await Cache.open(path, KEY, clock=SystemClock())
        told: list[Status] = []
        engine = Synchroniser(
            store=cache,
            server=HttpServer(connection),
            timing=Timing(
                wall=lambda: to_millis(SystemClock().now()), random=random.Random(1).random
            ),
            device=Device(name=device, incarnation=1, program="test"),
            units=(WARD,),
            changed=told.append,
        )
        opened.append(
            Workstation(
                cache=cache, connection=connection, engine=engine, login=reply, pen=pen, told=told
            )
        )
        return opened[-1]

    def staffing(user: str, *, url: str = "") -> asyncio.Future[Workstation]:
        return asyncio.ensure_future(seat(user, url=url))

    try:
        yield staffing
    finally:
        for workstation in opened:
            await workstation.engine.stop()
            await workstation.connection.close()
            await workstation.cache.close()
