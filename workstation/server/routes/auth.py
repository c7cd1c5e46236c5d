"""Logging in and out, for staff and their workstations."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.datastructures import State

from sync.protocol.login import LoginRequest, RenewRequest
from workstation.access.policy import Action
from workstation.server.guard import actor_in, needs, token_in
from workstation.server.logins import DeviceRequest
from workstation.server.renewals import Renewals
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, read_message, reply


@post("/login", status_code=200, opt=needs(Action.LOG_IN), **documented("login", LoginRequest))
async def login(request: AnyRequest, state: State) -> Response[bytes]:
    return reply(await state.logins.log_in(await read_message(request, LoginRequest)))


@post("/challenge", status_code=200, opt=needs(Action.LOG_IN), **documented("challenge"))
async def challenge(state: State) -> Response[bytes]:
    renewals: Renewals = state.renewals
    return reply(renewals.challenge())


@post("/renew", status_code=200, opt=needs(Action.LOG_IN), **documented("renew", RenewRequest))
async def renew(request: AnyRequest, state: State) -> Response[bytes]:
    return reply(await state.renewals.renew(await read_message(request, RenewRequest)))


@post("/logout", status_code=204, opt=needs(Action.LOG_OUT), **documented("logout"))
async def logout(request: AnyRequest, state: State) -> None:
    await state.logins.log_out(actor_in(request), token_in(request))


@post(
    "/device",
    status_code=200,
    opt=needs(Action.REGISTER_KEY),
    **documented("register_device", DeviceRequest),
)
async def device(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, DeviceRequest)
    return reply(await state.logins.register_device(actor_in(request), asked))


router = Router("/auth", route_handlers=[login, challenge, renew, logout, device])
