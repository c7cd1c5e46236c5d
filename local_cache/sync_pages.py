"""The part of the cache that sync works with: ``sync.protocol.ports.Store``, and what waits to be sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache import (
    charts,
    feed,
    marks,
    outbox,
    outbox_lines,
    rejoin,
    scope,
    spans,
    standing,
    stream,
)
from sync.protocol.messages import EndLine, EntryLine, Group, Head, Outcome, PullLine, Span
from sync.protocol.ports import SentSpan, Standing, Unsent
from sync.protocol.violation import ProtocolViolation
from workstation.domain.directory import Directory
from workstation.domain.ids import RecordId
from workstation.operations.session import OutboxLine

Answer = TypeVar("Answer")


class _File(Protocol):
    """The cache that this is a part of."""

    async def _read(self, ask: Callable[[Connection], Answer]) -> Answer: ...

    async def _write(
        self,
        work: Callable[[Connection, int], Answer],
        *,
        patients_changed: Iterable[UUID] = (),
        units_changed: Iterable[str] = (),
    ) -> Answer: ...

    async def apply_stream(self, entries: Sequence[EntryLine], end: EndLine) -> None: ...

    def _read_on_soon(self) -> None: ...


class SyncPages:
    """What the server is told and tells. Every change is one transaction."""

    async def standing(self: _File) -> Standing:
        return await self._read(standing.standing)

    async def adopt_epoch(self: _File, epoch: str, *, compared: Collection[str] = ()) -> None:
        def work(connection: Connection, now: int) -> None:
            before = marks.get(connection, marks.EPOCH)
            if before and before != epoch:
                rejoin.doubt(connection, besides=compared)
                rejoin.send_lost(connection, now=now)
            marks.put(connection, marks.EPOCH, epoch)

        await self._write(work)

    async def next_batch(self: _File, *, most: int, max_bytes: int) -> tuple[Group, ...]:
        touched: set[UUID] = set()

        def work(connection: Connection, now: int) -> tuple[Group, ...]:
            groups = outbox.next_batch(connection, most=most, max_bytes=max_bytes, now=now)
            touched.update(group.p for group in groups)
            return groups

        return await self._write(work, patients_changed=touched)

    async def settle(self: _File, outcomes: Sequence[Outcome]) -> None:
        touched: set[UUID] = set()

        def work(connection: Connection, now: int) -> None:
            touched.update(charts.ids_of(connection, outbox.settle(connection, outcomes, now=now)))
            scope.purge_leavers(connection)
            outbox.forget_old(connection, now=now)

        await self._write(work, patients_changed=touched)

    async def unsent(self: _File) -> Unsent:
        return await self._read(outbox.unsent)

    async def refused(self: _File) -> tuple[tuple[RecordId, str, str], ...]:
        """Return what the server put aside for a person to look at: record, why, place."""
        return await self._read(outbox.refused)

    async def outbox(self: _File, *, limit: int) -> tuple[OutboxLine, ...]:
        """Return what is not received, what needs attention first, then oldest first."""
        return await self._read(lambda c: outbox_lines.lines(c, limit=limit))

    async def keep_directory(self: _File, directory: Directory) -> None:
        """Remember units and staff, to be known without the network."""
        text = msgspec.json.encode(directory).decode()
        await self._write(lambda c, _now: marks.put(c, marks.DIRECTORY, text))

    async def directory(self: _File) -> Directory:
        """Return the units and staff last heard of; empty if never."""
        text = await self._read(lambda c: marks.get(c, marks.DIRECTORY))
        return msgspec.json.decode(text, type=Directory) if text else Directory()

    async def take_manifest(
        self: _File, unit: str, *, first_pos: int, heads: Sequence[Head], complete: bool
    ) -> None:
        touched: set[UUID] = set()

        def work(connection: Connection, _now: int) -> None:
            touched.update(
                feed.take_manifest(
                    connection, unit, first_pos=first_pos, heads=heads, complete=complete
                )
            )

        await self._write(work, patients_changed=touched, units_changed={unit})

    async def apply_page(self: _File, lines: Sequence[PullLine]) -> None:
        touched: set[UUID] = set()
        units = {line.u for line in lines}

        def work(connection: Connection, now: int) -> None:
            touched.update(feed.apply_page(connection, lines, now=now))

        await self._write(work, patients_changed=touched, units_changed=units)

    async def wanted(self: _File, *, most: int) -> tuple[Span, ...]:
        return await self._read(lambda c: stream.wanted(c, most=most))

    async def apply_stream(self: _File, entries: Sequence[EntryLine], end: EndLine) -> None:
        await self._write(
            lambda c, now: spans.apply_streams(c, [(entries, end)], now=now),
            patients_changed={end.p},
        )
        self._read_on_soon()

    async def apply_streams(self: _File, spans_sent: Sequence[SentSpan]) -> None:
        try:
            await self._write(
                lambda c, now: spans.apply_streams(c, spans_sent, now=now),
                patients_changed={end.p for _, end in spans_sent},
            )
        except ProtocolViolation:
            for entries, end in spans_sent:  # what is in order before it is kept
                await self.apply_stream(entries, end)
            raise
        self._read_on_soon()

    async def heads(self: _File, unit: str) -> tuple[Head, ...]:
        return await self._read(lambda c: feed.heads(c, unit))

    async def rejoin(self: _File, unit: str, differing: Sequence[Head], *, pos: int) -> int:
        return await self._write(
            lambda c, _now: rejoin.rejoin(c, unit, differing, pos=pos),
            patients_changed={head.p for head in differing},
            units_changed={unit},
        )

    async def leave_unit(self: _File, unit: str) -> None:
        await self._write(lambda c, _now: scope.leave_unit(c, unit), units_changed={unit})
