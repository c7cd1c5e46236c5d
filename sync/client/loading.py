"""The load: the list of a unit's patients first, then their records, tier by tier."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import UUID

from sync.client.comparing import same_epoch
from sync.client.core import Core, within
from sync.protocol.messages import (
    EndLine,
    EntryLine,
    Head,
    ManifestRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from sync.protocol.plan import AT_ONCE, FIRST_ENTRIES, MOST_SPANS, Fetch, after_a_cut, after_success
from sync.protocol.ports import NoContact, SentSpan
from sync.protocol.status import Loading, Tier
from sync.protocol.violation import ProtocolViolation

_ALL_SPANS = 1_000_000
DEADLINE_SECONDS = 60.0
"""For a page of the list, and between two words of a stream."""


async def take_list(core: Core, unit: str, *, epoch: str) -> None:
    """Read a unit's patients, page by page; the feed is pulled from where it stood at the first.

    Raises:
        Refusal: ``wrong_epoch`` when the server was restored meanwhile.
        ProtocolViolation: The list does not come in order of patient id.
    """
    core.loading(Loading(tier="list"))
    heads: list[Head] = []
    first_pos: int | None = None
    more = True
    while more:
        after = heads[-1].p if heads else None
        request = ManifestRequest(unit=unit, after=after)
        reply = await within(DEADLINE_SECONDS, core.server.manifest(request))
        core.reached()
        same_epoch(reply, epoch)
        ids = [head.p.bytes for head in reply.patients]
        if ids != sorted(set(ids)) or (after is not None and ids and ids[0] <= after.bytes):
            raise ProtocolViolation("the list of patients is not in order")
        first_pos = reply.pos if first_pos is None else first_pos
        more = reply.more and bool(ids)
        heads += reply.patients
    # At once: of a list that was cut short nobody would know which patients have left since.
    await core.store.take_manifest(unit, first_pos=first_pos or 0, heads=heads, complete=True)


class Loader:
    """Fetches what the store wants, and the charts somebody has opened."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._opened: dict[UUID, int] = {}
        self._may_want = True
        self.portion = FIRST_ENTRIES

    @property
    def opened(self) -> tuple[tuple[UUID, int], ...]:
        """Patients to fetch before anything else, with the revision to go on from."""
        return tuple(self._opened.items())

    def open_chart(self, patient: UUID) -> None:
        self._opened.setdefault(patient, 1)

    def look_again(self) -> None:
        """The store may want something it did not want before."""
        self._may_want = True

    async def wanted(self) -> tuple[Span, ...]:
        """Return what the store wants next, and show how far the load has come."""
        if not self._may_want:
            return ()
        spans = await self._core.store.wanted(most=MOST_SPANS)
        if not spans:
            self._may_want = False
            self._core.loading(None)
            return ()
        tier: Tier = "essential" if any(span.essential for span in spans) else "rest"
        loading = self._core.status.loading
        if loading is None or loading.tier != tier:
            every = await self._core.store.wanted(most=_ALL_SPANS)
            total = sum(span.essential == (tier == "essential") for span in every)
            self._core.loading(Loading(tier=tier, total=total))
        return spans

    async def fetch(self, step: Fetch, *, epoch: str) -> None:
        """Fetch spans; each is stored as soon as its end has come, while the next one arrives.

        Raises:
            ProtocolViolation: A record came that belongs to no span, or the stream ended early.
        """
        storing = _OneBehind()
        at_once = 1 if step.opened is not None else AT_ONCE
        began = self._core.now()
        try:
            request = StreamRequest(epoch=epoch, spans=step.spans)
            ends = await self._carry(request, storing, at_once=at_once)
            await storing.finish()
        except NoContact:
            self.portion = after_a_cut(self.portion)
            raise
        finally:
            storing.drop()
        self.portion = after_success(self.portion, seconds=self._core.now() - began)
        if not ends:
            raise ProtocolViolation("a stream without an end")
        if step.opened is not None:
            self._go_on(step.opened, [end for end in ends if not end.essential])
        self._may_want = True

    async def _carry(
        self, request: StreamRequest, storing: _OneBehind, *, at_once: int
    ) -> list[EndLine]:
        """Read the stream to its end; return the spans that came whole."""
        core = self._core
        ends: list[EndLine] = []
        whole = _Whole()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS) as deadline:
                async with aclosing(core.server.stream(request)) as blocks:
                    async for block in blocks:
                        deadline.reschedule(loop.time() + DEADLINE_SECONDS)
                        core.heard()
                        ends += whole.take(block)
                        if whole.entries >= at_once:
                            await storing.put(self._store(whole.taken()))
        except (TimeoutError, NoContact):
            await storing.put(self._store(whole.taken()))
            await storing.finish()
            raise NoContact from None
        await storing.put(self._store(whole.taken()))
        return ends

    async def _store(self, whole: Sequence[SentSpan]) -> None:
        if not whole:
            return
        await self._core.store.apply_streams(whole)
        if (loading := self._core.status.loading) is not None:
            of_it = [end for _, end in whole if end.essential == (loading.tier == "essential")]
            done = loading.done + len(of_it)
            total = max(loading.total, done)
            self._core.loading(replace(loading, done=done, total=total))
        self._core.arrived(frozenset(end.p for _, end in whole))

    def _go_on(self, patient: UUID, ends: list[EndLine]) -> None:
        """Keep the chart open until all of it is here."""
        end = ends[-1] if ends else None
        if end is not None and not end.gone and end.last < end.rev:
            self._opened[patient] = end.last + 1
        else:
            self._opened.pop(patient, None)


def _of_one(entries: list[EntryLine], end: EndLine) -> tuple[EntryLine, ...]:
    if any(entry.p != end.p for entry in entries):
        raise ProtocolViolation("a record of another patient in a span")
    return tuple(entries)


class _Whole:
    """Spans that have come whole and wait to be stored together. ``entries``: how much they are."""

    def __init__(self) -> None:
        self._spans: list[SentSpan] = []
        self._begun: list[EntryLine] = []
        self.entries = 0

    def take(self, block: Sequence[StreamLine]) -> list[EndLine]:
        """Take lines as they came; return the ends among them."""
        ends: list[EndLine] = []
        for line in block:
            if isinstance(line, EntryLine):
                self._begun.append(line)
            else:
                ends.append(line)
                self._spans.append((_of_one(self._begun, line), line))
                self.entries += 1 + len(self._begun)
                self._begun = []
        return ends

    def taken(self) -> Sequence[SentSpan]:
        """Return them, and begin anew."""
        spans, self._spans, self.entries = self._spans, [], 0
        return spans


class _OneBehind:
    """Does one thing at a time, one behind who hands them in."""

    def __init__(self) -> None:
        self._under_way: asyncio.Task[None] | None = None

    async def put(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin ``work`` once what was put before is done; its failure comes at the next call."""
        try:
            await self.finish()
        except BaseException:
            work.close()
            raise
        self._under_way = asyncio.create_task(work)

    async def finish(self) -> None:
        task, self._under_way = self._under_way, None
        if task is not None:
            await task

    def drop(self) -> None:
        """Leave what is under way: a store's transaction is whole or not at all."""
        if self._under_way is not None:
            self._under_way.cancel()
