"""What every part of the store works with: the database, the access log, the clock, the wake-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from workstation.access.actor import Actor
from workstation.access.policy import Action, Decision, Relation, decide
from workstation.domain.clock import Clock, to_millis, to_text
from workstation.server.database import Database
from workstation.server.hub import Hub
from workstation.server.store.audit import Activity, Event, append_events, event_of
from workstation.server.store.feed import drain_all

FURTHEST_AHEAD = timedelta(minutes=5)
"""A record's time further ahead of ours is kept in the record and not believed."""


class NotAllowed(Exception):
    """The policy says no, or there is no such thing: nobody can tell which."""


class WrongEpoch(Exception):
    """The caller knows the database as it was before a restore."""


class AuditLog:
    """Appends events in groups. Whoever records one waits until it is durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[tuple[Event, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, event: Event) -> None:
        """Append one event.

        Raises:
            Busy: It could not be written; what it tells of must not be answered.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            events = [event for event, _ in group]
            now = to_millis(self._clock.now())
            failure: Exception | None = None
            try:
                await self._database.write(_appending(events, now))
            except Exception as error:  # noqa: BLE001  handed to everyone who waits for it
                failure = error
            for _, done in group:
                if done.done():
                    continue
                if failure is None:
                    done.set_result(None)
                else:
                    done.set_exception(failure)


def _appending(events: list[Event], now: int) -> Callable[..., int]:
    return lambda connection: append_events(connection, events, now=now)


@dataclass(kw_only=True)
class Core:
    """Shared by the parts of the store; made once by ``workstation.server.open_store``."""

    database: Database
    clock: Clock
    random: Callable[[int], bytes]
    hub: Hub
    epoch: str
    audit: AuditLog = field(init=False)
    wake_drainer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.audit = AuditLog(self.database, self.clock)

    @property
    def now(self) -> int:
        """The time, ms UTC."""
        return to_millis(self.clock.now())

    async def settle_feeds(self) -> None:
        """Give every waiting change its position; where the writer does that itself, nothing waits."""
        if self.database.drains_in_transaction:
            return
        moved = await self.database.write(drain_all)
        if moved:
            self.hub.publish(moved)

    async def allowed(
        self, actor: Actor, action: Action, relation: Relation = Relation.NONE
    ) -> Decision:
        """Return the decision if it is yes.

        Raises:
            NotAllowed: It is no; the attempt is in the access log.
        """
        decision = decide(actor, action, relation)
        if not decision.allowed:
            await self.log(actor, "Nekad", action.name.lower())
            raise NotAllowed
        return decision

    async def log(
        self,
        actor: Actor,
        activity: Activity,
        what: str,
        *,
        basis: str = "",
        patients: Iterable[UUID] = (),
    ) -> None:
        """Write a line to the access log; durable when this returns."""
        at = to_text(self.now)
        await self.audit.record(
            event_of(actor, activity, what, at=at, basis=basis, patients=patients)
        )
