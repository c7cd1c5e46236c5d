"""The record server in memory: the laws of the protocol in a hundred plain lines, no I/O.

Every method is one transaction. ``snapshot`` and ``restored`` are a backup and its restore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID

import msgspec

from sync.protocol.compare import digest_of, sums_of
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    EraseLine,
    Group,
    Head,
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    LeaveLine,
    ManifestReply,
    ManifestRequest,
    Outcome,
    PullLine,
    PullRequest,
    Pushed,
    PushReply,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from sync.protocol.ports import Refusal, patient_bucket
from tests.simulation.records import name_of, unit_of
from workstation.domain.clock import to_text
from workstation.domain.record import GENESIS, Sealed, chain

Row = EntryLine | EnterLine | LeaveLine | EraseLine


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A record at its revision; ``raw`` empty once erased."""

    id: UUID
    raw: bytes
    hash: bytes
    head_hash: bytes
    """The chain's hash after it."""


@dataclass(kw_only=True)
class Unit:
    members: set[UUID] = field(default_factory=set)
    feed: list[Row] = field(default_factory=list)
    dropped: int = 0
    """Rows before this position are no longer kept."""

    @property
    def pos(self) -> int:
        return self.dropped + len(self.feed)


@dataclass(kw_only=True)
class State:
    """All that is durable."""

    epoch: str = "epoch-1"
    streams: dict[UUID, list[Entry]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    quarantine: dict[UUID, bytes] = field(default_factory=dict)


class ModelServer:
    """The server. ``page`` is how many lines of a unit one reply carries."""

    def __init__(self, units: tuple[str, ...], *, page: int = 7) -> None:
        self.state = State(units={unit: Unit() for unit in units})
        self.page = page
        self.moved: Callable[[str, int], None] = lambda unit, pos: None
        self.wall: Callable[[], int] = lambda: 0

    def front(self, device: str, units: tuple[str, ...]) -> ModelServer:
        """Return the server as a workstation meets it: everybody may follow everything."""
        return self

    async def begin(self) -> None:
        """Be there."""

    async def close(self) -> None:
        """Be gone."""

    def take_in(self, sealed: Sealed) -> None:
        """Store what the server itself vouches for."""
        patient = name_of(sealed.raw).patient
        self.take_group(Group(p=patient, ops=(Pushed(raw=msgspec.Raw(sealed.raw)),)))

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(self.state.units)

    @property
    def epoch(self) -> str:
        return self.state.epoch

    def positions(self) -> dict[str, int]:
        return {unit: state.pos for unit, state in self.state.units.items()}

    # ---- what the protocol asks

    def hello(self, request: HelloRequest) -> HelloReply:
        return HelloReply(
            epoch=self.state.epoch, now=to_text(self.wall()), protocol=1, units=self.units
        )

    def push(self, request: PushRequest) -> PushReply:
        if request.epoch != self.state.epoch:
            raise Refusal("wrong_epoch")
        outcomes: list[Outcome] = []
        for group in request.groups:
            outcomes += self.take_group(group)
        self._wake()
        return PushReply(epoch=self.state.epoch, outcomes=tuple(outcomes))

    def take_group(self, group: Group) -> list[Outcome]:
        names = [name_of(op.raw) for op in group.ops]
        stream = self.state.streams.setdefault(group.p, [])
        known = {entry.id: rev for rev, entry in enumerate(stream, 1)}
        if why := self._fault(group, known):
            for name, op in zip(names, group.ops, strict=True):
                self.state.quarantine.setdefault(name.id, bytes(op.raw))
            return [Outcome(id=str(n.id), verdict="quarantined", why=why) for n in names]
        outcomes = []
        for name, op in zip(names, group.ops, strict=True):
            if self.is_known(name.id, known):
                outcomes.append(Outcome(id=str(name.id), verdict="known", rev=known[name.id]))
            else:
                rev = self._append(group.p, name.id, self.stored(bytes(op.raw)))
                outcomes.append(Outcome(id=str(name.id), verdict="applied", rev=rev))
        return outcomes

    def is_known(self, record: UUID, known: dict[UUID, int]) -> bool:
        return record in known

    def unfit(self, raw: bytes) -> str:
        """Return why a record cannot be stored; any kind and any version can be."""
        return ""

    def stored(self, raw: bytes) -> bytes:
        """Return the bytes that are kept of a record: its own."""
        return raw

    def _fault(self, group: Group, known: dict[UUID, int]) -> str:
        for op in group.ops:
            if why := self.unfit(bytes(op.raw)):
                return why
            name = name_of(op.raw)
            if name.patient != group.p:
                return "another_patient"
            if (rev := known.get(name.id)) is not None:
                stored = self.state.streams[group.p][rev - 1].raw
                if stored and stored != bytes(op.raw):
                    return "reused_id"
        return ""

    def _append(self, patient: UUID, record: UUID, raw: bytes) -> int:
        self.enter(unit_of(raw), patient)
        stream = self.state.streams[patient]
        before = stream[-1].head_hash if stream else GENESIS
        digest = sha256(raw).digest()
        head_hash = chain(before, digest)
        stream.append(Entry(id=record, raw=raw, hash=digest, head_hash=head_hash))
        for unit, state in sorted(self.state.units.items()):
            if patient in state.members:
                self._feed(unit, lambda u, pos: self._line(patient, len(stream), u, pos))
        return len(stream)

    def pull(self, request: PullRequest) -> list[PullLine]:
        self._check_epoch(request.epoch)
        lines: list[PullLine] = []
        for name, cursor in request.cursors.items():
            unit = self.state.units[name]
            if cursor < unit.dropped:
                lines.append(AtLine(u=name, pos=unit.pos, too_old=True))
                continue
            start = cursor - unit.dropped
            rows = [self._fresh(row) for row in unit.feed[start : start + self.page]]
            lines += rows
            reached = min(cursor + len(rows), unit.pos)
            more = reached < unit.pos
            digest = "" if more else digest_of(self.heads_of(name))
            lines.append(AtLine(u=name, pos=reached, digest=digest, more=more))
        return lines

    def manifest(self, request: ManifestRequest) -> ManifestReply:
        heads = sorted(self.heads_of(request.unit), key=lambda head: head.p.bytes)
        after = request.after.bytes if request.after else b""
        rest = [head for head in heads if head.p.bytes > after]
        return ManifestReply(
            epoch=self.state.epoch,
            pos=self.state.units[request.unit].pos,
            digest=digest_of(heads),
            patients=tuple(rest[:2]),
            more=len(rest) > 2,
        )

    def stream(self, request: StreamRequest) -> list[StreamLine]:
        self._check_epoch(request.epoch)
        return [line for span in request.spans for line in self._span(span)]

    def heads(self, request: HeadsRequest) -> HeadsReply:
        heads = self.heads_of(request.unit)
        of_bucket = tuple(h for h in heads if patient_bucket(h.p) == request.bucket)
        return HeadsReply(
            epoch=self.state.epoch,
            pos=self.state.units[request.unit].pos,
            digest=digest_of(heads),
            sums=sums_of(heads) if request.bucket is None else (),
            heads=of_bucket,
        )

    # ---- what the clinic does

    def enter(self, unit: str, patient: UUID) -> None:
        state = self.state.units[unit]
        if patient not in state.members:
            state.members.add(patient)
            head = self.head_of(patient)
            self.feed_enter(unit, head)

    def feed_enter(self, unit: str, head: Head) -> None:
        self._feed(
            unit, lambda u, pos: EnterLine(u=u, pos=pos, p=head.p, rev=head.rev, hash=head.hash)
        )

    def leave(self, unit: str, patient: UUID) -> None:
        state = self.state.units[unit]
        if patient in state.members:
            state.members.discard(patient)
            self._feed(unit, lambda u, pos: LeaveLine(u=u, pos=pos, p=patient))

    def erase(self, patient: UUID, rev: int) -> None:
        stream = self.state.streams[patient]
        stream[rev - 1] = replace(stream[rev - 1], raw=b"")
        for unit, state in self.state.units.items():
            if patient in state.members:
                self._feed(unit, lambda u, pos: EraseLine(u=u, pos=pos, p=patient, revs=(rev,)))

    def forget_feed(self, unit: str) -> None:
        """Drop the feed rows kept so far: cursors behind are too old."""
        state = self.state.units[unit]
        state.dropped, state.feed = state.pos, []

    def snapshot(self) -> State:
        return deepcopy(self.state)

    def restored(self, backup: State, *, epoch: str) -> None:
        self.state = deepcopy(backup)
        self.state.epoch = epoch
        self._wake()

    def crash(self) -> None:
        """Fall and rise again: what was committed is there."""

    # ---- reading

    def head_of(self, patient: UUID) -> Head:
        stream = self.state.streams.get(patient, [])
        head_hash = stream[-1].head_hash if stream else GENESIS
        return Head(p=patient, rev=len(stream), hash=head_hash.hex())

    def heads_of(self, unit: str) -> list[Head]:
        return [self.head_of(patient) for patient in self.state.units[unit].members]

    def _check_epoch(self, epoch: str) -> None:
        if epoch != self.state.epoch:
            raise Refusal("wrong_epoch")

    def _feed(self, unit: str, line: Callable[[str, int], Row]) -> None:
        state = self.state.units[unit]
        state.feed.append(line(unit, state.pos + 1))

    def _wake(self) -> None:
        for unit, state in self.state.units.items():
            self.moved(unit, state.pos)

    def _fresh(self, row: Row) -> Row:
        """An erased body is not in the feed either."""
        return self._line(row.p, row.rev, row.u, row.pos) if isinstance(row, EntryLine) else row

    def _line(self, patient: UUID, rev: int, unit: str = "", pos: int = 0) -> EntryLine:
        entry = self.state.streams[patient][rev - 1]
        return EntryLine(
            u=unit,
            pos=pos,
            p=patient,
            rev=rev,
            raw=msgspec.Raw(entry.raw or b"null"),
            hash="" if entry.raw else entry.hash.hex(),
        )

    def _span(self, span: Span) -> Iterator[StreamLine]:
        stream = self.state.streams.get(span.p, [])
        gone = not any(span.p in unit.members for unit in self.state.units.values())
        last = min(span.last or len(stream), len(stream))
        head = self.head_of(span.p)
        first = min(span.first, last + 1)
        if not gone:
            for rev in range(first, last + 1):
                if not span.essential or rev % 3 == 1:
                    yield self._line(span.p, rev)
        yield EndLine(
            p=span.p,
            first=span.first,
            last=last,
            rev=head.rev,
            hash=head.hash,
            before=(stream[first - 2].head_hash if first > 1 else GENESIS).hex(),
            essential=span.essential,
            gone=gone,
        )
