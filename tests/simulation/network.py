"""The line between one workstation and the server, with everything that happens to lines.

Messages are late, lost on the way there or back, delivered twice (the second time much later),
cut in the middle, answered with an old reply; the line is down for a while, or silent.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from msgspec import structs

from sync.protocol.messages import (
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    Position,
    PullLine,
    PullRequest,
    PushReply,
    PushRequest,
    StreamLine,
    StreamRequest,
)
from sync.protocol.ports import NoContact, Refusal
from tests.simulation.front import Answer, Front, answered
from tests.simulation.wire import SAME, Wire

Reply = TypeVar("Reply")
Asked = TypeVar("Asked")
HANGS_SECONDS = 15.0
SILENCE_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How likely what is, per message. ``slowest``: seconds a message may take."""

    lost: float = 0.0
    twice: float = 0.0
    cut: float = 0.0
    stale: float = 0.0
    slowest: float = 0.05


CALM = Weather()


class Link:
    """One workstation's ``Server``."""

    def __init__(
        self,
        front: Front,
        random: Random,
        *,
        weather: Weather,
        wire: Wire = SAME,
    ) -> None:
        self.weather = weather
        self.up = True
        self.requests = 0
        self.compared = 0
        self.stale = 0
        self.denied: frozenset[str] = frozenset()
        """Units that the person now logged in may not follow."""
        self._front = front
        self._wire = wire
        self._random = random
        self._bell = asyncio.Event()
        self._moved: dict[str, int] = {}
        self._pulls: deque[tuple[str, Sequence[PullLine]]] = deque(maxlen=5)

    def set_up(self, up: bool) -> None:
        self.up = up
        self._bell.set()

    def moved(self, unit: str, pos: int) -> None:
        """The server has something new."""
        self._moved[unit] = pos
        self._bell.set()

    # ---- Server

    async def hello(self, request: HelloRequest) -> HelloReply:
        reply = await self._ask(self._front.hello, request)
        return structs.replace(reply, units=tuple(u for u in reply.units if u not in self.denied))

    async def push(self, request: PushRequest) -> PushReply:
        return await self._ask(self._front.push, request)

    async def manifest(self, request: ManifestRequest) -> ManifestReply:
        self._permit(request.unit)
        return await self._ask(self._front.manifest, request)

    async def heads(self, request: HeadsRequest) -> HeadsReply:
        self._permit(request.unit)
        self.compared += request.bucket is None
        return await self._ask(self._front.heads, request)

    async def pull(self, request: PullRequest) -> AsyncGenerator[PullLine, None]:
        self._permit(*request.cursors)
        lines = await self._carry(lambda: self._front.pull(self._wire.asked(request)))
        epoch, earlier = self._random.choice(self._pulls) if self._pulls else ("", lines)
        self._pulls.append((request.epoch, lines))
        if self._chance(self.weather.stale) and epoch == request.epoch:
            lines, self.stale = earlier, self.stale + 1
        for index in range(self._arriving(lines)):
            yield self._wire.told(lines[index])
        await self._end(lines)

    async def stream(self, request: StreamRequest) -> AsyncGenerator[Sequence[StreamLine], None]:
        lines = await self._carry(lambda: self._front.stream(self._wire.asked(request)))
        for index in range(self._arriving(lines)):
            yield [self._wire.told(lines[index])]
        await self._end(lines)

    async def events(self) -> AsyncGenerator[Position, None]:
        await self._carry(lambda: None)
        self._moved = self._front.positions()
        while self.up:
            moved, self._moved = self._moved, {}
            for unit, pos in moved.items():
                if unit in self._front.units and unit not in self.denied:
                    yield self._wire.told(Position(u=unit, pos=pos))
            self._bell.clear()
            if not self._moved:
                await self._bell.wait()
            await self._travel()
        await asyncio.sleep(SILENCE_SECONDS)
        raise NoContact

    async def _ask(self, ask: Callable[[Asked], Answer[Reply]], request: Asked) -> Reply:
        reply = await self._carry(lambda: ask(self._wire.asked(request)))
        return self._wire.told(reply)

    def _permit(self, *units: str) -> None:
        if self.denied & set(units):
            raise Refusal("not_allowed")

    # ---- what happens on the way

    async def _carry(self, deliver: Callable[[], Answer[Reply]]) -> Reply:
        self.requests += 1
        await self._travel()
        await self._maybe_lost()
        if self._chance(self.weather.twice):
            later = self._random.uniform(0, 60)
            asyncio.get_running_loop().call_later(later, _again, deliver)
        reply = await answered(deliver())
        await self._travel()
        await self._maybe_lost()
        return reply

    async def _travel(self) -> None:
        await asyncio.sleep(self._random.uniform(0.001, self.weather.slowest))

    async def _maybe_lost(self) -> None:
        if self.up and not self._chance(self.weather.lost):
            return
        if self._chance(0.3):
            await asyncio.sleep(HANGS_SECONDS)
        raise NoContact

    def _arriving(self, lines: Sequence[object]) -> int:
        self._cut = self._chance(self.weather.cut)
        return self._random.randrange(len(lines) + 1) if self._cut else len(lines)

    async def _end(self, lines: Sequence[object]) -> None:
        if self._cut:
            await asyncio.sleep(self._random.choice((0.0, HANGS_SECONDS)))
            raise NoContact

    def _chance(self, share: float) -> bool:
        return share > 0 and self._random.random() < share


def _again(deliver: Callable[[], object]) -> None:
    async def deliver_again() -> None:
        with suppress(Refusal, NoContact):  # nobody hears the answer to a repeated message
            await answered(deliver())

    task = asyncio.get_running_loop().create_task(deliver_again())
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


_under_way: set[asyncio.Task[None]] = set()
