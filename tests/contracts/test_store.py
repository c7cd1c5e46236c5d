"""What every store keeps to, whatever it is made of: the model of the simulation and the real cache.

The server here is the simulation's model, so both sides of the contract are the same in all tests.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Protocol
from uuid import UUID

import msgspec
import pytest

from local_cache.cache import Cache, create_cache
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
from sync.protocol.pull import Hole
from sync.protocol.push import ids_of, settle
from tests.simulation.model_server import ModelServer
from tests.simulation.model_store import ModelStore
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
        self.server.take_group(_group(sealed, patient))
        return sealed

    async def saves(self, patient: UUID, *, records: int = 1) -> list[Sealed]:
        about = About(now=EPOCH_MS, patient=patient, unit=A)
        sealed = [self._here.note(about) for _ in range(records)]
        await self.store.save(sealed)
        return sealed

    async def follows(self, *units: str) -> None:
        """Take the units' lists and fetch everything."""
        await self.store.adopt_epoch(self.server.state.epoch)
        for unit in units:
            heads = tuple(sorted(self.server.heads_of(unit), key=lambda head: head.p.bytes))
            pos = self.server.state.units[unit].pos
            await self.store.take_manifest(unit, first_pos=pos, heads=heads, complete=True)
        await self.fetches()

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

    async def pulls(self) -> None:
        standing = await self.store.standing()
        request = PullRequest(epoch=self.server.state.epoch, cursors=dict(standing.cursors))
        await self.store.apply_page(self.server.pull(request))

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
        await self.store.adopt_epoch(self.server.state.epoch)

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


def _group(sealed: Sealed, patient: UUID) -> Group:
    return Group(p=patient, ops=(Pushed(raw=msgspec.Raw(sealed.raw)),))


@pytest.fixture(params=["model", "cache"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Scene]:
    clock = Hand()
    if request.param == "model":
        yield Scene(ModelStore("here", now=lambda: clock.seconds), clock)
        return
    create_cache(tmp_path / "unit.db", KEY, device="here", incarnation=1)
    cache = await Cache.open(tmp_path / "unit.db", KEY, clock=clock)
    try:
        yield Scene(cache, clock)
    finally:
        await cache.close()


async def test_a_new_store_follows_nothing_and_has_nothing_to_send(scene: Scene) -> None:
    standing = await scene.store.standing()

    assert (standing.device, standing.incarnation) == ("here", 1)
    assert (standing.epoch, dict(standing.cursors)) == ("", {})
    assert await scene.pushes() == ()
    assert (await scene.store.unsent()).oldest is None


async def test_after_the_list_and_the_load_it_is_as_the_server(scene: Scene) -> None:
    scene.a_patient(A, records=60)
    scene.a_patient(A, B, records=3)

    await scene.follows(A, B)

    assert await scene.is_as_the_server(A, B)


async def test_what_is_written_elsewhere_comes_by_the_feed(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)

    scene.written_elsewhere(patient)
    scene.a_patient(A, records=2)
    await scene.pulls()
    await scene.fetches()

    assert await scene.is_as_the_server(A)


async def test_a_page_applied_twice_changes_nothing(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    scene.written_elsewhere(patient)
    page = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    await scene.store.apply_page(page)
    once = await scene.store.standing()
    await scene.store.apply_page(page)

    assert await scene.store.standing() == once
    assert await scene.is_as_the_server(A)


async def test_a_page_with_a_hole_is_not_stored_at_all(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    for _ in range(3):
        scene.written_elsewhere(patient)
    first, _missing, third, at = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    with pytest.raises(Hole):
        await scene.store.apply_page([first, third, at])

    assert await scene.store.standing() == before


async def test_a_page_cut_short_is_stored_as_far_as_it_came(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    for _ in range(3):
        scene.written_elsewhere(patient)
    page = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    await scene.store.apply_page(page[:2])
    assert (await scene.store.standing()).cursors[A] == before.cursors[A] + 2
    await scene.pulls()

    assert await scene.is_as_the_server(A)


async def test_an_end_beyond_its_lines_is_a_hole(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    scene.written_elsewhere(patient)
    at = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )[-1]

    with pytest.raises(Hole):
        await scene.store.apply_page([at])


async def test_what_was_sent_and_never_answered_is_sent_again(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    saved = await scene.saves(patient, records=2)

    batch = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    again = await scene.store.next_batch(most=10, max_bytes=1_000_000)

    assert ids_of(batch) == ids_of(again)
    assert len(ids_of(batch)) == len(saved)
    unsent = await scene.store.unsent()
    assert (unsent.local, unsent.sent) == (0, 2)


async def test_a_batch_is_in_the_order_of_saving_and_keeps_what_was_saved_together(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    for _ in range(3):
        await scene.saves(patient, records=2)

    small = await scene.store.next_batch(most=3, max_bytes=1_000_000)
    tiny = await scene.store.next_batch(most=10, max_bytes=1)
    whole = await scene.store.next_batch(most=100, max_bytes=1_000_000)

    assert len(ids_of(tiny)) == 2, "the oldest group comes even where it is above the limit"
    assert len(ids_of(small)) in (2, 4), "a group is never split"
    assert ids_of(whole)[: len(ids_of(small))] == ids_of(small)
    assert len(ids_of(whole)) == 6


async def test_only_what_the_reply_names_is_settled(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(patient)
    batch = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    reply = scene.server.push(PushRequest(epoch=scene.server.state.epoch, groups=batch))
    await scene.saves(patient)

    await scene.store.settle(settle(batch, reply, epoch=scene.server.state.epoch))

    assert (await scene.store.unsent()).local == 1
    await scene.pushes()
    await scene.pulls()
    assert await scene.is_as_the_server(A)


async def test_what_the_server_puts_aside_stays_and_waits_for_a_person(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    (saved,) = await scene.saves(patient)
    (batch,) = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    (name,) = ids_of([batch])
    reply = msgspec.convert(
        {
            "epoch": "epoch-1",
            "outcomes": [{"id": name, "verdict": "quarantined", "why": "not_allowed"}],
        },
        PushReply,
    )

    await scene.settles(reply)

    unsent = await scene.store.unsent()
    assert (unsent.local, unsent.sent, unsent.attention) == (0, 0, 1)
    assert await scene.store.next_batch(most=10, max_bytes=1_000_000) == ()
    assert saved.raw


async def test_later_makes_a_patient_wait_and_nobody_else(scene: Scene) -> None:
    one, other = scene.a_patient(A), scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(one)
    first = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))
    reply = msgspec.convert(
        {"epoch": "epoch-1", "outcomes": [{"id": first[0], "verdict": "later", "after": 60}]},
        PushReply,
    )
    await scene.settles(reply)
    await scene.saves(other)

    soon = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))
    scene.clock.seconds += 61
    later = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))

    assert first[0] not in soon
    assert len(soon) == 1
    assert first[0] in later


async def test_a_patient_who_leaves_goes_and_what_is_unsent_of_it_still_arrives(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(patient)
    scene.server.leave(A, patient)
    await scene.pulls()
    assert await scene.store.heads(A) == ()

    (sent,) = await scene.pushes()

    assert scene.stored_times(patient)[sent] == 1


async def test_a_patient_of_two_units_stays_while_one_of_them_has_it(scene: Scene) -> None:
    patient = scene.a_patient(A, B, records=3)
    await scene.follows(A, B)

    scene.server.leave(A, patient)
    await scene.pulls()
    await scene.store.leave_unit(A)

    assert await scene.is_as_the_server(B)
    assert [head.p for head in await scene.store.heads(B)] == [patient]


async def test_who_comes_back_is_fetched_again(scene: Scene) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    scene.server.leave(A, patient)
    await scene.pulls()

    scene.written_elsewhere(patient, B)
    scene.server.enter(A, patient)
    scene.written_elsewhere(patient)
    await scene.pulls()
    await scene.fetches()

    assert await scene.is_as_the_server(A)


async def test_leaving_a_unit_leaves_no_cursor_and_no_wish(scene: Scene) -> None:
    scene.a_patient(A, records=2)
    await scene.follows(A)

    await scene.store.leave_unit(A)

    assert dict((await scene.store.standing()).cursors) == {}
    assert await scene.store.wanted(most=10) == ()


async def test_what_a_restored_server_lost_is_offered_again_own_and_other_peoples(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    await scene.pushes()
    scene.written_elsewhere(patient)
    await scene.pulls()
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")
    await scene.rejoins(A)
    await scene.pushes()
    await scene.pulls()
    await scene.fetches()

    assert scene.stored_times(patient) == had
    assert await scene.is_as_the_server(A)


async def test_after_a_restore_both_histories_come_together(scene: Scene) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    backup = scene.server.snapshot()
    scene.written_elsewhere(patient)
    await scene.pulls()
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")
    for _ in range(3):
        scene.written_elsewhere(patient)
    await scene.rejoins(A)
    await scene.fetches()
    await scene.pushes()
    await scene.pulls()
    await scene.fetches()

    assert scene.stored_times(patient).items() >= had.items()
    assert set(scene.stored_times(patient).values()) == {1}
    assert await scene.is_as_the_server(A)


async def test_what_comes_back_between_two_comparisons_is_here_as_well(scene: Scene) -> None:
    patient = scene.a_patient(A, B, records=2)
    await scene.follows(A, B)
    backup = scene.server.snapshot()
    lost = scene.written_elsewhere(patient)
    await scene.pulls()

    scene.server.restored(backup, epoch="epoch-2")
    await scene.compares(A, followed=(A, B))
    scene.server.take_group(_group(lost, patient))  # somebody else had it, too
    await scene.compares(B, followed=(A, B))
    await scene.store.leave_unit(A)  # so that its feed brings nothing more
    await scene.store.adopt_epoch("epoch-2")

    assert [(s.first, s.last) for s in await scene.store.wanted(most=10)] == [(3, 3)]
    await scene.fetches()
    await scene.pushes()
    assert await scene.is_as_the_server(B)


async def test_what_was_acknowledged_and_has_left_is_offered_after_a_restore_too(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    scene.server.leave(A, patient)
    await scene.pulls()

    scene.server.restored(backup, epoch="epoch-2")
    scene.server.leave(A, patient)
    await scene.rejoins(A)
    await scene.pushes()

    assert scene.stored_times(patient)[sent] == 1


async def test_a_stream_that_runs_ahead_of_the_feed_does_not_outlive_a_restore(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    scene.written_elsewhere(patient)
    await scene.store.apply_stream(*scene.streamed(Span(p=patient)))

    scene.server.restored(backup, epoch="epoch-2")
    scene.written_elsewhere(patient)
    await scene.rejoins(A)
    for _ in range(2):
        await scene.pushes()
        await scene.pulls()
        await scene.fetches()

    assert await scene.is_as_the_server(A)
