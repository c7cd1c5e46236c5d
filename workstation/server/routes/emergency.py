"""Emergency opening (``sync/protocol/emergency.py``)."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.emergency import CloseRequest, OpenRequest
from workstation.access.policy import Action
from workstation.server import emergency
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, BadBody, read_message, reply


@post(
    "/open",
    status_code=200,
    opt=needs(Action.OPEN_IN_EMERGENCY),
    **documented("open_in_emergency", OpenRequest),
)
async def open_record(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, OpenRequest)
    try:
        return reply(await emergency.open_record(state.core, actor_in(request), asked))
    except emergency.NoReason:
        raise BadBody("$.reason") from None


@post(
    "/close",
    status_code=204,
    opt=needs(Action.OPEN_IN_EMERGENCY),
    **documented("close_emergency", CloseRequest),
)
async def close_record(request: AnyRequest, state: State) -> None:
    asked = await read_message(request, CloseRequest)
    await emergency.close_record(state.core, actor_in(request), asked.patient)


router = Router("/emergency", route_handlers=[open_record, close_record])
