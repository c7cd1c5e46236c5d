"""Puts the published deadlines and limits in force on the server: when told, and by the clock."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from workstation.content.lifecycle import Choice, next_switch
from workstation.content.norms import norms_of
from workstation.content.source import ContentProblem
from workstation.content.statements import Roster
from workstation.domain.clock import to_millis
from workstation.domain.norms import STANDARD, Norms
from workstation.server import in_force
from workstation.server.content import CONTENT
from workstation.server.core import Core
from workstation.server.database import Busy
from workstation.server.store import norms

_log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 1.0
_ASK_EVERY_LOOKS = 30
"""How often the database is asked for what another process was told."""


@dataclass(kw_only=True)
class NormKeeper:
    """One server's keeper. Nothing a caller waits for waits for it."""

    core: Core
    trusted: Roster
    _task: asyncio.Task[None] | None = None
    _next: int | None = field(default=None)

    def start(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self._run(), name="norms")

    async def stop(self) -> None:
        """End it; what is half renewed goes on when the server starts. No write is broken off."""
        self.core.hub.close()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        news = self.core.hub.listen((CONTENT,), quiet_seconds=_LOOK_EVERY_SECONDS)
        await self._settle_calmly()
        looks = 0
        async for told in news:
            looks += 1
            due = self._next is not None and self.core.now >= self._next
            if told or due or looks % _ASK_EVERY_LOOKS == 0:
                await self._settle_calmly()

    async def _settle_calmly(self) -> None:
        try:
            await self.settle()
        except Busy:
            _log.warning("the norms wait for the database")

    async def settle(self) -> None:
        """Put in force what the statements and the time say, and renew what waits.

        Raises:
            Busy: The database does not answer; nothing is lost, it goes on from there.
        """
        choice = await in_force.chosen(self.core, self.trusted)
        switch = next_switch(choice)
        self._next = to_millis(switch) if switch is not None else None
        found = await self._norms(choice)
        await self.core.database.write(lambda c: norms.put(c, found))
        left = 1
        while left and not self.core.hub.closed:
            left = await self.core.database.write(norms.renew_some)

    async def _norms(self, choice: Choice) -> Norms:
        if choice.current is None:
            return STANDARD
        content = await in_force.opened(self.core, choice.current.offer.digest, self.trusted)
        try:
            return norms_of(content) if content is not None else STANDARD
        except ContentProblem:
            _log.warning("the deadlines of the package in force cannot be read")
            return STANDARD
