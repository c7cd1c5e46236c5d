"""Clinical content: what there is, its bytes, publishing, and what became of its rules."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.content import (
    FiringsReport,
    PackageRequest,
    PieceRequest,
    StatementRequest,
    StateRequest,
    StatisticsRequest,
)
from workstation.access.policy import Action
from workstation.server import content
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, read_message, read_push_body, reply

_MOST_REPORT_BYTES = 4 * 1024 * 1024


@post(
    "/state",
    status_code=200,
    opt=needs(Action.READ_CONTENT),
    **documented("content_state", StateRequest),
)
async def state(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, StateRequest)
    return reply(await content.state(state.core, actor_in(request), asked.known))


@post(
    "/piece",
    status_code=200,
    opt=needs(Action.READ_CONTENT),
    **documented("content_piece", PieceRequest),
)
async def piece(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PieceRequest)
    found = await content.piece(state.core, actor_in(request), asked.digest, asked.offset)
    return reply(found)


@post(
    "/package",
    status_code=200,
    opt=needs(Action.PUBLISH_CONTENT),
    **documented("content_package", PackageRequest),
)
async def package(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_push_body(request, PackageRequest)
    actor, trusted = actor_in(request), state.content_signers
    return reply(await content.keep_package(state.core, actor, asked.raw, trusted))


@post(
    "/statement",
    status_code=200,
    opt=needs(Action.PUBLISH_CONTENT),
    **documented("content_statement", StatementRequest),
)
async def statement(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, StatementRequest)
    actor, trusted = actor_in(request), state.content_signers
    return reply(await content.keep_statement(state.core, actor, asked.line, trusted))


@post(
    "/firings",
    status_code=200,
    opt=needs(Action.REPORT_FIRINGS),
    **documented("report_firings", FiringsReport),
)
async def firings(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, FiringsReport, most=_MOST_REPORT_BYTES)
    return reply(await content.report(state.core, actor_in(request), asked))


@post(
    "/statistics",
    status_code=200,
    opt=needs(Action.SEE_FIRINGS),
    **documented("statistics", StatisticsRequest),
)
async def statistics(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, StatisticsRequest)
    return reply(await content.statistics(state.core, actor_in(request), asked.since))


router = Router("/content", route_handlers=[state, piece, package, statement, firings, statistics])
