"""Publishing to a record server, and asking it what became of rules: as somebody who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sync.client import content as line
from sync.client.connection import Connection, InsecureAddress
from sync.protocol.login import LoginReply
from workstation.app.answered import content_answered
from workstation.app.door import Door
from workstation.content.statements import Signed, from_lines, to_line
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.guidance import RuleFigures
from workstation.operations.tally import figures

_DEVICE = "content"
_ANSWERS = frozenset({"content_approver", "content_author"})
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, repr=False)
class ServerOutlet:
    """A record server as an outlet. Implements ``workstation.content.publishing.Outlet``.

    ``connect``: makes a connection, given who tells the token.
    """

    connect: Callable[[Callable[[], str]], Connection]
    user: str
    password: str

    def put_package(self, raw: bytes) -> None:
        self._run(lambda connection: line.put_package(connection, raw))

    def put_statement(self, signed: Signed) -> None:
        self._run(lambda connection: line.put_statement(connection, to_line(signed)))

    def statements(self) -> tuple[Signed, ...]:
        reply = self._run(lambda connection: line.state(connection, known=0))
        return tuple(signed for one in reply.statements for signed in from_lines(one))

    def figures(self, *, since: str = "") -> tuple[RuleFigures, ...]:
        """Return what became of each rule in the region, from a day (ISO) on."""
        told = self._run(lambda connection: line.statistics(connection, since=since))
        return figures(
            ((f.day, f.rule, f.version, f.hook, f.outcome, f.reason), f.count) for f in told.firings
        )

    def _run(self, work: Callable[[Connection], Awaitable[Answer]]) -> Answer:
        return asyncio.run(self._asked(work))

    async def _asked(self, work: Callable[[Connection], Awaitable[Answer]]) -> Answer:
        with content_answered():
            async with self._logged_in() as connection:
                return await work(connection)

    @asynccontextmanager
    async def _logged_in(self) -> AsyncIterator[Connection]:
        doors: list[Door] = []
        connection = self.connect(lambda: doors[0].token if doors else "")
        door = Door(connection, device=_DEVICE)
        doors.append(door)
        try:
            reply = await door.log_in(self.user, self.password)
            if not door.token:
                await door.log_in(self.user, self.password, assignment=_assignment(reply))
            yield connection
        finally:
            await door.log_out()
            await connection.close()


def _assignment(reply: LoginReply) -> str:
    for held in reply.held:
        if _ANSWERS & set(held.assignment.rights):
            return held.assignment.hsa_id
    return reply.held[0].assignment.hsa_id


def server_outlet(address: str, *, user: str, password: str) -> ServerOutlet:
    """Return the outlet at a server's address.

    Raises:
        Problem: Records, and passwords, do not travel to this address.
    """

    def connect(token: Callable[[], str]) -> Connection:
        try:
            return Connection(address, token=token)
        except InsecureAddress:
            raise Problem(
                _("Records do not travel to this address: {address}").format(address=address),
                _("Name the server's address with --server; it begins with https://."),
            ) from None

    return ServerOutlet(connect=connect, user=user, password=password)
