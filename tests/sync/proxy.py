"""A bad line to a good server: a TCP proxy that is late, cuts, drips, swallows or repeats.

``Faults`` may be changed at any time; it holds for what passes from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PIECE = 65_536


@dataclass
class Faults:
    """What the line does.

    Attributes:
        latency: Seconds every piece is late, each way.
        cut_up_after, cut_down_after: Cut a connection after so many bytes that way.
        drip: Bytes at a time downwards, ten times a second; 0 for all at once.
        refused: New connections are closed at once.
        repeats: Paths whose POST is sent to the server once more, on a line of its own.
    """

    latency: float = 0.0
    cut_up_after: int | None = None
    cut_down_after: int | None = None
    drip: int = 0
    refused: bool = False
    repeats: set[bytes] = field(default_factory=set)


class Proxy:
    """The line. ``url`` is what the workstation is told."""

    def __init__(self, host: str, port: int) -> None:
        self.faults = Faults()
        self.url = ""
        self.repeated = 0
        self.connections = 0
        self._target = (host, port)
        self._speaking = asyncio.Event()
        self._speaking.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def lead_to(self, url: str) -> None:
        """Lead new connections to another server."""
        target = urlsplit(url)
        self._target = (target.hostname or "127.0.0.1", target.port or 80)

    def fall_silent(self) -> None:
        """Let nothing pass any more, and close nothing: a half-open line."""
        self._speaking.clear()

    def speak_again(self) -> None:
        self._speaking.set()

    def cut_all(self) -> None:
        """Cut every connection there is."""
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.faults.refused:
            writer.transport.abort()
            return
        self.connections += 1
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self._writers |= both
        up = asyncio.create_task(self._up(reader, far_writer))
        down = asyncio.create_task(self._down(far_reader, writer))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            self._writers -= both
            for each in both:
                each.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        while piece := await reader.read(_PIECE):
            await self._hold_up()
            limit = self.faults.cut_up_after
            if limit is not None and passed + len(piece) > limit:
                writer.write(piece[: max(0, limit - passed)])
                with suppress(OSError):
                    await writer.drain()
                return
            if any(piece.startswith(b"POST " + path) for path in self.faults.repeats):
                await self._repeat(piece)
            writer.write(piece)
            await writer.drain()
            passed += len(piece)

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        while piece := await reader.read(self.faults.drip or _PIECE):
            await self._hold_up()
            if self.faults.drip:
                await asyncio.sleep(0.1)
            limit = self.faults.cut_down_after
            if limit is not None and passed + len(piece) > limit:
                writer.write(piece[: max(0, limit - passed)])
                with suppress(OSError):
                    await writer.drain()
                return
            writer.write(piece)
            await writer.drain()
            passed += len(piece)

    async def _hold_up(self) -> None:
        await asyncio.sleep(self.faults.latency)
        await self._speaking.wait()

    async def _repeat(self, request: bytes) -> None:
        """Send a small request once more, before the one that is answered."""
        reader, writer = await asyncio.open_connection(*self._target)
        writer.write(request)
        await writer.drain()
        if await reader.read(_PIECE):
            self.repeated += 1
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def a_line_to(url: str) -> AsyncGenerator[Proxy, None]:
    """Give a proxy in front of the server at ``url``."""
    target = urlsplit(url)
    proxy = Proxy(target.hostname or "127.0.0.1", target.port or 80)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        listener.close()
        proxy.faults = Faults(refused=True)
        proxy.cut_all()
        await asyncio.sleep(0.1)
