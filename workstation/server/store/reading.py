"""What workstations read: pages of a feed, a unit's patients, spans of a patient's stream."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, and_, bindparam, case, literal, not_, select

from sync.protocol import digest as digests
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    EraseLine,
    Head,
    LeaveLine,
    Message,
    Span,
)
from sync.protocol.ports import patient_bucket
from workstation.access.scope import Scope
from workstation.domain.block import Reader
from workstation.domain.record import GENESIS
from workstation.server import schema
from workstation.server.store import blocking, erased, feed
from workstation.server.store.statement import Among, Statement, among, pairs
from workstation.server.store.visible import closed, visible

_encoder = msgspec.json.Encoder()
_USUAL_LINE, _FEW_MORE = 500, 8

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

    @property
    def likely(self) -> int:
        """How many lines are likely to fit: no more need be fetched at a time."""
        by_size = max(self._most_bytes - self._size, 0) // _USUAL_LINE
        return min(self.room, by_size + _FEW_MORE)

    def add(self, message: Message) -> None:
        line = _encoder.encode(message)
        self._lines.append(line)
        self._size += len(line) + 1
        self._entries += 1

    def page(self) -> Page:
        lines = b"\n".join(self._lines) + (b"\n" if self._lines else b"")
        return Page(lines=lines, patients=tuple(self.patients))


@dataclass(frozen=True, kw_only=True)
class Following:
    """Where a follower of a unit is, and where the unit is. ``digest``: at its head."""

    unit: str
    cursor: int
    head: int
    digest: int


def look_at_feeds(
    connection: Connection, cursors: Mapping[str, int], *, most_bytes: int
) -> tuple[int, list[Following]]:
    """Return about how many lines a page after these positions will take, and where the units are."""
    found: list[Following] = []
    for unit in sorted(cursors):
        head, digest = feed.position(connection, unit)
        cursor = min(cursors[unit], head)
        found.append(Following(unit=unit, cursor=cursor, head=head, digest=digest))
    lines = sum(one.head - one.cursor for one in found)
    return min(lines, most_bytes // _USUAL_LINE + _FEW_MORE), found


def pull(
    connection: Connection,
    units: Sequence[Following],
    *,
    most_entries: int,
    most_bytes: int,
    now: int,
) -> Page:
    """Return what is new in these units, within the limits; on the view they were looked at."""
    writer = _Writer(most_entries, most_bytes)
    for one in units:
        _pull_unit(connection, writer, one, now)
    return writer.page()


def _pull_unit(connection: Connection, writer: _Writer, asked: Following, now: int) -> None:
    unit, at, head, digest = asked.unit, asked.cursor, asked.head, asked.digest
    while not writer.full and at < head:
        told = at
        found = _CHANGES.each(connection, u=unit, cursor=at, most=writer.likely, now=now)
        for row in map(_Change._make, found):
            if row.pos != at + 1:
                break
            patient = UUID(bytes=row.patient)
            writer.add(_change(connection, unit, patient, row, now))
            writer.patients[patient] = None
            at = row.pos
            if writer.full:
                break
        if at == told:  # what follows is not there any more
            line = AtLine(u=unit, pos=head, digest=digests.to_hex(digest), too_old=True)
            writer.add(line)
            return
    more = at < head
    writer.add(AtLine(u=unit, pos=at, digest="" if more else digests.to_hex(digest), more=more))


class _Change(NamedTuple):
    """A line of a feed with what it tells of."""

    pos: int
    patient: bytes
    rev: int
    what: str
    raw: bytes | None
    sig: bytes
    signer: bytes
    chain: bytes
    member: str | None
    withheld: int | None


def _change(connection: Connection, unit: str, patient: UUID, row: _Change, now: int) -> Message:
    """A patient who has left since is told as left, at every earlier position too."""
    if row.member is None or row.what == "leave":
        return LeaveLine(u=unit, pos=row.pos, p=patient)
    if row.what == "enter":
        return EnterLine(u=unit, pos=row.pos, p=patient, rev=row.rev, hash=row.chain.hex())
    if row.what == "blocked":
        revs = blocking.withheld_now(connection, patient, unit, now=now)
        return EraseLine(u=unit, pos=row.pos, p=patient, revs=revs, blocked=True)
    if row.what == "erase":
        revs = tuple(erased.hashes(connection, patient))
        return EraseLine(u=unit, pos=row.pos, p=patient, revs=revs)
    return _line(connection, patient, row, unit, row.pos)


def _line(
    connection: Connection, patient: UUID, row: _Change | _Entry, unit: str = "", pos: int = 0
) -> EntryLine:
    """Return a record as it goes out; of one withheld or erased only its hash does.

    ``unit``, ``pos``: its place in a feed, where it is told there.
    """
    p, rev = patient, row.rev
    if row.raw is None:
        gone = erased.hashes(connection, patient)[rev].hex()
        return EntryLine(u=unit, pos=pos, p=p, rev=rev, raw=_NOTHING, hash=gone)
    if row.withheld is not None:
        hidden = sha256(row.raw).hexdigest()
        return EntryLine(u=unit, pos=pos, p=p, rev=rev, raw=_NOTHING, hash=hidden, blocked=True)
    sig, by = _in_base64(row.sig), _signer_in_base64(row.signer)
    return EntryLine(u=unit, pos=pos, p=p, rev=rev, raw=msgspec.Raw(row.raw), sig=sig, by=by)


_NOTHING = msgspec.Raw(b"null")


def _in_base64(value: bytes) -> str:
    return b2a_base64(value, newline=False).decode()


_signer_in_base64 = lru_cache(1_024)(_in_base64)  # few sign much


class _Entry(NamedTuple):
    """A record of a span. ``withheld``: not null where a block keeps it from the reader."""

    rev: int
    raw: bytes | None
    sig: bytes
    signer: bytes
    withheld: int | None


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


def look_at_spans(
    connection: Connection, asked: Asked, spans: Sequence[Span]
) -> tuple[int, list[Track]]:
    """Return how many rows a reading of these spans takes at most, and the spans opened.

    For one person alone all that the patient has may have to be looked at.
    """
    tracks = open_spans(connection, asked.scope, spans)
    rows = sum(1 + max(track.end.last - track.at, 0) for track in tracks)
    if asked.person is not None:
        rows += sum(track.end.rev for track in tracks)
    return rows, tracks


def open_spans(connection: Connection, scope: Scope, spans: Sequence[Span]) -> list[Track]:
    """Return where each span begins and ends; a patient out of scope is gone, as one who never was."""
    patients = [span.p.bytes for span in spans]
    heads = {row[0]: (row[1], row[2]) for row in _heads_in(scope).rows(connection, patients)}
    before = {
        (span.p.bytes, min(span.first - 1, heads[span.p.bytes][0])): GENESIS
        for span in spans
        if span.p.bytes in heads
    }
    for patient, rev, top in _CHAINS.rows(connection, [place for place in before if place[1] > 0]):
        before[patient, rev] = top
    return [_open_span(span, heads.get(span.p.bytes), before) for span in spans]


def _open_span(
    span: Span, head: tuple[int, bytes] | None, before: Mapping[tuple[bytes, int], bytes]
) -> Track:
    first = max(span.first, 1)
    if head is None:
        gone = EndLine(p=span.p, first=first, last=0, rev=0, hash="", before="", gone=True)
        return Track(span=span, at=0, end=gone)
    rev, top = head
    end = EndLine(
        p=span.p,
        first=first,
        last=min(span.last or rev, rev),
        rev=rev,
        hash=top.hex(),
        before=before[span.p.bytes, min(span.first - 1, rev)].hex(),
        essential=span.essential,
    )
    return Track(span=span, at=first - 1, end=end)


@dataclass(frozen=True, kw_only=True, repr=False)
class Asked:
    """Who reads spans, and when (ms UTC). ``person``: for whom alone it is, what their lifts open."""

    scope: Scope
    now: int
    person: Reader | None = None


def read_on(
    connection: Connection,
    asked: Asked,
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
        further = _read_span(connection, asked, track, writer)
        if further is not None:
            left.insert(0, further)
    return writer.page(), left


def _read_span(connection: Connection, asked: Asked, track: Track, writer: _Writer) -> Track | None:
    """Write what fits; return the rest of the span, or None when it was ended."""
    at = track.at
    if not track.end.gone and at < track.end.last:
        count, patient = 0, track.span.p
        most = writer.likely
        opened = _opened(connection, asked, patient)
        found = _span_in(asked.scope, track.span.essential, asked.person is not None).each(
            connection, p=patient.bytes, at=at, last=track.end.last, most=most, now=asked.now
        )
        for row in map(_Entry._make, found):
            if row.withheld is not None and opened is not None and row.rev not in opened:
                row = row._replace(withheld=None)
            writer.add(_line(connection, patient, row))
            writer.patients[patient] = None
            at, count = row.rev, count + 1
            if writer.full:
                break
        if writer.full or count == most:
            return Track(span=track.span, at=at, end=track.end)
    writer.add(track.end)
    return None


def _opened(connection: Connection, asked: Asked, patient: UUID) -> frozenset[int] | None:
    """Return what is withheld even from the person, where it is for that person alone."""
    if asked.person is None:
        return None
    return blocking.withheld_from_person(connection, patient, asked.person, now=asked.now)


@lru_cache(4_096)  # a scope is a unit
def _span_in(scope: Scope, essential: bool, whole: bool) -> Statement:
    entry, row = schema.entry, schema.entity_row
    kept = closed(
        scope, entry.c.patient_id, entry.c.rev, bindparam("now", type_=BigInteger), whole=whole
    )
    query = (
        select(
            entry.c.rev,
            entry.c.raw,
            entry.c.sig,
            entry.c.signer,
            case((kept, 1), else_=None).label("withheld"),
        )
        .where(
            entry.c.patient_id == bindparam("p"),
            entry.c.rev > bindparam("at"),
            entry.c.rev <= bindparam("last"),
            visible(scope, entry.c.patient_id),
        )
        .order_by(entry.c.rev)
        .limit(bindparam("most", type_=Integer))
    )
    if not essential:
        return Statement(query)
    families = row.c.family.in_([literal(family) for family in ESSENTIAL])
    current = and_(row.c.family == "medication_order", row.c.grp == "current")
    mine = and_(row.c.patient_id == entry.c.patient_id, row.c.entity_id == entry.c.entity_id)
    there = and_(entry.c.raw.is_not(None), not_(kept))
    return Statement(query.join(row, mine).where(there, families | current))


@lru_cache(4_096)
def _heads_in(scope: Scope) -> Among:
    table = schema.patient
    return Among(
        select(table.c.patient_id, table.c.head_rev, table.c.head_hash).where(
            among(table.c.patient_id), visible(scope, table.c.patient_id)
        )
    )


_told, _entry, _member = schema.feed, schema.entry, schema.membership
_withheld = schema.withheld
_CHANGES = Statement(
    select(
        _told.c.pos,
        _told.c.patient_id,
        _told.c.rev,
        _told.c.what,
        _entry.c.raw,
        _entry.c.sig,
        _entry.c.signer,
        _entry.c.chain,
        _member.c.unit,
        _withheld.c.rev,
    )
    .select_from(_told)
    .outerjoin(_entry, and_(_entry.c.patient_id == _told.c.patient_id, _entry.c.rev == _told.c.rev))
    .outerjoin(
        _member,
        and_(
            _member.c.patient_id == _told.c.patient_id,
            _member.c.unit == _told.c.unit,
            _member.c.until_at.is_(None),
        ),
    )
    .outerjoin(
        _withheld,
        and_(
            _withheld.c.patient_id == _told.c.patient_id,
            _withheld.c.unit == _told.c.unit,
            _withheld.c.rev == _told.c.rev,
            _withheld.c.since <= bindparam("now", type_=BigInteger),
        ),
    )
    .where(_told.c.unit == bindparam("u"), _told.c.pos > bindparam("cursor"))
    .order_by(_told.c.pos)
    .limit(bindparam("most", type_=Integer))
)
_CHAINS = Among(
    select(_entry.c.patient_id, _entry.c.rev, _entry.c.chain).where(
        pairs(_entry.c.patient_id, _entry.c.rev)
    )
)
