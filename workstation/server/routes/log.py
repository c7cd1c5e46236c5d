"""The access log for its reviewers (``sync/protocol/log.py``)."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.log import LogQuestion
from sync.protocol.openings import OpeningsReport
from workstation.access.policy import Action
from workstation.server import openings, reviewing
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, read_message, reply

_MOST_OPENINGS_BYTES = 512 * 1024


@post(
    "/lines",
    status_code=200,
    opt=needs(Action.REVIEW_LOG),
    **documented("log_lines", LogQuestion),
)
async def lines(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, LogQuestion)
    return reply(await reviewing.lines(state.core, actor_in(request), asked))


@post(
    "/openings",
    status_code=200,
    opt=needs(Action.REPORT_OPENINGS),
    **documented("log_openings", OpeningsReport),
)
async def told(request: AnyRequest, state: State) -> Response[bytes]:
    report = await read_message(request, OpeningsReport, most=_MOST_OPENINGS_BYTES)
    return reply(await openings.receive(state.core, actor_in(request), report))


router = Router("/log", route_handlers=[lines, told])
