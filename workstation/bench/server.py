"""The record server under a ward's load, on loopback: authorised, audited, durable.

The server is a process of its own; the load comes from this one, on the same cores. That what
is measured is the server: every request is built and signed before the clock starts, and a line
(``workstation.bench.line``) is a bare socket that reads no more of an answer than its length.
What the load itself takes of a core is a figure beside the others.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from sync.protocol.messages import (
    ManifestReply,
    ManifestRequest,
    Message,
    PullRequest,
    PushRequest,
    Span,
    StreamRequest,
)
from workstation.bench import Measured, at_least, at_most
from workstation.bench.crowd import crowd_records
from workstation.bench.house import House, a_group, login_body, post, resident_mb, running
from workstation.bench.line import Line, request_bytes
from workstation.bench.material import a_note, region_records
from workstation.bench.measurer import UNIT
from workstation.bench.timing import percentile
from workstation.domain.record import Sealed

PATIENTS = 300
_CHARTS = 4_000
_LINES = 24
_REQUESTS = 4_000
_LOGINS = 100
_LOGIN_LINES = 8
_LOGINS_A_SECOND = 5_000 / 300


def run() -> Iterator[Measured]:
    """Measure an idle server's memory, mixed requests a second with their p95, and logins."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), patients()) as house:
        yield from measure(house, "server")


def patients() -> Iterator[tuple[UUID, Sequence[Sealed]]]:
    """Yield whom the server knows: some with whole charts, many with nothing but who they are."""
    for number, (patient, records) in enumerate(region_records(_CHARTS)):
        yield patient, (*records, a_note(patient, number))
    yield from crowd_records(PATIENTS)


def measure(house: House, name: str) -> Iterator[Measured]:
    """Load a running server, and say what it bore."""
    idle = resident_mb(house.pid)
    if idle is not None:
        yield at_most(name, "memory, idle", idle, "MB", 150)
    mixed = _mixed(house, _REQUESTS)
    before = time.process_time()
    seconds, taken = asyncio.run(_load(house, mixed, lines=_LINES))
    own = (time.process_time() - before) * 1000 / len(taken)
    rate = len(taken) / seconds
    yield at_least(name, "audited reads and durable writes mixed", rate, "/s", 600)
    yield at_most(name, "the same, p95", percentile(taken, 0.95), "ms", 150)
    yield Measured(bench=name, what="the load's own work, a request", value=own, unit="ms")
    logins = [request_bytes("/auth/login", login_body(), "")] * _LOGINS
    seconds, taken = asyncio.run(_load(house, logins, lines=_LOGIN_LINES))
    yield at_least(name, "logins", len(taken) / seconds, "/s", _LOGINS_A_SECOND)


def _mixed(house: House, requests: int) -> list[bytes]:
    """Two reads to each write: a page of the feed, the oldest of a chart, one new note."""
    token = house.log_in().token
    epoch = house.epoch(token)
    patients = [patient for patient, _records in region_records(_CHARTS)]
    head = _position(house, token)

    def request(number: int) -> bytes:
        patient = patients[number % len(patients)]
        message: Message
        if number % 3 == 0:
            message = PushRequest(epoch=epoch, groups=(a_group(patient, a_note(patient, number)),))
            return request_bytes("/sync/push", message, token)
        if number % 3 == 1:
            message = PullRequest(epoch=epoch, cursors={UNIT: head - number % 50}, max_bytes=20_000)
            return request_bytes("/sync/pull", message, token)
        message = StreamRequest(epoch=epoch, spans=(Span(p=patient, first=1, last=20),))
        return request_bytes("/sync/stream", message, token)

    return [request(number) for number in range(1_000_000, 1_000_000 + requests)]


def _position(house: House, token: str) -> int:
    """Return the last position of the unit's feed."""
    reply = post(house.url, token, "/sync/manifest", ManifestRequest(unit=UNIT, limit=1))
    return msgspec.json.decode(reply.content, type=ManifestReply).pos


async def _load(
    house: House, requests: Sequence[bytes], *, lines: int
) -> tuple[float, list[float]]:
    """Return seconds for all requests and the milliseconds of each; every answer must be a good one."""
    taken: list[float] = []
    left = iter(requests)

    async def one_line() -> None:
        line = await Line.open(house.port)
        for request in left:
            began = time.perf_counter()
            await line.ask(request)
            taken.append((time.perf_counter() - began) * 1000)
        line.close()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _number in range(lines):
            group.create_task(one_line())
    return time.perf_counter() - began, taken
