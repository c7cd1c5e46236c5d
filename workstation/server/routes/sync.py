"""Sync: what workstations say and hear (``sync/protocol/messages.py``)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import State
from litestar.response import Stream

from sync.protocol.messages import (
    HeadsRequest,
    HelloRequest,
    ManifestRequest,
    Position,
    PullRequest,
    PushRequest,
    StreamRequest,
)
from workstation.access.policy import Action
from workstation.server import pushing, syncing
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import (
    AnyRequest,
    read_message,
    read_push_body,
    reply,
    reply_lines,
    reply_pages,
)

_MOST_SPANS_BYTES = 1024 * 1024


@post("/hello", status_code=200, opt=needs(Action.FOLLOW_UNIT), **documented("hello", HelloRequest))
async def hello(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, HelloRequest)
    return reply(await syncing.hello(state.core, actor_in(request), asked))


@post("/pull", status_code=200, opt=needs(Action.FOLLOW_UNIT), **documented("pull", PullRequest))
async def pull(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PullRequest)
    return reply_lines(request, await syncing.pull(state.core, actor_in(request), asked))


@post(
    "/manifest",
    status_code=200,
    opt=needs(Action.FOLLOW_UNIT),
    **documented("manifest", ManifestRequest),
)
async def manifest(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, ManifestRequest)
    return reply(await syncing.manifest(state.core, actor_in(request), asked))


@post(
    "/stream", status_code=200, opt=needs(Action.FOLLOW_UNIT), **documented("stream", StreamRequest)
)
async def stream(request: AnyRequest, state: State) -> Response[bytes] | Stream:
    asked = await read_message(request, StreamRequest, most=_MOST_SPANS_BYTES)
    first, others = await syncing.stream(state.core, actor_in(request), asked)
    return reply_lines(request, first) if others is None else reply_pages(request, first, others)


@post("/push", status_code=200, opt=needs(Action.DELIVER), **documented("push", PushRequest))
async def push(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_push_body(request, PushRequest)
    return reply(await pushing.push(state.core, actor_in(request), asked))


@post("/heads", status_code=200, opt=needs(Action.FOLLOW_UNIT), **documented("heads", HeadsRequest))
async def heads(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, HeadsRequest)
    return reply(await syncing.heads(state.core, actor_in(request), asked))


@get("/events", opt=needs(Action.FOLLOW_UNIT), **documented("events"))
async def events(request: AnyRequest, state: State) -> Stream:
    positions = await syncing.events(state.core, actor_in(request))
    return event_stream(_as_events(positions))


async def _as_events(positions: AsyncIterator[Position | None]) -> AsyncIterator[bytes]:
    async for position in positions:
        yield QUIET if position is None else b"data: " + msgspec.json.encode(position) + b"\n\n"


QUIET = b": quiet\n\n"


def event_stream(lines: AsyncIterator[bytes]) -> Stream:
    """Return server-sent events."""
    headers: dict[str, Any] = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(lines, status_code=200, media_type="text/event-stream", headers=headers)


router = Router("/sync", route_handlers=[hello, pull, manifest, stream, push, heads, events])
