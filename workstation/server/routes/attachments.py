"""Attachments: offered, carried and fetched piece by piece (``sync/protocol/attachments.py``)."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.attachments import (
    MOST_BYTES_IN_A_KEEP,
    FetchRequest,
    KeepRequest,
    OfferRequest,
)
from workstation.access.policy import Action
from workstation.server import attachments
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, read_message, reply


@post(
    "/offer",
    status_code=200,
    opt=needs(Action.DELIVER),
    **documented("offer_attachment", OfferRequest),
)
async def offer(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, OfferRequest)
    return reply(await attachments.offer(state.core, actor_in(request), asked))


@post(
    "/piece",
    status_code=200,
    opt=needs(Action.DELIVER),
    **documented("keep_attachment_piece", KeepRequest),
)
async def piece(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, KeepRequest, most=MOST_BYTES_IN_A_KEEP)
    return reply(await attachments.keep(state.core, actor_in(request), asked))


@post(
    "/fetch",
    status_code=200,
    opt=needs(Action.READ_RECORD),
    **documented("fetch_attachment_piece", FetchRequest),
)
async def fetch(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, FetchRequest)
    return reply(await attachments.fetch(state.core, actor_in(request), asked))


router = Router("/attachments", route_handlers=[offer, piece, fetch])
