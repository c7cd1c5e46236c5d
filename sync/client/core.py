"""What the loops of the engine share: the store, the server, the line, the alarms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from sync.protocol.contact import Contact, Line
from sync.protocol.messages import HelloReply
from sync.protocol.ports import NoContact, Server, Store
from sync.protocol.status import Loading, Status

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Time and chance. Waiting is the event loop's: a simulation runs one of virtual time.

    ``wall``: ms since 1970 UTC on this device's clock. ``random``: uniform in [0, 1).
    """

    wall: Callable[[], int]
    random: Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Device:
    """Who calls: this device, how often its store was made anew, which program."""

    name: str
    incarnation: int
    program: str


class Alarm:
    """Rings once for whoever waits, or at the next wait."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for the alarm, at most so long; return whether it rang."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


async def within(seconds: float, answer: Awaitable[Answer]) -> Answer:
    """Wait for an answer; one that takes longer never comes.

    Raises:
        NoContact: It took longer.
    """
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        raise NoContact from None


class Core:
    """The state of the line, and how the loops wake each other.

    Attributes:
        work: Rings for the way down: a wake-up, a chart opened, contact lost or wanted.
        saved: Rings for the way up: something was saved, or the line is back.
        back: Rings for the way up only when the line is back.
        up: Rings for the listener when the line is back.
        again: Rings when somebody asks to try again now.
    """

    def __init__(
        self,
        *,
        store: Store,
        server: Server,
        timing: Timing,
        changed: Callable[[Status], None],
        arrived: Callable[[frozenset[UUID]], None],
    ) -> None:
        self.store = store
        self.server = server
        self.timing = timing
        self.arrived = arrived
        self.status = Status(contact=Contact(since=timing.wall()))
        self.work = Alarm()
        self.saved = Alarm()
        self.back = Alarm()
        self.up = Alarm()
        self.again = Alarm()
        self.hello_due = False
        self._changed = changed
        self._heard = 0.0

    @property
    def contact(self) -> Contact:
        return self.status.contact

    def now(self) -> float:
        """Return the event loop's time, seconds: for measuring what passed, nothing else."""
        return asyncio.get_running_loop().time()

    def heard(self) -> None:
        """A word came from the server, whatever it says."""
        self._heard = self.now()

    @property
    def silent_for(self) -> float:
        """Seconds since the last word from the server."""
        return self.now() - self._heard

    def reached(self) -> None:
        """The server answered as it should."""
        self.heard()
        was_down = self.contact.line is not Line.CONNECTED
        self._show(replace(self.status, contact=self.contact.reached(self.timing.wall())))
        if was_down:
            for alarm in (self.saved, self.back, self.up):
                alarm.ring()

    def lost(self) -> None:
        """The server does not answer; the way down will say hello again."""
        self._show(replace(self.status, contact=self.contact.lost(self.timing.wall())))
        self.work.ring()

    def refused(self, code: str) -> None:
        """The server said no."""
        self.heard()
        self._show(replace(self.status, contact=self.contact.refused(code, self.timing.wall())))
        self.work.ring()

    def try_again_now(self) -> None:
        """End every wait for a better moment."""
        for alarm in (self.again, self.back, self.saved, self.work):
            alarm.ring()

    def ask_for_hello(self) -> None:
        """Something the server said makes sense only after another hello."""
        self.hello_due = True
        self.work.ring()

    def loading(self, loading: Loading | None) -> None:
        if loading != self.status.loading:
            self._show(replace(self.status, loading=loading))

    def welcomed(self, hello: HelloReply, *, denied: tuple[str, ...], skew: int | None) -> None:
        """Take note of what hello brought."""
        self._show(
            replace(
                self.status,
                denied=denied,
                skew=self.status.skew if skew is None else skew,
                backups=hello.backups,
                tried_out=hello.tried_out,
            )
        )

    def trouble(self, text: str) -> None:
        """Show, or with an empty text clear, that the store could not take what came."""
        if text != self.status.trouble:
            self._show(replace(self.status, trouble=text))

    async def count_unsent(self) -> None:
        """Ask the store what is unsent, and show it."""
        unsent = await self.store.unsent()
        if unsent != self.status.unsent:
            self._show(replace(self.status, unsent=unsent))

    def _show(self, status: Status) -> None:
        self.status = status
        self._changed(status)
