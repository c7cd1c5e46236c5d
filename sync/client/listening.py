"""Wake-ups from the server, and the first to notice that it has fallen silent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from sync.client.core import Core
from sync.protocol.contact import SILENCE_SECONDS, Line, wait_before_retry
from sync.protocol.messages import Position
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation

_LONG_WAIT_SECONDS = 3_600.0


class Listening:
    """Holds the wake-up line open while there is contact.

    Args:
        notice: Takes a wake-up.
        probe: Asks the server whether it is there; raises ``NoContact`` when it is not.
    """

    def __init__(
        self,
        core: Core,
        *,
        notice: Callable[[Position], None],
        probe: Callable[[], Awaitable[None]],
    ) -> None:
        self._core = core
        self._notice = notice
        self._probe = probe
        self._failures = 0

    async def run(self) -> None:
        while True:
            if self._core.contact.line is not Line.CONNECTED:
                await self._core.up.wait(_LONG_WAIT_SECONDS)
                continue
            try:
                await self._listen()
            except NoContact:
                await self._ask_whether_it_is_there()
            except (Refusal, ProtocolViolation):
                self._failures += 2  # without wake-ups polling still goes on
            self._failures += 1
            await asyncio.sleep(
                wait_before_retry(self._failures, random=self._core.timing.random())
            )

    async def _listen(self) -> None:
        async with aclosing(self._core.server.events()) as positions:
            async for position in positions:
                self._core.heard()
                self._failures = 0
                self._notice(position)

    async def _ask_whether_it_is_there(self) -> None:
        """Silence is asked about at once; after a cut everybody is cut, so not all at once."""
        if self._core.silent_for < SILENCE_SECONDS:
            await asyncio.sleep(self._core.timing.random())
        if self._core.silent_for < 1.0:
            return  # another request was answered meanwhile
        try:
            await self._probe()
        except NoContact:
            self._core.lost()
        except Refusal as refusal:
            self._core.refused(refusal.code)
        except ProtocolViolation:
            self._core.refused("protocol")
