"""What waits for a unit, who stands in for whom, and answers that belong to no order."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, Router, get, post
from litestar.datastructures import State

from sync.protocol.waiting import (
    AnswerRequest,
    Answers,
    Counts,
    PageRequest,
    Settled,
    SettleRequest,
    StandInRequest,
    Waiting,
    WaitingPage,
)
from workstation.access.policy import Action
from workstation.server import results, waiting_lists
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, read_message, reply


@post(
    "/waiting/page",
    status_code=200,
    opt=needs(Action.SEE_WAITING),
    **documented("waiting_page", PageRequest),
)
async def page(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PageRequest)
    found = await waiting_lists.page(
        state.core,
        actor_in(request),
        asked.unit,
        asked.reasons,
        limit=asked.limit,
        offset=asked.offset,
    )
    return _lines(found)


@post(
    "/waiting/overdue",
    status_code=200,
    opt=needs(Action.SEE_WAITING),
    **documented("waiting_overdue", PageRequest),
)
async def overdue(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PageRequest)
    actor = actor_in(request)
    return _lines(await waiting_lists.overdue(state.core, actor, asked.unit, limit=asked.limit))


@post(
    "/waiting/others",
    status_code=200,
    opt=needs(Action.SEE_WAITING),
    **documented("waiting_others", PageRequest),
)
async def others(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PageRequest)
    found = await waiting_lists.for_others(state.core, actor_in(request), limit=asked.limit)
    return _lines(found)


@post(
    "/waiting/counts",
    status_code=200,
    opt=needs(Action.SEE_WAITING),
    **documented("waiting_counts", PageRequest),
)
async def counts(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, PageRequest)
    found = await waiting_lists.counts(state.core, actor_in(request), asked.unit)
    return reply(Counts(counts=dict(found)))


@post(
    "/waiting/stand-in",
    status_code=204,
    opt=needs(Action.STAND_IN),
    **documented("stand_in", StandInRequest),
)
async def stand_in(request: AnyRequest, state: State) -> None:
    asked = await read_message(request, StandInRequest)
    await waiting_lists.stand_in(state.core, actor_in(request), asked.stand_in)


@get("/answers", opt=needs(Action.SETTLE_ANSWER), **documented("unmatched_answers"))
async def unmatched(request: AnyRequest, state: State) -> Response[bytes]:
    return reply(Answers(answers=await results.unmatched(state.core, actor_in(request))))


@post(
    "/answers/document",
    status_code=200,
    opt=needs(Action.SETTLE_ANSWER),
    **documented("answer_document", AnswerRequest),
)
async def document(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, AnswerRequest)
    raw = await results.document_of(state.core, actor_in(request), asked.id)
    return Response(raw, status_code=200, media_type="application/octet-stream")


@post(
    "/answers/settle",
    status_code=200,
    opt=needs(Action.SETTLE_ANSWER),
    **documented("settle_answer", SettleRequest),
)
async def settle(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, SettleRequest)
    done = await results.settle(
        state.core,
        actor_in(request),
        asked.id,
        how=asked.how,
        patient=asked.patient,
        order=asked.order,
    )
    return reply(Settled(done=done))


def _lines(found: Sequence[Waiting]) -> Response[bytes]:
    return reply(WaitingPage(lines=tuple(found)))


router = Router(
    "/",
    route_handlers=[page, overdue, others, counts, stand_in, unmatched, document, settle],
)
