"""A line that falls silent, in whatever state it is: known within five seconds. Time is virtual."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.client.connection import CONNECT_SECONDS, READ_SECONDS
from sync.client.core import Device, Timing
from sync.client.synchroniser import Synchroniser
from sync.protocol.contact import SILENCE_SECONDS, Line
from sync.protocol.digest import to_hex
from sync.protocol.messages import (
    HEARTBEAT_SECONDS,
    AtLine,
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    Outcome,
    Position,
    PullLine,
    PullRequest,
    PushReply,
    PushRequest,
    StreamLine,
    StreamRequest,
)
from sync.protocol.ports import NoContact
from sync.protocol.push import ids_of
from tests.builders import WARD, a_note
from tests.simulation.loop import run_virtually
from tests.simulation.model_store import ModelStore
from workstation.access.signing import Ed25519Signer
from workstation.domain.clock import to_text
from workstation.domain.record import seal

_EPOCH = "one"
_KNOWN_WITHIN_SECONDS = 5.0
_SIGNER = Ed25519Signer(b"\x07" * 32)


@dataclass
class QuietLine:
    """A server that answers after a while, until the line falls silent: then nothing comes at all.

    ``takes``: seconds that an answer takes. ``breaks``: when the wake-up line is cut by the server.
    """

    takes: float = 0.05
    breaks: list[float] = field(default_factory=list)
    silent: asyncio.Event = field(default_factory=asyncio.Event)
    pos: int = 0

    async def hello(self, request: HelloRequest) -> HelloReply:
        await self._answer(0.02)
        return HelloReply(epoch=_EPOCH, now=to_text(0), protocol=1, units=(WARD,))

    async def manifest(self, request: ManifestRequest) -> ManifestReply:
        await self._answer(self.takes)
        return ManifestReply(epoch=_EPOCH, pos=self.pos, digest=to_hex(0), patients=())

    async def heads(self, request: HeadsRequest) -> HeadsReply:
        await self._answer(self.takes)
        return HeadsReply(epoch=_EPOCH, pos=self.pos, digest=to_hex(0), sums=(to_hex(0),) * 256)

    async def push(self, request: PushRequest) -> PushReply:
        await self._answer(self.takes)
        outcomes = tuple(
            Outcome(id=name, verdict="applied", rev=rev)
            for rev, name in enumerate(ids_of(request.groups), 1)
        )
        return PushReply(epoch=_EPOCH, outcomes=outcomes)

    async def pull(self, request: PullRequest) -> AsyncGenerator[PullLine, None]:
        await self._answer(self.takes)
        yield AtLine(u=WARD, pos=request.cursors[WARD], digest=to_hex(0))

    async def stream(self, request: StreamRequest) -> AsyncGenerator[Sequence[StreamLine], None]:
        await self._answer(self.takes)
        return
        yield

    async def events(self) -> AsyncGenerator[Position | None, None]:
        await self._answer(0.02, hangs=CONNECT_SECONDS)
        yield Position(u=WARD, pos=self.pos)
        while True:
            now = asyncio.get_running_loop().time()
            cut = min((at for at in self.breaks if at > now), default=now + HEARTBEAT_SECONDS + 1)
            try:
                async with asyncio.timeout(min(HEARTBEAT_SECONDS, cut - now)):
                    await self.silent.wait()
            except TimeoutError:
                if cut - now <= HEARTBEAT_SECONDS:
                    raise NoContact from None
                yield None
            else:
                # The last word came at ``now``.
                await asyncio.sleep(now + SILENCE_SECONDS - asyncio.get_running_loop().time())
                raise NoContact

    async def _answer(self, seconds: float, *, hangs: float = READ_SECONDS) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.silent.wait()
        except TimeoutError:
            return
        await asyncio.sleep(hangs)
        raise NoContact


async def _seconds_until_known(
    line: QuietLine, *, silent_at: float, writes: Sequence[float], seed: int
) -> float:
    """Have a workstation work, silence its line, and return how long nobody knew."""
    loop = asyncio.get_running_loop()
    store = ModelStore("PC-17", now=loop.time)
    engine = Synchroniser(
        store=store,
        server=line,
        timing=Timing(wall=lambda: int(loop.time() * 1000), random=Random(seed).random),
        device=Device(name="PC-17", incarnation=1, program="test"),
        units=[WARD],
    )

    async def write(at: float) -> None:
        await asyncio.sleep(at)
        await store.save([seal(a_note(id=UUID(int=int(at * 1_000_000))), _SIGNER)])
        engine.wake()

    engine.start()
    writing = [asyncio.ensure_future(write(at)) for at in writes]
    await asyncio.sleep(silent_at)
    while engine.status.contact.line is not Line.CONNECTED:  # noqa: ASYNC110  virtual time
        await asyncio.sleep(0.01)
    began = loop.time()
    line.silent.set()
    while engine.status.contact.line is Line.CONNECTED:  # noqa: ASYNC110  virtual time
        await asyncio.sleep(0.01)
    known = loop.time() - began
    for each in writing:
        each.cancel()
    await engine.stop()
    return known


STATES = {
    "at rest": {"silent_at": 31.0},
    "right after the wake-up line's word": {"silent_at": 30.151},
    "right before the wake-up line's word": {"silent_at": 30.1},
    "while the wake-up line is opened": {"silent_at": 0.16},
    "while waiting to open the wake-up line again": {"silent_at": 20.5, "breaks": [20.0]},
    "while it was cut again and again": {"silent_at": 29.0, "breaks": [n / 2 for n in range(60)]},
    "in a push": {"silent_at": 21.0, "writes": [20.0], "takes": 5.0},
    "right after a push was answered": {"silent_at": 21.001, "writes": [20.0], "takes": 1.0},
    "in a pull": {"silent_at": 0.4, "takes": 0.2},
    "in a push, the wake-up line just cut": {
        "silent_at": 21.9,
        "writes": [20.0],
        "breaks": [21.8],
        "takes": 2.0,
    },
}


@pytest.mark.parametrize("state", STATES)
def test_silence_is_known_within_five_seconds(state: str) -> None:
    told = msgspec.convert(STATES[state], dict[str, float | list[float]])
    line_args = {name: told.pop(name) for name in ("takes", "breaks") if name in told}

    async def story() -> float:
        line = QuietLine(**line_args)  # type: ignore[arg-type]
        writes = told.get("writes", [])
        assert isinstance(writes, list)
        at = told["silent_at"]
        assert isinstance(at, float)
        return await _seconds_until_known(line, silent_at=at, writes=writes, seed=1)

    assert run_virtually(story()) < _KNOWN_WITHIN_SECONDS


@settings(max_examples=150, deadline=None)
@given(
    silent_at=st.floats(0.1, 90.0),
    takes=st.floats(0.01, 6.0),
    breaks=st.lists(st.floats(0.1, 95.0), max_size=40),
    writes=st.lists(st.floats(0.1, 95.0), max_size=12, unique=True),
    seed=st.integers(0, 10_000),
)
def test_silence_is_known_within_five_seconds_whatever_is_under_way(
    silent_at: float, takes: float, breaks: list[float], writes: list[float], seed: int
) -> None:
    async def story() -> float:
        line = QuietLine(takes=takes, breaks=breaks)
        return await _seconds_until_known(line, silent_at=silent_at, writes=writes, seed=seed)

    assert run_virtually(story()) < _KNOWN_WITHIN_SECONDS
