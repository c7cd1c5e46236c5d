"""The server's health, the directory, patient search and what waits in quarantine."""

from __future__ import annotations

from litestar import Response, Router, get, post
from litestar.datastructures import State

from sync.protocol.messages import Message
from workstation.access.policy import Action
from workstation.domain.directory import Directory, Person
from workstation.server import lookups
from workstation.server.backup.neglect import neglect
from workstation.server.core import Core
from workstation.server.guard import actor_in, needs
from workstation.server.routes.documented import documented
from workstation.server.store.find import FoundPatient
from workstation.server.store.quarantine import Quarantined
from workstation.server.wire import AnyRequest, read_message, reply


class Health(Message, frozen=True, kw_only=True):
    """``status``: ``ok``, or the request fails. ``backups``: how they are neglected, or empty."""

    status: str
    epoch: str
    program: str
    backups: str = ""


class UnitRequest(Message, frozen=True, kw_only=True):
    """Which unit, by HSA-id."""

    unit: str


class FindRequest(Message, frozen=True, kw_only=True):
    """``text``: an identity number or its beginning, or beginnings of names."""

    text: str
    limit: int = 50


class People(Message, frozen=True, kw_only=True):
    """Staff."""

    people: tuple[Person, ...]


class Patients(Message, frozen=True, kw_only=True):
    """What a search found."""

    patients: tuple[FoundPatient, ...]


class Quarantine(Message, frozen=True, kw_only=True):
    """What waits for the caller's unit."""

    items: tuple[Quarantined, ...]


@get("/health", opt=needs(Action.SEE_STATUS), **documented("health"))
async def health(state: State) -> Response[bytes]:
    program = await lookups.check(state.core)
    core: Core = state.core
    told = neglect(core.backups, epoch=core.epoch, now=core.now)
    return reply(Health(status="ok", epoch=core.epoch, program=program, backups=told))


@get("/directory/units", opt=needs(Action.READ_DIRECTORY), **documented("units"))
async def units(request: AnyRequest, state: State) -> Response[bytes]:
    providers, found = await lookups.units(state.core, actor_in(request))
    stand_ins = await lookups.stand_ins(state.core, actor_in(request))
    return reply(Directory(providers=providers, units=found, stand_ins=stand_ins))


@post(
    "/directory/people",
    status_code=200,
    opt=needs(Action.READ_DIRECTORY),
    **documented("people", UnitRequest),
)
async def people(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, UnitRequest)
    return reply(People(people=await lookups.people(state.core, actor_in(request), asked.unit)))


@post(
    "/patients/find",
    status_code=200,
    opt=needs(Action.FIND_PATIENT),
    **documented("find_patients", FindRequest),
)
async def find(request: AnyRequest, state: State) -> Response[bytes]:
    asked = await read_message(request, FindRequest)
    found = await lookups.find(state.core, actor_in(request), asked.text, limit=asked.limit)
    return reply(Patients(patients=found))


@get("/quarantine", opt=needs(Action.SEE_QUARANTINE), **documented("quarantine"))
async def quarantined(request: AnyRequest, state: State) -> Response[bytes]:
    return reply(Quarantine(items=await lookups.quarantined(state.core, actor_in(request))))


router = Router("/", route_handlers=[health, units, people, find, quarantined])
