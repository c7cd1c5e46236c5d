"""CDS Hooks: discovery, the three services, and feedback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from sync.protocol.messages import Message
from workstation.access.policy import Action
from workstation.domain.values import local_date
from workstation.server import cds
from workstation.server.cds_store import Support, ids
from workstation.server.core import Core
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, BadBody, read_message

_MOST_CALL_BYTES = 8 * 1024 * 1024
_MOST_FEEDBACK = 200


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that was taken."""

    id: str


class Coded(msgspec.Struct, frozen=True, kw_only=True):
    """A coded reason."""

    code: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a card was overridden. A comment may be about a patient and is not kept."""

    reason: Coded = Coded()


class One(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one card."""

    card: str
    outcome: Literal["accepted", "overridden"]
    acceptedSuggestions: tuple[Accepted, ...] = ()  # noqa: N815  the specification's name
    overrideReason: Reason | None = None  # noqa: N815


class Feedback(Message, frozen=True, kw_only=True):
    """What became of cards."""

    feedback: tuple[One, ...]


@get("/cds-services", opt=needs(Action.SEE_STATUS), **documented("cds_services"))
async def discovery(state: State) -> Response[bytes]:
    support: Support = state.support
    return _json(cds.services((await support.judge()).mark))


@post(
    "/cds-services/{service:str}",
    status_code=200,
    opt=needs(Action.ASK_SUPPORT),
    **documented("cds_service", cds.Call),
)
async def ask(request: AnyRequest, state: State) -> Response[bytes]:
    core: Core = state.core
    support: Support = state.support
    await core.allowed(actor_in(request), Action.ASK_SUPPORT)
    _known(request)
    call = await read_message(request, cds.Call, most=_MOST_CALL_BYTES)
    if request.path_params.get("service") != call.hook:
        raise BadBody("$.hook")
    judge = await support.judge()
    try:
        answered = cds.answered(
            call,
            judge.engine,
            label=judge.label,
            today=local_date(core.now),
            new_id=_ids(core),
        )
    except cds.Misshapen as fault:
        raise BadBody(fault.place) from None
    except cds.Unprepared:
        return Response(b"", status_code=412, media_type="application/json")
    await support.shown(answered.cards, hook=call.hook, instance=call.hookInstance)
    return _json(answered.reply)


@post(
    "/cds-services/{service:str}/feedback",
    status_code=200,
    opt=needs(Action.ASK_SUPPORT),
    **documented("cds_feedback", Feedback),
)
async def feedback(request: AnyRequest, state: State) -> Response[bytes]:
    support: Support = state.support
    await state.core.allowed(actor_in(request), Action.ASK_SUPPORT)
    service = _known(request)
    told = await read_message(request, Feedback)
    codes = {reason["code"] for reason in cds.override_reasons()}
    for one in told.feedback[:_MOST_FEEDBACK]:
        given = one.overrideReason.reason.code if one.overrideReason is not None else ""
        reason = given if given in codes else ""
        await support.heard(one.card, hook=service, outcome=one.outcome, reason=reason)
    return Response(b"{}", status_code=200, media_type="application/json")


def _known(request: AnyRequest) -> str:
    """Return the service that is asked.

    Raises:
        NotFoundException: There is none of that name.
    """
    service = str(request.path_params.get("service", ""))
    if service not in cds.HOOKS:
        raise NotFoundException
    return service


def _ids(core: Core) -> Iterator[UUID]:
    while True:
        yield ids(core)


def _json(value: dict[str, Any]) -> Response[bytes]:
    return Response(msgspec.json.encode(value), status_code=200, media_type="application/json")


router = Router("/", route_handlers=[discovery, ask, feedback])
