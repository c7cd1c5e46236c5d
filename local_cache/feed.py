"""The feeds of followed units: pages applied with their cursors in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from local_cache import blocked, entries, parting, scope, stream
from local_cache.entries import Incoming
from local_cache.ranges import Parted
from local_cache.rows import as_list
from local_cache.stream import Stream
from local_cache.wire import arrival_of
from sync.protocol.digest import moved, patient_digest, to_hex
from sync.protocol.messages import (
    AtLine,
    EnterLine,
    EntryLine,
    EraseLine,
    Head,
    LeaveLine,
    PullLine,
)
from sync.protocol.ports import NOT_COMPARED
from sync.protocol.pull import Hole
from workstation.domain.record import GENESIS, chain


@dataclass(kw_only=True)
class _Cursor:
    pos: int
    digest: int


@dataclass(frozen=True)
class _Share:
    """A patient's head as one unit's feed has told it."""

    rev: int
    hash: bytes


@dataclass(kw_only=True)
class Page:
    """A page under way: what it touches is read once, and written once by :meth:`finish`.

    ``touched``: patients of which something changed.
    """

    connection: Connection
    now: int
    cursors: dict[str, _Cursor | None] = field(default_factory=dict)
    ahead: dict[UUID, Stream] = field(default_factory=dict)
    streams: dict[UUID, Stream] = field(default_factory=dict)
    shares: dict[tuple[str, UUID], _Share | None] = field(default_factory=dict)
    told: dict[tuple[str, UUID], _Share] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)

    def look_ahead(self, lines: Sequence[PullLine]) -> None:
        """Read at once what the lines will ask for one by one."""
        patients = {line.p for line in lines if not isinstance(line, AtLine)}
        if not patients:
            return
        self.ahead = stream.read_many(self.connection, patients)
        self.shares = {
            (unit, patient): None for unit in {line.u for line in lines} for patient in patients
        }
        for unit, patient, rev, head_hash in self.connection.exec_driver_sql(
            "SELECT unit, patient.id, rev, hash FROM unit_patient"
            " JOIN patient ON patient.key = unit_patient.patient"
            " WHERE patient.key IN (SELECT value FROM json_each(?))",
            (as_list(known.owner.key for known in self.ahead.values()),),
        ):
            self.shares[unit, UUID(bytes=patient)] = _Share(rev, head_hash)

    def apply(self, line: PullLine) -> None:
        """Take one line in.

        Raises:
            Hole: It does not follow what is stored.
        """
        cursor = self._cursor(line.u)
        if cursor is None:  # no longer followed, or not compared: an answer that came late
            return
        if isinstance(line, AtLine):
            if line.pos > cursor.pos and not line.too_old:
                raise Hole("position", unit=line.u, expected=cursor.pos + 1, found=line.pos)
            return
        if line.pos <= cursor.pos:
            return
        if line.pos != cursor.pos + 1:
            raise Hole("position", unit=line.u, expected=cursor.pos + 1, found=line.pos)
        self._take(line)
        cursor.pos = line.pos

    def _take(self, line: EntryLine | EnterLine | LeaveLine | EraseLine) -> None:
        match line:
            case EntryLine():
                self._entry(line)
            case EnterLine():
                self._enter(line)
            case LeaveLine():
                self._leave(line)
            case EraseLine():
                self._erase(line)

    def _entry(self, line: EntryLine) -> None:
        share = self._share(line.u, line.p)
        if share is None:  # left again before the initial list was taken
            return
        if line.rev <= share.rev:  # known from the initial list, or from the moment it entered
            return
        if line.rev > share.rev + 1:
            raise Hole("revision", unit=line.u, expected=share.rev + 1, found=line.rev)
        known = self._stream(line.p)
        arrived = arrival_of(line)
        after = chain(share.hash, arrived.hash)
        if line.rev > known.head_rev:
            known.follow(arrived)
            self.touched.add(line.p)
            if line.blocked:
                blocked.close(self.connection, known.owner, (line.rev,))
        if line.rev == known.head_rev and after != known.head_hash:
            raise Hole("revision", unit=line.u, expected=line.rev, found=line.rev)
        self._set_share(line.u, line.p, _Share(line.rev, after))

    def _enter(self, line: EnterLine) -> None:
        head_hash = bytes.fromhex(line.hash) if line.rev else GENESIS
        known = self._stream(line.p)
        try:
            known.enters(line.rev, head_hash)
        except Parted:
            raise Hole("revision", unit=line.u, expected=line.rev, found=line.rev) from None
        share = self._share(line.u, line.p)
        if share is None or share.rev < line.rev:
            self._set_share(line.u, line.p, _Share(line.rev, head_hash))
        self.touched.add(line.p)

    def _leave(self, line: LeaveLine) -> None:
        if self._share(line.u, line.p) is None:
            return
        self._count(line.u, line.p, None)
        known = self._stream(line.p)
        self._write([known])
        scope.leave(self.connection, line.u, known.owner.key)
        del self.streams[line.p]
        self.touched.add(line.p)

    def _erase(self, line: EraseLine) -> None:
        if self._share(line.u, line.p) is None:
            return
        known = self._stream(line.p)
        self._write([known])
        if line.blocked:
            blocked.exactly(self.connection, known, line.revs)
        else:
            scope.erase(self.connection, known.owner, line.revs)
        self.touched.add(line.p)

    def finish(self) -> None:
        """Write what the page changed."""
        self._write(list(self.streams.values()))
        for unit, cursor in self.cursors.items():
            if cursor is not None:
                self.connection.exec_driver_sql(
                    "UPDATE cursor SET pos = ?, digest = ? WHERE unit = ?",
                    (cursor.pos, to_hex(cursor.digest), unit),
                )

    def _write(self, streams: Sequence[Stream]) -> None:
        """Write what is known so far; whether a patient may go is asked of the database."""
        self._write_shares()
        incoming = [
            Incoming(owner=each.owner, arrivals=each.arrivals, holds=each.holds)
            for each in streams
            if each.arrivals
        ]
        entries.store_all(self.connection, incoming, now=self.now)
        stream.write(self.connection, *streams)
        for each in streams:
            each.arrivals = []

    def _cursor(self, unit: str) -> _Cursor | None:
        if unit not in self.cursors:
            row = self.connection.exec_driver_sql(
                "SELECT pos, digest FROM cursor WHERE unit = ? AND digest <> ?",
                (unit, NOT_COMPARED),
            ).one_or_none()
            self.cursors[unit] = _Cursor(pos=row[0], digest=int(row[1], 16)) if row else None
        return self.cursors[unit]

    def _stream(self, patient: UUID) -> Stream:
        if patient not in self.streams:
            known = self.ahead.pop(patient, None)
            self.streams[patient] = known or stream.read(self.connection, patient)
        return self.streams[patient]

    def _share(self, unit: str, patient: UUID) -> _Share | None:
        return self.shares.get((unit, patient))

    def _set_share(self, unit: str, patient: UUID, share: _Share) -> None:
        self._count(unit, patient, share)
        self._stream(patient)  # has a row from now on
        self.told[unit, patient] = share

    def _write_shares(self) -> None:
        if self.told:
            self.connection.exec_driver_sql(
                "INSERT INTO unit_patient (unit, patient, rev, hash, taken)"
                " VALUES (?, ?, ?, ?, -1)"
                " ON CONFLICT (unit, patient) DO UPDATE SET rev = excluded.rev,"
                " hash = excluded.hash",
                [
                    (unit, self.streams[patient].owner.key, share.rev, share.hash)
                    for (unit, patient), share in self.told.items()
                ],
            )
            self.told = {}

    def _count(self, unit: str, patient: UUID, share: _Share | None) -> None:
        before = self._share(unit, patient)
        cursor = self._cursor(unit)
        assert cursor is not None
        cursor.digest = moved(
            cursor.digest, before=_digest(patient, before), after=_digest(patient, share)
        )
        self.shares[unit, patient] = share


def apply_page(connection: Connection, lines: Sequence[PullLine], *, now: int) -> set[UUID]:
    """Store a page and move the cursors. Returns the patients that changed.

    Raises:
        Hole: A position or revision is missing; the caller's transaction must be undone.
    """
    page = Page(connection=connection, now=now)
    page.look_ahead(lines)
    for line in lines:
        page.apply(line)
    page.finish()
    return page.touched


def take_manifest(
    connection: Connection, unit: str, *, first_pos: int, heads: Sequence[Head], complete: bool
) -> set[UUID]:
    """Take a page of a unit's patients; with ``complete`` the cursor starts at ``first_pos``."""
    streams = stream.read_or_begin(connection, [head.p for head in heads])
    for head in heads:
        known = streams[head.p]
        head_hash = bytes.fromhex(head.hash) if head.rev else GENESIS
        try:
            known.enters(head.rev, head_hash)
        except Parted:
            parting.part(connection, known, rev=head.rev, head_hash=head_hash)
    stream.write(connection, *streams.values())
    if heads:
        connection.exec_driver_sql(
            "INSERT INTO unit_patient (unit, patient, rev, hash, taken) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (unit, patient) DO UPDATE SET rev = excluded.rev,"
            " hash = excluded.hash, taken = excluded.taken",
            [_member(unit, streams[head.p], head, first_pos) for head in heads],
        )
    if complete:
        _start_cursor(connection, unit, first_pos)
    return {head.p for head in heads}


def _member(unit: str, known: Stream, head: Head, first_pos: int) -> tuple[object, ...]:
    head_hash = bytes.fromhex(head.hash) if head.rev else GENESIS
    return (unit, known.owner.key, head.rev, head_hash, first_pos)


def _start_cursor(connection: Connection, unit: str, first_pos: int) -> None:
    gone = connection.exec_driver_sql(
        "SELECT patient FROM unit_patient"
        " WHERE unit = ?1 AND taken <> ?2 AND (rev > 0 OR taken = ?3)",
        (unit, first_pos, scope.DOUBTED),
    )
    for patient in gone.scalars().all():
        scope.leave(connection, unit, patient)
    digest = sum_of(connection, unit)
    connection.exec_driver_sql(
        "INSERT INTO cursor (unit, pos, digest) VALUES (?, ?, ?)"
        " ON CONFLICT (unit) DO UPDATE SET pos = excluded.pos, digest = excluded.digest",
        (unit, first_pos, to_hex(digest)),
    )


def heads(connection: Connection, unit: str) -> tuple[Head, ...]:
    """Return the patients' heads as the unit's feed has told them, by patient id."""
    rows = connection.exec_driver_sql(
        "SELECT patient.id, rev, hash FROM unit_patient JOIN patient ON patient.key = patient"
        " WHERE unit = ? AND rev > 0 ORDER BY patient.id",
        (unit,),
    )
    return tuple(Head(p=UUID(bytes=row[0]), rev=row[1], hash=row[2].hex()) for row in rows)


def sum_of(connection: Connection, unit: str) -> int:
    """Return a unit's digest from its patients' shares."""
    digest = 0
    for head in heads(connection, unit):
        share = patient_digest(head.p, head.rev, bytes.fromhex(head.hash))
        digest = moved(digest, before=0, after=share)
    return digest


def _digest(patient: UUID, share: _Share | None) -> int:
    return patient_digest(patient, share.rev, share.hash) if share is not None else 0
