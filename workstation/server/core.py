"""What every part of the store works with: the database, the access log, the clock, the wake-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from workstation.access.actor import Actor
from workstation.access.policy import Action, Decision, Relation, decide
from workstation.domain.clock import Clock, to_millis, to_text
from workstation.server.database import Busy, Database
from workstation.server.hub import Hub
from workstation.server.store.audit import (
    Activity,
    Event,
    Purpose,
    append_events,
    event_of,
)
from workstation.server.store.feed import drain_all

FURTHEST_AHEAD = timedelta(minutes=5)
"""A record's time further ahead of ours is kept in the record and not believed."""


class NotAllowed(Exception):
    """The policy says no, or there is no such thing: nobody can tell which."""


class WrongEpoch(Exception):
    """The caller knows the database as it was before a restore."""


P = TypeVar("P")
R = TypeVar("R")
Together = Callable[[Connection, Sequence[P]], Sequence[R]]
"""Stores several parts in one transaction; returns an answer for each, in their order."""


@dataclass(frozen=True, eq=False, repr=False)
class _Waiting:
    """One who waits: an event to log, and perhaps something to store with it."""

    event: Event
    store: Together[Any, Any] | None
    part: Any
    done: asyncio.Future[Any]


class Journal:
    """Writes events, and what they tell of, in groups. Whoever hands one in waits until it is durable.

    While one group is being committed the next gathers: a commit costs a wait for the disk,
    and statements about many cost little more than about one.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, event: Event) -> None:
        """Append one event.

        Raises:
            Busy: It could not be written; what it tells of must not be answered.
        """
        await self._hand_in(event, None, None)

    async def store(self, event: Event, store: Together[P, R], part: P) -> R:
        """Store ``part`` with others that wait for the same ``store``, and log it, all or nothing.

        Raises:
            Busy: Neither was written.
        """
        answer: R = await self._hand_in(event, store, part)
        return answer

    async def _hand_in(self, event: Event, store: Together[Any, Any] | None, part: Any) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(event, store, part, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            if await self._commit(group) and len(group) > 1:
                for one in group:  # what spoils the group is its own fault alone
                    await self._commit([one])

    async def _commit(self, group: Sequence[_Waiting]) -> bool:
        """Write a group and answer everyone in it; True when something in it spoilt it."""
        now = to_millis(self._clock.now())
        try:
            answers = await self._database.write(lambda c: _store(c, group, now))
        except Exception as error:  # noqa: BLE001  handed to everyone who waits for it
            if len(group) > 1 and not isinstance(error, Busy):
                return True
            for one in group:
                if not one.done.done():
                    one.done.set_exception(error)
            return False
        for one, answer in zip(group, answers, strict=True):
            if not one.done.done():
                one.done.set_result(answer)
        return False


def _store(connection: Connection, group: Sequence[_Waiting], now: int) -> list[Any]:
    answers: dict[int, Any] = {}
    for store in {one.store: None for one in group if one.store is not None}:
        mine = [number for number, one in enumerate(group) if one.store is store]
        found = store(connection, [group[number].part for number in mine])
        answers.update(zip(mine, found, strict=True))
    append_events(connection, [one.event for one in group], now=now)
    return [answers.get(number) for number in range(len(group))]


@dataclass(kw_only=True)
class Core:
    """Shared by the parts of the store; made once by ``workstation.server.open_store``.

    ``backups``: the file that says when they were made; None where they are the database's affair.
    """

    database: Database
    clock: Clock
    random: Callable[[int], bytes]
    hub: Hub
    epoch: str
    backups: Path | None = None
    journal: Journal = field(init=False)
    wake_drainer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.journal = Journal(self.database, self.clock)

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
        purpose: Purpose | None = None,
        reason: str = "",
    ) -> None:
        """Write a line to the access log; durable when this returns."""
        event = self.event(
            actor, activity, what, basis=basis, patients=patients, purpose=purpose, reason=reason
        )
        await self.journal.record(event)

    def event(
        self,
        actor: Actor,
        activity: Activity,
        what: str,
        *,
        basis: str = "",
        patients: Iterable[UUID] = (),
        purpose: Purpose | None = None,
        reason: str = "",
    ) -> Event:
        """Return the line that :meth:`log` writes."""
        at = to_text(self.now)
        return event_of(
            actor,
            activity,
            what,
            at=at,
            basis=basis,
            patients=patients,
            purpose=purpose,
            reason=reason,
        )
