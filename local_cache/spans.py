"""Spans of a patient's stream: the initial load, older tiers, what was missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection

from local_cache import blocked, entries, parting, stream
from local_cache.arrivals import Arrival
from local_cache.entries import Incoming
from local_cache.ranges import Parted
from local_cache.stream import Stream
from local_cache.wire import arrival_of, unread_of
from sync.protocol.messages import EndLine, EntryLine
from sync.protocol.ports import SentSpan
from sync.protocol.violation import ProtocolViolation
from workstation.domain.record import GENESIS


def apply_streams(connection: Connection, sent: Sequence[SentSpan], *, now: int) -> None:
    """Store spans that the server sent whole. For a patient not followed they are ignored.

    Where one does not join what is stored, the server's history holds: our records are queued
    again, and the rest of the stream is fetched anew.

    Raises:
        ProtocolViolation: A span itself has gaps; nothing may be kept of it.
    """
    ahead = stream.read_many(connection, {end.p for _lines, end in sent}, followed=True)
    under_way: dict[UUID, Stream] = {}
    some = blocked.patients(connection)
    for lines, end in sent:
        if end.p in under_way:  # twice: the second stands on the first
            _store(connection, under_way.values(), now=now)
            ahead.update(stream.read_many(connection, under_way, followed=True))
            under_way = {}
        if (known := ahead.get(end.p)) is not None:
            under_way[end.p] = known
            if known.owner.key in some or any(line.blocked for line in lines):
                blocked.take_note(connection, known.owner, lines)
            _take(connection, known, lines, end)
    _store(connection, under_way.values(), now=now)


def _take(connection: Connection, known: Stream, lines: Sequence[EntryLine], end: EndLine) -> None:
    if end.gone:
        known.stage = stream.GONE
        return
    arrivals = _arrivals(known, lines, end)
    if end.essential:
        _add_islands(known, arrivals)
    else:
        _add_span(connection, known, arrivals, end)


def _store(connection: Connection, streams: Iterable[Stream], *, now: int) -> None:
    every = list(streams)
    incoming = [
        Incoming(owner=each.owner, arrivals=each.arrivals, holds=each.holds)
        for each in every
        if each.arrivals
    ]
    entries.store_all(connection, incoming, now=now)
    stream.write(connection, *every)


def _arrivals(known: Stream, lines: Sequence[EntryLine], end: EndLine) -> list[Arrival]:
    """Look at once into what lists are made of; of a first load the rest can wait."""
    if known.stage >= stream.WHOLE:
        return [arrival_of(line) for line in lines]
    if known.stage >= stream.ESSENTIAL and not end.essential and _is_bulk(known, lines, end):
        return unread_of(lines)
    soon = [_is_for_lists(line) for line in lines]
    later = iter(unread_of(line for line, now in zip(lines, soon, strict=True) if not now))
    return [arrival_of(line) if now else next(later) for line, now in zip(lines, soon, strict=True)]


def _is_bulk(known: Stream, lines: Sequence[EntryLine], end: EndLine) -> bool:
    """Whether this lies behind what lists are made of, and is not just what came meanwhile."""
    return len(lines) > stream.FEW or end.last < known.head_rev


_FOR_LISTS = (
    b'"kind":"patient"',
    b'"kind":"identity_link"',
    b'"kind":"medication',
    b'"kind":"void"',
    b'"kind":"resolution"',
)
_CONTACT, _ADMISSION = b'"kind":"contact"', b'"admission"'


def _is_for_lists(line: EntryLine) -> bool:
    """Whether a record may show in a list of patients or of work, and not in its chart only.

    Asked of the bytes, which are canonical; one taken for more than it is, is read early.
    """
    raw = bytes(line.raw)
    return any(mark in raw for mark in _FOR_LISTS) or (_CONTACT in raw and _ADMISSION in raw)


def _add_islands(known: Stream, arrivals: Sequence[Arrival]) -> None:
    revs = [each.rev or 0 for each in arrivals]
    if revs != sorted(set(revs)):
        raise ProtocolViolation("revisions out of order")
    known.stage = max(known.stage, stream.ESSENTIAL)
    # Beyond the head we know of, the feed brings them.
    known.arrivals.extend(each for each in arrivals if (each.rev or 0) <= known.head_rev)


def _add_span(
    connection: Connection, known: Stream, arrivals: Sequence[Arrival], end: EndLine
) -> None:
    expected = range(end.first, end.last + 1)
    if [each.rev for each in arrivals] != list(expected):
        raise ProtocolViolation("a revision is missing in a span")
    before = bytes.fromhex(end.before) if end.first > 1 else GENESIS
    try:
        known.add_span(arrivals, first=end.first, before=before)
    except Parted:
        parting.part(connection, known, rev=end.rev, head_hash=bytes.fromhex(end.hash))
        known.add_span(arrivals, first=end.first, before=before)
