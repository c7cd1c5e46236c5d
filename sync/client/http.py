"""The record server over HTTPS: the engine's ``Server``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar

import msgspec

from sync.client.connection import Connection
from sync.protocol.contact import SILENCE_SECONDS
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
from sync.protocol.violation import ProtocolViolation

Message = TypeVar("Message")

_pull_lines: msgspec.json.Decoder[PullLine] = msgspec.json.Decoder(PullLine)
_stream_lines: msgspec.json.Decoder[StreamLine] = msgspec.json.Decoder(StreamLine)
_positions = msgspec.json.Decoder(Position)


class HttpServer:
    """Carries the messages of ``sync.protocol`` over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hello(self, request: HelloRequest) -> HelloReply:
        return await self._connection.ask("/sync/hello", request, HelloReply)

    async def pull(self, request: PullRequest) -> AsyncGenerator[PullLine, None]:
        async with aclosing(self._connection.lines("/sync/pull", request)) as lines:
            async for line in lines:
                yield _read(_pull_lines, line)

    async def manifest(self, request: ManifestRequest) -> ManifestReply:
        return await self._connection.ask("/sync/manifest", request, ManifestReply)

    async def stream(self, request: StreamRequest) -> AsyncGenerator[Sequence[StreamLine], None]:
        async with aclosing(self._connection.blocks("/sync/stream", request)) as blocks:
            async for block in blocks:
                yield _read_block(block)

    async def push(self, request: PushRequest) -> PushReply:
        return await self._connection.ask("/sync/push", request, PushReply)

    async def heads(self, request: HeadsRequest) -> HeadsReply:
        return await self._connection.ask("/sync/heads", request, HeadsReply)

    async def events(self) -> AsyncGenerator[Position | None, None]:
        events = self._connection.events("/sync/events", silence=SILENCE_SECONDS)
        async with aclosing(events) as data:
            async for each in data:
                yield _read(_positions, each) if each else None


def _read_block(block: bytes) -> list[StreamLine]:
    try:
        return _stream_lines.decode_lines(block)
    except msgspec.MsgspecError:
        raise ProtocolViolation("a line that cannot be read") from None


def _read(decoder: msgspec.json.Decoder[Message], line: bytes) -> Message:
    try:
        return decoder.decode(line)
    except msgspec.MsgspecError:
        raise ProtocolViolation("a line that cannot be read") from None
