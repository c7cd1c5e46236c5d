"""Reports about the program (``sync/protocol/incidents.py``)."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.incidents import IncidentReport
from workstation.access.policy import Action
from workstation.server import incidents
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, BadBody, read_message, reply


@post(
    "/",
    status_code=200,
    opt=needs(Action.REPORT_INCIDENT),
    **documented("report_incident", IncidentReport),
)
async def report(request: AnyRequest, state: State) -> Response[bytes]:
    said = await read_message(request, IncidentReport)
    try:
        return reply(await incidents.receive(state.core, actor_in(request), said))
    except incidents.BadReport as bad:
        raise BadBody(f"$.{bad.args[0]}") from None


router = Router("/incidents", route_handlers=[report])
