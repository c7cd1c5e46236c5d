"""The first question at every route: who is it, and may somebody like that ever do this?

The second, about this very object, is asked by the store. A route that names no action is
closed to everybody.
"""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from workstation.access.actor import Actor, Nobody
from workstation.access.policy import Action, may_ever
from workstation.server.core import NotAllowed
from workstation.server.logins import Logins
from workstation.server.wire import header

AnyConnection = ASGIConnection[Any, Any, Any, Any]

COOKIE = "ronden_patient"
_BY_COOKIE = frozenset({Action.READ_OWN, Action.ASK_FOR_CARE})


class NotLoggedIn(Exception):
    """Nobody asks for something that takes somebody."""


class Patients(Exception):
    """A patient's page is asked for without a patient's session: go and log in."""


def needs(action: Action, **more: Any) -> dict[str, Any]:
    """Return the ``opt`` that every route carries."""
    return {"action": action, **more}


async def authorise_route(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Find out who asks, and refuse whoever may never do what the route is for.

    Raises:
        NotLoggedIn, NotAllowed: Refused.
    """
    action = handler.opt.get("action")
    if not isinstance(action, Action):
        raise NotAllowed
    token = token_of(connection, action)
    logins: Logins = connection.app.state.logins
    actor = await logins.actor_of(token)
    connection.scope["state"]["actor"] = actor
    connection.scope["state"]["token"] = token
    if may_ever(actor, action):
        return
    if action in _BY_COOKIE:
        raise Patients
    if isinstance(actor, Nobody):
        raise NotLoggedIn
    await logins.core.log(actor, "Nekad", action.name.lower())
    raise NotAllowed


def token_of(connection: AnyConnection, action: Action) -> str:
    """Return the token: from the patient's cookie on the patient's page, else from the header.

    The cookie is looked at on no other route, and the header not on the patient's page: one
    audience's session is nothing on the other's routes.
    """
    if action in _BY_COOKIE:
        return connection.cookies.get(COOKIE, "")
    scheme, _, token = header(connection, b"authorization").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def actor_in(connection: AnyConnection) -> Actor:
    """Return who asks."""
    actor: Actor = connection.scope["state"]["actor"]
    return actor


def token_in(connection: AnyConnection) -> str:
    """Return the token that was shown."""
    token: str = connection.scope["state"]["token"]
    return token
