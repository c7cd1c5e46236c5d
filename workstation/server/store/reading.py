"""What workstations read: pages of a feed, a unit's patients, spans of a patient's stream."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, and_, select

from sync.protocol import digest as digests
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    Head,
    LeaveLine,
    Message,
    Span,
)
from sync.protocol.ports import patient_bucket
from workstation.access.scope import Scope
from workstation.domain.record import GENESIS
from workstation.server import schema
from workstation.server.store import feed
from workstation.server.store.visible import visible

_encoder = msgspec.json.Encoder()

ESSENTIAL = ("patient", "identity_link", "attention", "diagnosis", "contact", "booking")
"""Families of tier 1; of medication orders the current ones come with them."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Page:
    """Lines ready to send, and whose records are among them."""

    lines: bytes
    patients: tuple[UUID, ...]


class _Writer:
    """Collects lines up to a limit."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        self._most_entries, self._most_bytes = most_entries, most_bytes
        self._lines: list[bytes] = []
        self._size = 0
        self._entries = 0
        self.patients: dict[UUID, None] = {}

    @property
    def full(self) -> bool:
        return self._entries >= self._most_entries or self._size >= self._most_bytes

    @property
    def room(self) -> int:
        return max(self._most_entries - self._entries, 0)

    def add(self, message: Message) -> None:
        line = _encoder.encode(message)
        self._lines.append(line)
        self._size += len(line) + 1
        self._entries += 1

    def page(self) -> Page:
        lines = b"\n".join(self._lines) + (b"\n" if self._lines else b"")
        return Page(lines=lines, patients=tuple(self.patients))


def pull(
    connection: Connection, cursors: dict[str, int], *, most_entries: int, most_bytes: int
) -> Page:
    """Return what is new in these units after these positions, within the limits."""
    writer = _Writer(most_entries, most_bytes)
    for unit in sorted(cursors):
        _pull_unit(connection, writer, unit, cursors[unit])
    return writer.page()


def _pull_unit(connection: Connection, writer: _Writer, unit: str, cursor: int) -> None:
    head, digest = feed.position(connection, unit)
    at = min(cursor, head)
    if not writer.full and cursor < head:
        for row in connection.execute(_changes(unit, cursor, writer.room)):
            if row.pos != at + 1:
                line = AtLine(u=unit, pos=head, digest=digests.to_hex(digest), too_old=True)
                writer.add(line)
                return
            writer.add(_change(unit, row))
            writer.patients[UUID(bytes=row.patient_id)] = None
            at = row.pos
            if writer.full:
                break
    more = at < head
    writer.add(AtLine(u=unit, pos=at, digest="" if more else digests.to_hex(digest), more=more))


def _changes(unit: str, cursor: int, most: int) -> Select[Any]:
    told, entry, member = schema.feed, schema.entry, schema.membership
    return (
        select(
            told.c.pos,
            told.c.patient_id,
            told.c.rev,
            told.c.what,
            entry.c.raw,
            entry.c.sig,
            entry.c.signer,
            entry.c.chain,
            member.c.unit.label("member"),
        )
        .select_from(told)
        .outerjoin(entry, and_(entry.c.patient_id == told.c.patient_id, entry.c.rev == told.c.rev))
        .outerjoin(
            member,
            and_(
                member.c.patient_id == told.c.patient_id,
                member.c.unit == told.c.unit,
                member.c.until_at.is_(None),
            ),
        )
        .where(told.c.unit == unit, told.c.pos > cursor)
        .order_by(told.c.pos)
        .limit(most)
    )


def _change(unit: str, row: Any) -> Message:
    """A patient who has left since is told as left, at every earlier position too."""
    patient = UUID(bytes=row.patient_id)
    if row.member is None or row.what == "leave":
        return LeaveLine(u=unit, pos=row.pos, p=patient)
    if row.what == "enter":
        return EnterLine(u=unit, pos=row.pos, p=patient, rev=row.rev, hash=row.chain.hex())
    return _entry_line(patient, row, unit=unit, pos=row.pos)


def _entry_line(patient: UUID, row: Any, *, unit: str = "", pos: int = 0) -> EntryLine:
    return EntryLine(
        u=unit,
        pos=pos,
        p=patient,
        rev=row.rev,
        raw=msgspec.Raw(row.raw),
        sig=b64encode(row.sig).decode() if row.sig else "",
        by=b64encode(row.signer).decode() if row.signer else "",
    )


def heads_of(
    connection: Connection, unit: str, *, after: UUID | None = None, limit: int | None = None
) -> tuple[Head, ...]:
    """Return the heads of a unit's patients in the order of their ids."""
    member, patient = schema.membership, schema.patient
    query = (
        select(patient.c.patient_id, patient.c.head_rev, patient.c.head_hash)
        .join(member, member.c.patient_id == patient.c.patient_id)
        .where(member.c.unit == unit, member.c.until_at.is_(None))
        .order_by(member.c.patient_id)
    )
    if after is not None:
        query = query.where(member.c.patient_id > after.bytes)
    if limit is not None:
        query = query.limit(limit)
    return tuple(
        Head(p=UUID(bytes=row.patient_id), rev=row.head_rev, hash=row.head_hash.hex())
        for row in connection.execute(query)
    )


def sums_of(heads: Iterable[Head]) -> tuple[str, ...]:
    """Return the 256 sub-sums of a unit's digest."""
    sums = [0] * 256
    for head in heads:
        share = digests.patient_digest(head.p, head.rev, bytes.fromhex(head.hash))
        bucket = patient_bucket(head.p)
        sums[bucket] = digests.moved(sums[bucket], before=0, after=share)
    return tuple(digests.to_hex(part) for part in sums)


@dataclass(frozen=True, kw_only=True, repr=False)
class Track:
    """How far a span has been sent. ``at``: the last revision looked at."""

    span: Span
    at: int
    end: EndLine


def open_spans(connection: Connection, scope: Scope, spans: Sequence[Span]) -> list[Track]:
    """Return where each span begins and ends; a patient out of scope is gone, as one who never was."""
    return [_open_span(connection, scope, span) for span in spans]


def _open_span(connection: Connection, scope: Scope, span: Span) -> Track:
    table, entry = schema.patient, schema.entry
    head = connection.execute(
        select(table.c.head_rev, table.c.head_hash).where(
            table.c.patient_id == span.p.bytes, visible(scope, table.c.patient_id)
        )
    ).one_or_none()
    first = max(span.first, 1)
    if head is None:
        gone = EndLine(p=span.p, first=first, last=0, rev=0, hash="", before="", gone=True)
        return Track(span=span, at=0, end=gone)
    before = GENESIS
    if first > 1:
        before = connection.execute(
            select(entry.c.chain).where(
                entry.c.patient_id == span.p.bytes, entry.c.rev == min(first - 1, head.head_rev)
            )
        ).scalar_one()
    end = EndLine(
        p=span.p,
        first=first,
        last=min(span.last or head.head_rev, head.head_rev),
        rev=head.head_rev,
        hash=head.head_hash.hex(),
        before=before.hex(),
        essential=span.essential,
    )
    return Track(span=span, at=first - 1, end=end)


def read_on(
    connection: Connection,
    scope: Scope,
    tracks: Sequence[Track],
    *,
    most_entries: int,
    most_bytes: int,
) -> tuple[Page, list[Track]]:
    """Return the next page of these spans, and what is left of them."""
    writer = _Writer(most_entries, most_bytes)
    left = list(tracks)
    while left and not writer.full:
        track = left.pop(0)
        further = _read_span(connection, scope, track, writer)
        if further is not None:
            left.insert(0, further)
    return writer.page(), left


def _read_span(connection: Connection, scope: Scope, track: Track, writer: _Writer) -> Track | None:
    """Write what fits; return the rest of the span, or None when it was ended."""
    at = track.at
    if not track.end.gone and at < track.end.last:
        count = 0
        asked = writer.room
        for row in connection.execute(_span(scope, track, asked)):
            writer.add(_entry_line(track.span.p, row))
            writer.patients[track.span.p] = None
            at, count = row.rev, count + 1
            if writer.full:
                break
        if writer.full or count == asked:
            return Track(span=track.span, at=at, end=track.end)
    writer.add(track.end)
    return None


def _span(scope: Scope, track: Track, most: int) -> Select[Any]:
    entry, row = schema.entry, schema.entity_row
    query = (
        select(entry.c.rev, entry.c.raw, entry.c.sig, entry.c.signer)
        .where(
            entry.c.patient_id == track.span.p.bytes,
            entry.c.rev > track.at,
            entry.c.rev <= track.end.last,
            entry.c.raw.is_not(None),
            visible(scope, entry.c.patient_id),
        )
        .order_by(entry.c.rev)
        .limit(most)
    )
    if not track.span.essential:
        return query
    current = and_(row.c.family == "medication_order", row.c.grp == "current")
    return query.join(
        row, and_(row.c.patient_id == entry.c.patient_id, row.c.entity_id == entry.c.entity_id)
    ).where(row.c.family.in_(ESSENTIAL) | current)
