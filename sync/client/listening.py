"""Wake-ups from the server, and the first to notice that it has fallen silent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

from sync.client.core import Core
from sync.protocol.contact import SILENCE_SECONDS, Line, wait_before_retry
from sync.protocol.messages import Position
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation

_LONG_WAIT_SECONDS = 3_600.0
_A_MOMENT_SECONDS = 0.01


class Listening:
    """Holds the wake-up line open while there is contact, and asks where nothing is heard.

    The wake-up line says something every other second, so while it is open silence ends it. In
    every other state (opening it, waiting to open it again) somebody has to watch: loss of the
    network is known within ``SILENCE_SECONDS`` + ``PROBE_SECONDS`` of the server's last word,
    whatever else is under way.

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
        self._deaf = asyncio.Event()
        self._deaf.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_listening())
            both.create_task(self._keep_watch())

    async def _keep_listening(self) -> None:
        while True:
            await self._contact()
            with suppress(NoContact):  # whether it is there is asked by the watch
                try:
                    await self._listen()
                except (Refusal, ProtocolViolation):
                    self._failures += 2  # without wake-ups polling still goes on
            random = self._core.timing.random()
            await asyncio.sleep(wait_before_retry(self._failures, random=random))
            self._failures += 1

    async def _listen(self) -> None:
        try:
            async with aclosing(self._core.server.events()) as words:
                async for position in words:
                    self._deaf.clear()
                    self._core.heard()
                    self._failures = 0
                    if position is not None:
                        self._notice(position)
        finally:
            self._deaf.set()

    async def _keep_watch(self) -> None:
        """Ask whether the server is there once nothing was heard for too long.

        After a cut not all ask at once: how long ago each heard its last word is by chance.
        """
        while True:
            await self._contact()
            await self._deaf.wait()
            if (left := SILENCE_SECONDS - self._core.silent_for) > 0:
                await asyncio.sleep(left + _A_MOMENT_SECONDS)  # not a hair too early, for ever
            elif self._core.contact.line is Line.CONNECTED:
                await self._ask_whether_it_is_there()

    async def _contact(self) -> None:
        while self._core.contact.line is not Line.CONNECTED:
            await self._core.up.wait(_LONG_WAIT_SECONDS)

    async def _ask_whether_it_is_there(self) -> None:
        try:
            await self._probe()
        except NoContact:
            self._core.lost()
        except Refusal as refusal:
            self._core.refused(refusal.code)
        except ProtocolViolation:
            self._core.refused("protocol")
