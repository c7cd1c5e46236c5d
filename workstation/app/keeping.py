"""What goes on beside a session: a new token when the old one has ended, and today's directory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from local_cache.person import PersonFile
from sync.client.connection import Connection
from sync.client.synchroniser import Synchroniser
from sync.protocol.contact import Line
from sync.protocol.login import LoginReply
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.status import Status
from sync.protocol.violation import ProtocolViolation
from workstation.app.adapters import KnownUnits
from workstation.app.door import Denied, Door
from workstation.domain.directory import Directory
from workstation.domain.ids import HsaId
from workstation.domain.record import Signer

_DIRECTORY = "directory"
_AGAIN_SECONDS = 5.0
Met = Callable[[LoginReply], Awaitable[None]]
"""Called when the server has let the person in anew."""
Denial = Callable[[], Awaitable[None]]
"""Called when the server does not let the person in any more."""
_SURE, _SOON_SECONDS = 3, 1.0
"""A server that starts again forgets its challenges: one no is not believed."""


async def kept_directory(person_file: PersonFile) -> Directory:
    """Return the directory as it was when the server was last met; empty before that."""
    kept = (await person_file.settings()).get(_DIRECTORY)
    return msgspec.json.decode(kept, type=Directory) if kept else Directory()


class Keeper:
    """Keeps a session in order without the screens noticing."""

    def __init__(
        self,
        *,
        door: Door,
        connection: Connection,
        assignment: HsaId,
        signer: Signer,
        person_file: PersonFile,
        units: KnownUnits,
        met: Met,
        denied: Denial,
    ) -> None:
        self._door = door
        self._connection = connection
        self._assignment = assignment
        self._signer = signer
        self._person_file = person_file
        self._units = units
        self._met = met
        self._denied = denied
        self._synchroniser: Synchroniser | None = None
        self._wanted = asyncio.Event()
        self._ended = False
        self._noticed: int | None = None
        self._task: asyncio.Task[None] | None = None

    def attach(self, synchroniser: Synchroniser) -> None:
        """Take the synchroniser that needs the tokens."""
        self._synchroniser = synchroniser

    def begin(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self._run(), name="keeper")
        self._wanted.set()

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def status(self, status: Status) -> None:
        """Notice that the token has ended."""
        contact = status.contact
        if contact.line is not Line.REFUSED or contact.refusal != "unauthenticated":
            return
        if contact.since != self._noticed:  # once each time: more is said of it than once
            self._noticed = contact.since
            self._ended = True
            self._wanted.set()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if self._ended or not self._door.token:
                self._ended = False
                await self._renew()
            await self._take_directory()

    async def _renew(self) -> None:
        reply = await self._let_in()
        if reply is None:
            await self._denied()
            return
        await self._met(reply)
        if self._synchroniser is not None:
            self._synchroniser.retry_now()

    async def _let_in(self) -> LoginReply | None:
        """Knock until the server answers; None when it has said no as often as it takes to be sure."""
        denied = 0
        while denied < _SURE:
            try:
                reply = await self._door.renew(assignment=self._assignment, signer=self._signer)
                if reply is not None:
                    return reply
            except Denied:
                denied += 1
            await asyncio.sleep(_AGAIN_SECONDS if not denied else _SOON_SECONDS)
        return None

    async def _take_directory(self) -> None:
        try:
            directory = await self._connection.get("/directory/units", Directory)
        except (NoContact, Refusal, ProtocolViolation):
            return
        self._units.take(directory)
        text = msgspec.json.encode(directory).decode()
        await self._person_file.set(_DIRECTORY, text)
