"""Protocols with one thing wrong. The simulation is trusted only while it fails on every one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sync.protocol.messages import AtLine, Group, Head, Outcome, PullLine, PushReply, PushRequest
from tests.simulation.model_server import ModelServer, State
from tests.simulation.model_store import ModelStore, Op
from tests.simulation.records import name_of
from tests.simulation.world import Kit


class RepeatsAreStoredAgain(ModelServer):
    """No idempotency: what comes twice is there twice."""

    def is_known(self, record: UUID, known: dict[UUID, int]) -> bool:
        return False


class EntersAreNotInTheFeed(ModelServer):
    """A patient comes on the list, and nobody is told."""

    def feed_enter(self, unit: str, head: Head) -> None:
        return None


class RestoresWithoutANewEpoch(ModelServer):
    """A restored server goes on as if nothing had happened."""

    def restored(self, backup: State, *, epoch: str) -> None:
        super().restored(backup, epoch=self.state.epoch)


class LastWriteWins(ModelServer):
    """Of two versions on one base one is acknowledged and thrown away."""

    def take_group(self, group: Group) -> list[Outcome]:
        stream = self.state.streams.get(group.p, [])
        taken = {name_of(e.raw).bases: rev for rev, e in enumerate(stream, 1) if e.raw}
        taken.pop((), None)
        lost = [op for op in group.ops if name_of(op.raw).bases in taken]
        if not lost:
            return super().take_group(group)
        return [
            Outcome(id=str(name.id), verdict="applied", rev=taken[name.bases])
            for name in (name_of(op.raw) for op in lost)
        ]


class AcknowledgesBeforeItIsDurable(ModelServer):
    """The answer leaves before the commit: a crash in the next seconds undoes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._durable: State | None = None

    def push(self, request: PushRequest) -> PushReply:
        before = self.snapshot()
        reply = super().push(request)
        if self._durable is None:
            self._durable = before
            asyncio.get_running_loop().call_later(10, self._commit)
        return reply

    def _commit(self) -> None:
        self._durable = None

    def crash(self) -> None:
        if self._durable is not None:
            self.state = self._durable
            self._durable = None


class CursorIsSavedBeforeTheRows(ModelStore):
    """Two transactions where one belongs."""

    async def apply_page(self, lines: Sequence[PullLine]) -> None:
        before = dict(self.cursors)
        for line in lines:
            if not isinstance(line, AtLine) and line.u in self.cursors:
                self.cursors[line.u] = max(self.cursors[line.u], line.pos)
        await asyncio.sleep(0.05)
        self.cursors = before
        await super().apply_page(lines)


class DroppedWhenSent(ModelStore):
    """The outbox forgets what has been sent, not what has been acknowledged."""

    def handed_out(self, ops: list[Op]) -> None:
        sent = {name_of(op.raw).id for op in ops}
        self.outbox = {record: op for record, op in self.outbox.items() if record not in sent}


class LeavingTakesTheUnsentAlong(ModelStore):
    """A patient who leaves takes along what was never sent."""

    def _forget_if_gone(self, patient: UUID) -> None:
        super()._forget_if_gone(patient)
        if patient not in self.followed():
            self.outbox = {r: op for r, op in self.outbox.items() if op.patient != patient}


class NothingIsSalvaged(ModelStore):
    """After a restore everybody takes over what the server has left."""

    def _queue_again(self, lost: list[tuple[UUID, UUID, bytes]]) -> None:
        return None


class LateRepliesMoveTheCursor(ModelStore):
    """A reply is believed about where it ends, whatever was known already."""

    async def apply_page(self, lines: Sequence[PullLine]) -> None:
        await super().apply_page(lines)
        for line in lines:
            if isinstance(line, AtLine) and line.u in self.cursors:
                self.cursors[line.u] = line.pos


class ErasuresAreForgotten(ModelStore):
    """An erasure reaches the list of what was told, not the bodies."""

    def _erase(self, patient: UUID, revs: Any) -> None:
        return None


MUTANTS: dict[str, Callable[[], Kit]] = {
    "no idempotency": lambda: Kit(server=RepeatsAreStoredAgain),
    "enter not in the feed": lambda: Kit(server=EntersAreNotInTheFeed),
    "no new epoch": lambda: Kit(server=RestoresWithoutANewEpoch),
    "last write wins": lambda: Kit(server=LastWriteWins),
    "ack before durable": lambda: Kit(server=AcknowledgesBeforeItIsDurable),
    "cursor before rows": lambda: Kit(store=CursorIsSavedBeforeTheRows),
    "dropped when sent": lambda: Kit(store=DroppedWhenSent),
    "leave purges unsent": lambda: Kit(store=LeavingTakesTheUnsentAlong),
    "no salvage": lambda: Kit(store=NothingIsSalvaged),
    "late reply moves the cursor": lambda: Kit(store=LateRepliesMoveTheCursor),
    "erasure forgotten": lambda: Kit(store=ErasuresAreForgotten),
}
