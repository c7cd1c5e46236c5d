"""One store, one server and what passes between them: what the stores' contract is told with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

import msgspec
import pytest

from sync.protocol.compare import digest_of, to_prove, with_forks
from sync.protocol.messages import (
    EndLine,
    EntryLine,
    Group,
    Head,
    PullRequest,
    Pushed,
    PushReply,
    PushRequest,
    Span,
    StreamRequest,
)
from sync.protocol.ports import Store
from sync.protocol.push import ids_of
from tests.simulation.model_server import ModelServer
from tests.simulation.records import EPOCH_MS, About, Writer
from workstation.domain.clock import from_millis
from workstation.domain.ids import uuid7
from workstation.domain.record import Sealed

A, B = "SE-unit-a", "SE-unit-b"
KEY = bytes(range(32))


class SavingStore(Store, Protocol):
    """A store that people write to."""

    async def save(self, records: Sequence[Sealed]) -> None: ...


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return from_millis(EPOCH_MS + int(self.seconds * 1000))


class Scene:
    """One store, one server, what passes between them, and people who write at both ends."""

    def __init__(self, store: SavingStore, clock: Hand) -> None:
        self.store = store
        self.clock = clock
        self.server = ModelServer((A, B), page=100)
        self._random = Random(1)
        self._here = Writer(device="here", random=self._random)
        self._elsewhere = Writer(device="elsewhere", random=self._random)

    def a_patient(self, *units: str, records: int = 1) -> UUID:
        """Return a patient of these units with that many records, at the server."""
        patient = uuid7(EPOCH_MS, self._random.randbytes)
        for _ in range(records):
            self.written_elsewhere(patient, units[0])
        for unit in units[1:]:
            self.server.enter(unit, patient)
        return patient

    def written_elsewhere(self, patient: UUID, unit: str = A) -> Sealed:
        sealed = self._elsewhere.note(About(now=EPOCH_MS, patient=patient, unit=unit))
        self.server.take_group(group_of(sealed, patient))
        return sealed

    async def saves(self, patient: UUID, *, records: int = 1) -> list[Sealed]:
        about = About(now=EPOCH_MS, patient=patient, unit=A)
        sealed = [self._here.note(about) for _ in range(records)]
        await self.store.save(sealed)
        return sealed

    async def follows(self, *units: str) -> None:
        """Take the units' lists and fetch everything."""
        await self.takes_lists(*units)
        await self.fetches()

    async def takes_lists(self, *units: str) -> None:
        """Take the units' lists, and nothing else yet."""
        await self.store.adopt_epoch(self.server.state.epoch)
        for unit in units:
            heads = tuple(sorted(self.server.heads_of(unit), key=lambda head: head.p.bytes))
            pos = self.server.state.units[unit].pos
            await self.store.take_manifest(unit, first_pos=pos, heads=heads, complete=True)

    async def fetches(self) -> None:
        """Fetch until nothing more is wanted."""
        for _ in range(50):
            spans = await self.store.wanted(most=50)
            if not spans:
                return
            for span in spans:
                await self.store.apply_stream(*self.streamed(span))
        pytest.fail("the store wants without end")

    def streamed(self, span: Span) -> tuple[list[EntryLine], EndLine]:
        request = StreamRequest(epoch=self.server.state.epoch, spans=(span,))
        *entries, end = self.server.stream(request)
        assert isinstance(end, EndLine)
        return [line for line in entries if isinstance(line, EntryLine)], end

    async def pulls(self, *units: str) -> None:
        """Take a page of these units' feeds, or of all that are followed."""
        cursors = (await self.store.standing()).cursors
        asked = {unit: cursors[unit] for unit in units or cursors}
        request = PullRequest(epoch=self.server.state.epoch, cursors=asked)
        await self.store.apply_page(self.server.pull(request))

    async def settled(self) -> None:
        """Load, send and pull until everybody has everything."""
        for _ in range(3):
            await self.fetches()
            await self.pushes()
            await self.pulls()
        await self.fetches()

    async def pushes(self) -> tuple[str, ...]:
        """Push one batch; return the ids that were in it."""
        batch = await self.store.next_batch(most=1_000, max_bytes=1_000_000)
        if batch:
            reply = self.server.push(PushRequest(epoch=self.server.state.epoch, groups=batch))
            await self.settles(reply)
        return ids_of(batch)

    async def settles(self, reply: PushReply) -> None:
        await self.store.settle(reply.outcomes)

    async def rejoins(self, *units: str) -> None:
        """What the engine does after a restore."""
        for unit in units:
            await self.compares(unit, followed=units)
        await self.store.adopt_epoch(self.server.state.epoch, compared=units)

    async def compares(self, unit: str, *, followed: Sequence[str]) -> None:
        """Take over the server's heads of one unit."""
        known = [head for each in followed for head in await self.store.heads(each)]
        own = {head.p: head for head in await self.store.heads(unit)}
        theirs = {head.p: head for head in self.server.heads_of(unit)}
        named = [head for p, head in theirs.items() if own.get(p) != head]
        named += [Head(p=p, rev=0, hash="") for p in own if p not in theirs]
        ends = [self.streamed(span)[1] for span in to_prove(known, named)]
        pos = self.server.state.units[unit].pos
        await self.store.rejoin(unit, with_forks(known, named, ends), pos=pos)

    async def is_as_the_server(self, *units: str) -> bool:
        """Whether cursors and digests are the server's, and nothing is wanted or unsent."""
        standing, unsent = await self.store.standing(), await self.store.unsent()
        return (
            dict(standing.cursors) == {unit: self.server.state.units[unit].pos for unit in units}
            and dict(standing.digests)
            == {unit: digest_of(self.server.heads_of(unit)) for unit in units}
            and not await self.store.wanted(most=1)
            and (unsent.local, unsent.sent, unsent.attention) == (0, 0, 0)
        )

    def stored_times(self, patient: UUID) -> dict[str, int]:
        """Return how often each record is in the patient's stream at the server."""
        ids = [str(entry.id) for entry in self.server.state.streams.get(patient, ())]
        return {record: ids.count(record) for record in ids}


def group_of(sealed: Sealed, patient: UUID) -> Group:
    return Group(p=patient, ops=(Pushed(raw=msgspec.Raw(sealed.raw)),))
