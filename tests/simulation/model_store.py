"""The workstation's store in memory: what ``sync.protocol.ports.Store`` promises, in plain lines.

The object is the disk: what is in it survives a crash. Every method is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

import msgspec

from sync.protocol.compare import digest_of
from sync.protocol.messages import (
    EndLine,
    EnterLine,
    EntryLine,
    EraseLine,
    Group,
    Head,
    LeaveLine,
    Outcome,
    PullLine,
    Pushed,
    Span,
)
from sync.protocol.ports import NOT_COMPARED, SentSpan, Standing, Unsent
from sync.protocol.pull import Change, check_page
from tests.simulation.records import name_of
from workstation.domain.record import GENESIS, Sealed, chain


@dataclass(kw_only=True)
class Chart:
    """A patient's part of the stream: entries by revision, and the chain's hash where known."""

    rev: int
    entries: dict[int, bytes] = field(default_factory=dict)
    hashes: dict[int, bytes] = field(default_factory=dict)
    essential: bool = False
    away: bool = False
    """Not in scope any more, though the feed has not said so yet: nothing is wanted of it."""

    def missing(self) -> list[tuple[int, int]]:
        """Return the spans not here, newest first."""
        spans: list[tuple[int, int]] = []
        if self.away:
            return spans
        last = None
        for rev in range(self.rev, -1, -1):
            if rev and rev not in self.entries:
                last = rev if last is None else last
            elif last is not None:
                spans.append((rev + 1, last))
                last = None
        return spans


@dataclass(kw_only=True)
class Op:
    """A record written here, or queued again: ``salvaged``, before everything written since."""

    patient: UUID
    group: int
    raw: bytes
    sent: bool = False
    attention: str = ""
    not_before: float = 0.0


class ModelStore:
    """One workstation's disk."""

    def __init__(self, device: str, *, now: Callable[[], float]) -> None:
        self.device = device
        self.epoch = ""
        self.cursors: dict[str, int] = {}
        self.members: dict[str, dict[UUID, Head]] = {}
        """By unit and patient: the head that the unit's list and feed have told."""
        self.doubted: set[str] = set()
        """Units not compared since the epoch was adopted: their heads have no hash."""
        self.charts: dict[UUID, Chart] = {}
        self.outbox: dict[UUID, Op] = {}
        self.acknowledged: dict[UUID, tuple[UUID, int, bytes]] = {}
        self.rejoined = 0
        self.gone: dict[UUID, int] = {}
        """How often each patient has left."""
        self._now = now
        self._groups = 0

    # ---- what the workstation does

    async def save(self, records: Sequence[Sealed]) -> None:
        self._groups += 1
        for sealed in records:
            name = name_of(sealed.raw)
            self.outbox[name.id] = Op(patient=name.patient, group=self._groups, raw=sealed.raw)

    def shown(self, patient: UUID) -> dict[UUID, bytes]:
        """Return what the screen shows of a patient: entries, and own records on top."""
        chart = self.charts.get(patient)
        raws = [raw for raw in chart.entries.values() if raw] if chart else []
        raws += [op.raw for op in self.outbox.values() if op.patient == patient]
        if chart is not None:
            raws += [raw for p, _rev, raw in self.acknowledged.values() if p == patient and raw]
        return {name_of(raw).id: raw for raw in raws}

    def followed(self) -> set[UUID]:
        return {patient for members in self.members.values() for patient in members}

    def members_of(self, unit: str) -> set[UUID]:
        return set(self.members.get(unit, ()))

    def copy_of(self, patient: UUID) -> tuple[int, Mapping[int, bytes]]:
        chart = self.charts[patient]
        return chart.rev, chart.entries

    def kept(self) -> set[UUID]:
        return set(self.charts)

    def stay_of(self, patient: UUID) -> int:
        return self.gone.get(patient, 0)

    def waiting(self) -> list[str]:
        return [op.attention for op in self.outbox.values()]

    def received(self, record: UUID) -> bool:
        return record in self.acknowledged

    def let_go(self) -> None:
        """Nothing to close."""

    def sent_bodies(self, patient: UUID) -> Mapping[int, bytes]:
        kept = self.acknowledged.values()
        return {rev: raw for p, rev, raw in kept if p == patient and raw}

    # ---- Store

    async def standing(self) -> Standing:
        digests = {
            unit: NOT_COMPARED if unit in self.doubted else digest_of(self._heads(unit))
            for unit in self.cursors
        }
        return Standing(
            device=self.device,
            incarnation=1,
            epoch=self.epoch,
            cursors=dict(self.cursors),
            digests=digests,
        )

    async def adopt_epoch(self, epoch: str, *, compared: Collection[str] = ()) -> None:
        if self.epoch and epoch != self.epoch:
            self._doubt(set(self.cursors) - set(compared))
            for patient in self.charts:
                self._keep_to_told(patient)
            here = {
                name_of(raw).id for c in self.charts.values() for raw in c.entries.values() if raw
            }
            lost = {i: kept for i, kept in self.acknowledged.items() if i not in here and kept[2]}
            self._queue_again([(i, patient, raw) for i, (patient, _rev, raw) in lost.items()])
        self.epoch = epoch

    async def next_batch(self, *, most: int, max_bytes: int) -> tuple[Group, ...]:
        waiting: set[UUID] = set()
        groups: dict[tuple[UUID, int], list[Op]] = {}
        count = size = 0
        for op in self.outbox.values():
            if op.attention:
                continue
            if op.not_before > self._now():
                waiting.add(op.patient)
            key = (op.patient, op.group)
            full = count >= most or size + len(op.raw) > max_bytes
            if op.patient in waiting or (full and groups and key not in groups):
                waiting.add(op.patient)
                continue
            groups.setdefault(key, []).append(op)
            count, size = count + 1, size + len(op.raw)
        for ops in groups.values():
            for op in ops:
                op.sent = True
        self.handed_out([op for ops in groups.values() for op in ops])
        return tuple(
            Group(p=patient, ops=tuple(Pushed(raw=msgspec.Raw(op.raw)) for op in ops))
            for (patient, _), ops in groups.items()
        )

    def handed_out(self, ops: list[Op]) -> None:
        """What leaves by a push stays in the outbox."""

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            record = UUID(outcome.id)
            op = self.outbox.get(record)
            if op is None:
                continue
            if outcome.verdict == "later":
                op.not_before, op.sent = self._now() + outcome.after, False
            elif outcome.verdict == "quarantined":
                op.attention = outcome.why
            else:
                del self.outbox[record]
                chart = self.charts.get(op.patient)
                erased = chart is not None and chart.entries.get(outcome.rev) == b""
                raw = b"" if erased else op.raw
                self.acknowledged[record] = (op.patient, outcome.rev, raw)

    async def unsent(self) -> Unsent:
        ops = [op for op in self.outbox.values() if not op.attention]
        return Unsent(
            local=sum(not op.sent for op in ops),
            sent=sum(op.sent for op in ops),
            attention=len(self.outbox) - len(ops),
            oldest=0 if ops else None,
        )

    async def take_manifest(
        self, unit: str, *, first_pos: int, heads: Sequence[Head], complete: bool
    ) -> None:
        for head in heads:
            self._enter(unit, head.p, head.rev, bytes.fromhex(head.hash))
        if complete:
            self.members.setdefault(unit, {})
            self.cursors[unit] = first_pos

    async def apply_page(self, lines: Sequence[PullLine]) -> None:
        cursors = {u: pos for u, pos in self.cursors.items() if u not in self.doubted}
        page = check_page(lines, cursors=cursors, told_of=self._told_of)
        for change in page.changes:
            self._apply(change)
        self.cursors.update(page.cursors)

    def _told_of(self, unit: str, patient: UUID) -> int | None:
        head = self.members[unit].get(patient)
        return head.rev if head else None

    async def wanted(self, *, most: int) -> tuple[Span, ...]:
        followed = sorted(self.followed(), key=lambda patient: patient.bytes)
        gaps = {p: self.charts[p].missing() for p in followed}
        new = [
            Span(p=p, essential=True) for p in followed if gaps[p] and not self.charts[p].essential
        ]
        rest = [
            Span(p=p, first=first, last=last)
            for p in followed
            if self.charts[p].essential
            for first, last in gaps[p]
        ]
        return tuple((new + rest)[:most])

    async def apply_streams(self, spans_sent: Sequence[SentSpan]) -> None:
        for entries, end in spans_sent:
            await self.apply_stream(entries, end)

    async def apply_stream(self, entries: Sequence[EntryLine], end: EndLine) -> None:
        chart = self.charts.get(end.p)
        if chart is None or end.p not in self.followed():
            return
        if end.gone or end.essential:
            chart.essential = True
        if end.gone:
            chart.away = True
            return
        if end.essential:
            self._take_in(end.p, [entry for entry in entries if entry.rev <= chart.rev])
            self._erase(end.p, [entry.rev for entry in entries if entry.hash])
            return
        if not self._joins(chart, entries, end):
            self._start_again(end)

    async def heads(self, unit: str) -> tuple[Head, ...]:
        return tuple(self._heads(unit))

    async def rejoin(self, unit: str, differing: Sequence[Head], *, pos: int) -> int:
        self.rejoined += 1
        before = len(self.outbox)
        for head in differing:
            self._rejoin(unit, head)
        self._let_the_doubted_go(unit)
        self.cursors[unit] = pos
        return len(self.outbox) - before

    async def leave_unit(self, unit: str) -> None:
        self.cursors.pop(unit, None)
        self.doubted.discard(unit)
        for patient in self.members.pop(unit, {}):
            self._forget_if_gone(patient)

    # ---- inside a transaction

    def _heads(self, unit: str) -> list[Head]:
        return [head for head in self.members.get(unit, {}).values() if head.hash]

    def _doubt(self, units: Iterable[str]) -> None:
        """What these units have told holds no longer; their patients stay."""
        for unit in units:
            self.doubted.add(unit)
            self.cursors[unit] = 0
            members = self.members.get(unit, {})
            self.members[unit] = {p: Head(p=p, rev=0, hash="") for p in members}

    def _let_the_doubted_go(self, unit: str) -> None:
        self.doubted.discard(unit)
        for head in list(self.members.get(unit, {}).values()):
            if not head.hash:
                del self.members[unit][head.p]
                self._forget_if_gone(head.p)

    def _enter(self, unit: str, patient: UUID, rev: int, head_hash: bytes) -> None:
        members = self.members.setdefault(unit, {})
        if patient not in members or members[patient].rev < rev:
            members[patient] = Head(p=patient, rev=rev, hash=head_hash.hex())
        chart = self.charts.setdefault(patient, Chart(rev=0, hashes={0: GENESIS}))
        chart.away = False
        if rev > chart.rev:
            chart.rev = rev
            chart.hashes[rev] = head_hash

    def _apply(self, change: Change) -> None:
        match change:
            case EnterLine(u=unit, p=patient, rev=rev, hash=head_hash):
                self._enter(unit, patient, rev, bytes.fromhex(head_hash))
            case LeaveLine(u=unit, p=patient):
                self.members[unit].pop(patient, None)
                self._forget_if_gone(patient)
            case EraseLine(p=patient, revs=revs):
                self._erase(patient, revs)
            case EntryLine() as entry:
                self._append(entry)

    def _append(self, entry: EntryLine) -> None:
        chart, told = self.charts[entry.p], self.members[entry.u][entry.p]
        head_hash = chain(bytes.fromhex(told.hash), _hash(entry))
        self.members[entry.u][entry.p] = Head(p=entry.p, rev=entry.rev, hash=head_hash.hex())
        if entry.rev <= chart.rev:
            return  # it came through another unit, or with a stream
        before = chart.hashes[chart.rev]
        chart.rev = entry.rev
        chart.entries[entry.rev] = _raw(entry)
        chart.hashes[entry.rev] = chain(before, _hash(entry))
        if entry.hash:
            self._erase(entry.p, (entry.rev,))

    def _erase(self, patient: UUID, revs: Iterable[int]) -> None:
        chart = self.charts.get(patient)
        if chart is None:
            return
        for rev in revs:
            raw = chart.entries.get(rev)
            if raw:
                self.outbox.pop(name_of(raw).id, None)
            if raw is not None:
                chart.entries[rev] = b""
        for record, (p, rev, _) in self.acknowledged.items():
            if p == patient and rev in revs:
                self.acknowledged[record] = (p, rev, b"")

    def _forget_if_gone(self, patient: UUID) -> None:
        """What came from the server goes; what is unsent stays in the outbox."""
        if patient not in self.followed():
            self.charts.pop(patient, None)
            self.gone[patient] = self.stay_of(patient) + 1

    def _joins(self, chart: Chart, entries: Sequence[EntryLine], end: EndLine) -> bool:
        """Take a span where its chain fits what is known on both sides."""
        running = bytes.fromhex(end.before)
        if chart.hashes.get(end.first - 1, running) != running:
            return False
        hashes: dict[int, bytes] = {end.first - 1: running}
        for entry in (told := [entry for entry in entries if entry.rev <= chart.rev]):
            running = chain(running, _hash(entry))
            if chart.hashes.get(entry.rev, running) != running:
                return False
            hashes[entry.rev] = running
        chart.hashes.update(hashes)
        self._take_in(end.p, told)
        chart.essential = True
        self._erase(end.p, [entry.rev for entry in told if entry.hash])
        return True

    def _take_in(self, patient: UUID, entries: Sequence[EntryLine]) -> None:
        """Take entries; what had the revision of another one is offered again."""
        chart = self.charts[patient]
        old = [(chart.entries.get(entry.rev), _raw(entry)) for entry in entries]
        lost = [had for had, raw in old if had and raw and had != raw]
        chart.entries.update({entry.rev: _raw(entry) for entry in entries})
        self._queue_again([(name_of(raw).id, patient, raw) for raw in lost])

    def _start_again(self, end: EndLine) -> None:
        """Our history of this patient is not the server's: offer ours, take the server's."""
        self._queue_all(end.p, after=0)
        head_hash = bytes.fromhex(end.hash)
        self.charts[end.p] = Chart(rev=end.rev, hashes={0: GENESIS, end.rev: head_hash})

    def _rejoin(self, unit: str, head: Head) -> None:
        chart = self.charts.get(head.p)
        head_hash = bytes.fromhex(head.hash) if head.rev else GENESIS
        if head.rev == 0:
            self._queue_all(head.p, after=0)
            self.members.get(unit, {}).pop(head.p, None)
            self.charts.pop(head.p, None)
            others = [m[head.p] for m in self.members.values() if head.p in m]
            if others:
                told = max(others, key=lambda head: head.rev)
                hashes = {told.rev: bytes.fromhex(told.hash), 0: GENESIS}
                self.charts[head.p] = Chart(rev=told.rev, hashes=hashes)
            return
        if chart is not None and head.rev > chart.rev:
            self._keep_to_told(head.p)  # what lies beyond nobody has compared
        self.members.setdefault(unit, {})[head.p] = head
        for heads in self.members.values():
            if head.p in heads and heads[head.p].rev > head.rev:
                heads[head.p] = head  # that unit is compared next, and must see what is gone here
        chart = self.charts.setdefault(head.p, Chart(rev=0, hashes={0: GENESIS}))
        chart.away = False
        if head.rev > chart.rev:
            chart.rev, chart.hashes[head.rev] = head.rev, head_hash
        elif chart.hashes.get(head.rev) == head_hash:
            self._cut(head.p, head.rev)
        else:
            self._queue_all(head.p, after=0)
            self.charts[head.p] = Chart(rev=head.rev, hashes={0: GENESIS, head.rev: head_hash})

    def _keep_to_told(self, patient: UUID) -> None:
        """Offer again what lies beyond the heads that followed units tell; count it no more."""
        heads = [m[patient] for m in self.members.values() if patient in m]
        told = max(heads, key=lambda head: head.rev, default=Head(p=patient, rev=0, hash=""))
        if told.rev < self.charts[patient].rev:
            self._cut(patient, told.rev)

    def _cut(self, patient: UUID, rev: int) -> None:
        chart = self.charts[patient]
        self._queue_all(patient, after=rev)
        chart.entries = {r: raw for r, raw in chart.entries.items() if r <= rev}
        chart.hashes = {r: known for r, known in chart.hashes.items() if r <= rev}
        chart.rev = rev

    def _queue_all(self, patient: UUID, *, after: int) -> None:
        chart = self.charts.get(patient)
        if chart is None:
            return
        kept = sorted((rev, raw) for rev, raw in chart.entries.items() if rev > after and raw)
        self._queue_again([(name_of(raw).id, patient, raw) for _, raw in kept])

    def _queue_again(self, lost: list[tuple[UUID, UUID, bytes]]) -> None:
        """Put records before everything that was written since."""
        again: dict[UUID, Op] = {}
        for record, patient, raw in lost:
            self._groups += 1
            self.acknowledged.pop(record, None)
            if record not in self.outbox:
                again[record] = Op(patient=patient, group=self._groups, raw=raw)
        self.outbox = {**again, **self.outbox}


def _raw(entry: EntryLine) -> bytes:
    return b"" if entry.hash else bytes(entry.raw)


def _hash(entry: EntryLine) -> bytes:
    return bytes.fromhex(entry.hash) if entry.hash else sha256(entry.raw).digest()
