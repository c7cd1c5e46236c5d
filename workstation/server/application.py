"""The ASGI application: routes, guard, refusals, headers, access log."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from workstation.access.policy import Action
from workstation.content.statements import Signer, roster
from workstation.domain.clock import Clock
from workstation.server.cds_store import Support
from workstation.server.guard import authorise_route, needs
from workstation.server.logins import Logins
from workstation.server.norm_keeper import NormKeeper
from workstation.server.opening import Place, open_store
from workstation.server.passwords import Passwords
from workstation.server.refusals import HANDLERS
from workstation.server.renewals import Renewals
from workstation.server.routes import (
    admin,
    attachments,
    auth,
    cds_hooks,
    content,
    emergency,
    fhir,
    incidents,
    log,
    patient,
    sync,
    waiting,
)

_log = logging.getLogger("workstation.server.access")


def application(
    place: Place,
    *,
    clock: Clock,
    random: Callable[[int], bytes],
    content_signers: Sequence[Signer] = (),
) -> Litestar:
    """Return the application; it opens the store when it starts and closes it when it ends.

    Args:
        content_signers: Whose signatures count on clinical content.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        store = await open_store(place, clock=clock, random=random)
        app.state.store = store
        app.state.core = store.core
        app.state.logins = Logins(core=store.core, passwords=Passwords())
        app.state.renewals = Renewals(logins=app.state.logins)
        app.state.content_signers = roster(content_signers)
        app.state.support = Support(core=store.core, trusted=app.state.content_signers)
        norms = NormKeeper(core=store.core, trusted=app.state.content_signers)
        store.start()
        norms.start()
        try:
            yield
        finally:
            await norms.stop()
            await store.close()

    return Litestar(
        route_handlers=[
            sync.router,
            attachments.router,
            auth.router,
            admin.router,
            content.router,
            cds_hooks.router,
            emergency.router,
            incidents.router,
            log.router,
            waiting.router,
            fhir.router,
            patient.router,
        ],
        guards=[authorise_route],
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        middleware=[_log_requests],
        openapi_config=_openapi(),
        request_max_body_size=None,
        logging_config=None,
        debug=False,
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Ronden",
        version="1",
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router("/schema", route_handlers=[], opt=needs(Action.SEE_STATUS)),
    )


def _log_requests(app: ASGIApp) -> ASGIApp:
    """Log each request by its route, status and time: nothing of what was asked for, or by whom."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        method = scope["method"]
        began = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, noted)
        finally:
            route = scope.get("path_template") or "unknown"
            took = round((time.perf_counter() - began) * 1000)
            _log.info("%s %s %d %d ms", method, route, status, took)

    return logged
