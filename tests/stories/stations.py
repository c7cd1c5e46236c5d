"""Workstations without a window: real cache, real engine, real HTTP, a person logged in."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, select

from local_cache.cache import Cache, create_cache
from sync.client.connection import Connection as Line
from sync.client.core import Device, Timing
from sync.client.http import HttpServer
from sync.client.login import log_in
from sync.client.synchroniser import Synchroniser
from sync.protocol.login import LoginRequest
from sync.protocol.status import Status
from tests.builders import WARD
from tests.server.running import PASSWORD, Pen, Running
from tests.sync.conftest import KEY, Workstation, eventually
from workstation.domain.clock import SystemClock, to_millis
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.record import GENESIS, Sealed, chain
from workstation.server import schema
from workstation.server.core import Core


class Seats(Protocol):
    """Seats somebody of ``STAFF`` at a new workstation of a unit, and starts it."""

    async def __call__(
        self, user: str, *, name: str = ..., unit: HsaId = ..., start: bool = ..., url: str = ...
    ) -> Workstation: ...


@asynccontextmanager
async def workstations(running: Running, folder: Path) -> AsyncGenerator[Seats, None]:
    """Give a function that seats people; everything is closed at the end."""
    opened: list[Workstation] = []

    async def seat(
        user: str,
        *,
        name: str = "",
        unit: HsaId = WARD,
        start: bool = True,
        url: str = "",
    ) -> Workstation:
        made = await _seated(
            user,
            unit=unit,
            url=url or running.url,
            path=folder / f"{name or user}.db",
        )
        opened.append(made)
        if start:
            made.engine.start()
        return made

    try:
        yield seat
    finally:
        for each in opened:
            await each.engine.stop()
            await each.connection.close()
            await each.cache.close()


async def _seated(user: str, *, unit: HsaId, url: str, path: Path) -> Workstation:
    pen, device = Pen(), f"PC-{path.stem}"
    tokens: list[str] = [""]
    connection = Line(url, token=lambda: tokens[-1])
    asked = LoginRequest(user=user, password=PASSWORD, device=device, public_key=pen.public_key)
    reply = await log_in(connection, asked)
    tokens.append(reply.token)
    create_cache(path, KEY, device=device, incarnation=1)
    cache = await Cache.open(path, KEY, clock=SystemClock())
    told: list[Status] = []
    engine = Synchroniser(
        store=cache,
        server=HttpServer(connection),
        timing=Timing(wall=now, random=random.Random(1).random),
        device=Device(name=device, incarnation=1, program="test"),
        units=(unit,),
        changed=told.append,
    )
    return Workstation(
        cache=cache, connection=connection, engine=engine, login=reply, pen=pen, told=told
    )


def now() -> int:
    """Return the time, ms UTC."""
    return to_millis(SystemClock().now())


async def entries_in(core: Core, patient: PatientId) -> list[Sealed]:
    """Return a patient's records as the server's database has them, oldest revision first.

    One that has been erased is left out.
    """
    table = schema.entry
    query = (
        select(table.c.raw, table.c.sig, table.c.signer)
        .where(table.c.patient_id == patient.bytes, table.c.raw.is_not(None))
        .order_by(table.c.rev)
    )

    def ask(connection: Connection) -> list[Sealed]:
        rows = connection.execute(query)
        return [Sealed(bytes(r.raw), bytes(r.sig), bytes(r.signer)) for r in rows]

    return await core.database.read(ask)


def entries_of(running: Running, patient: PatientId) -> list[Sealed]:
    """Return :func:`entries_in` of a running server."""
    found: list[Sealed] = running.do(entries_in(running.core, patient))
    return found


def chained(records: list[Sealed]) -> str:
    """Return the head hash (hex) of a stream of these records."""
    head = GENESIS
    for each in records:
        head = chain(head, each.hash)
    return head.hex()


async def until_whole(station: Workstation, patient: PatientId, count: int) -> float:
    """Wait until all of a patient's ``count`` records are here; return the seconds it took."""

    async def there() -> bool:
        heads = {head.p: head for head in await station.cache.heads(WARD)}
        head = heads.get(UUID(bytes=patient.bytes))
        return head is not None and head.rev >= count and await station.cache.is_complete(patient)

    return await eventually(there, seconds=120)


@dataclass(frozen=True)
class _Address:
    url: str


def an_address(url: str) -> Running:
    """Return what a clinic needs of a server that runs elsewhere: where it is."""
    there: Any = _Address(url)
    found: Running = there
    return found
