"""Protocols with one thing wrong. The simulation is trusted only while it fails on every one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from sync.protocol.messages import AtLine, Group, Head, Outcome, PullLine, PushReply, PushRequest
from sync.protocol.ports import NoContact
from tests.simulation.model_server import ModelServer, State
from tests.simulation.model_store import ModelStore, Op
from tests.simulation.orders import Look, Reader, opened, rank_of
from tests.simulation.records import name_of
from tests.simulation.wire import Wire
from tests.simulation.world import Kit
from workstation.domain.canonical import canonical
from workstation.domain.entity import EntityState
from workstation.domain.medication import order_state
from workstation.domain.record import Record, UnknownBody

M = TypeVar("M")


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


class WhoeverMayNotAskVouches(ModelStore):
    """What a unit has told holds in a new epoch, though nobody here may ask about it."""

    def _doubt(self, units: Iterable[str]) -> None:
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


class OneSideIsShown(Reader):
    """Of two steps on one version the screen shows the newest, as if it were decided."""

    def look(self, records: Sequence[Record]) -> Look:
        newest = max(records, key=lambda record: record.order)
        line = [r for r in records if r.id == newest.id or r.id not in _sides(records)]
        return super().look(line)


class TheLessSafeSideHolds(Reader):
    """Until somebody decides, the larger of two doses is given."""

    def order(self, state: EntityState, look: Look) -> Look:
        seen = super().order(state, look)
        if not look.undecided or seen.rank is None:
            return seen
        return replace(seen, rank=max(rank_of(side) for side in order_state(state).sides))


def _sides(records: Sequence[Record]) -> set[UUID]:
    built_on = {base for record in records for base in record.bases}
    return {record.id for record in records if record.id not in built_on}


class WhatIsUnknownIsRefused(ModelServer):
    """A kind or a version that the server cannot read is put aside."""

    def unfit(self, raw: bytes) -> str:
        return "malformed" if isinstance(opened(raw).body, UnknownBody) else ""


class WhatIsUnknownIsLeftOut(ModelServer):
    """The server stores what it has read, in its own words."""

    def stored(self, raw: bytes) -> bytes:
        plain = msgspec.json.decode(raw)
        known = {"contact_time", "sections", "title", "type", "action", "drug", "dosage", "chosen"}
        body = {name: value for name, value in plain["body"].items() if name in known}
        return canonical(plain | {"body": body})


class OnlyWhatIsKnownIsRead(Wire):
    """A message that says more than was agreed on is none."""

    def told(self, reply: M) -> M:
        if self.newer_server:
            raise NoContact
        return reply


class KitOfTheStrict(Kit):
    """Workstations that take nothing from a newer server."""

    def wire(self, device: str) -> Wire:
        usual = super().wire(device)
        return OnlyWhatIsKnownIsRead(
            newer_client=usual.newer_client, newer_server=usual.newer_server
        )


ALL_STATIONS = frozenset({"ws-0", "ws-1", "ws-2"})
NEWER = {
    "a newer server": frozenset({"server"}),
    "newer workstations": ALL_STATIONS,
    "one newer workstation": frozenset({"ws-1"}),
    "a newer server and one newer workstation": frozenset({"server", "ws-1"}),
}
"""Which programs are a version ahead of the others."""

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
    "nobody may ask": lambda: Kit(store=WhoeverMayNotAskVouches, turns=True),
    "late reply moves the cursor": lambda: Kit(store=LateRepliesMoveTheCursor),
    "erasure forgotten": lambda: Kit(store=ErasuresAreForgotten),
    "one side is shown": lambda: Kit(reader=OneSideIsShown()),
    "the less safe side holds": lambda: Kit(reader=TheLessSafeSideHolds()),
    "unknown is refused": lambda: Kit(server=WhatIsUnknownIsRefused, newer=ALL_STATIONS),
    "unknown is left out": lambda: Kit(server=WhatIsUnknownIsLeftOut, newer=ALL_STATIONS),
    "only what is known is read": lambda: KitOfTheStrict(newer=NEWER["a newer server"]),
}

BREAKS = {
    "one side is shown": "I5",
    "the less safe side holds": "I9",
    "unknown is refused": "I8",
    "unknown is left out": "I11",
    "only what is known is read": "I8",
}
"""Mutants that one invariant in particular must catch."""
