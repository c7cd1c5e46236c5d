"""A patient's stream as far as it is here: its head, the stretches held, what is to be fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from local_cache.arrivals import Arrival
from local_cache.ranges import Held, Parted, joined, missing
from local_cache.readmodel import Owner
from local_cache.rows import as_list
from sync.protocol.messages import Span
from workstation.domain.ids import PatientId
from workstation.domain.record import GENESIS, chain

NOTHING, ESSENTIAL, NEWEST, WHOLE, GONE = range(5)
"""Stages of fetching a patient."""
NEWEST_RECORDS = 200
"""What is fetched second: the newest so many."""
_CHUNK = 500
FEW = 40
"""A patient with no more records than this is fetched at once."""


@dataclass(kw_only=True)
class Stream:
    """One patient's stream, read once and written back with :func:`write`.

    ``head_rev``/``head_hash``: the newest revision the server told of, and the chain there.
    """

    owner: Owner
    head_rev: int
    head_hash: bytes
    stage: int
    leaving: bool
    held: tuple[Held, ...]
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every revision up to the head is here."""
        return not missing([(h.low, h.high) for h in self.held], self.head_rev)

    def holds(self, rev: int) -> bool:
        """Whether that revision is here, with everything the chain needs to prove it."""
        return any(each.low <= rev <= each.high for each in self.held)

    def follow(self, arrived: Arrival) -> None:
        """Append the record that follows the head."""
        assert arrived.rev == self.head_rev + 1
        after = chain(self.head_hash, arrived.hash)
        self.held = joined(self.held, first=arrived.rev, before=self.head_hash, hashes=(after,))
        self.head_rev, self.head_hash = arrived.rev, after
        self.arrivals.append(arrived)

    def told_head(self, rev: int, head_hash: bytes) -> None:
        """Take note of a head told without its records; an older one changes nothing.

        Raises:
            Parted: It contradicts what is here.
        """
        if rev == self.head_rev and rev > 0 and head_hash != self.head_hash:
            raise Parted("another chain at the same revision")
        if rev > self.head_rev:
            self.head_rev, self.head_hash = rev, head_hash

    def enters(self, rev: int, head_hash: bytes) -> None:
        """The patient comes into a unit's scope, with its head at that moment."""
        self.told_head(rev, head_hash)
        self.leaving = False
        if self.stage == GONE or (self.stage == WHOLE and not self.held):
            self.stage = NOTHING

    def add_span(self, arrivals: Sequence[Arrival], *, first: int, before: bytes) -> None:
        """Add revisions ``first``, ``first + 1`` …, checked against everything they touch.

        Raises:
            Parted: They do not join, or do not reach what the head says.
        """
        if first == 1 and before != GENESIS:
            raise Parted("a stream that does not begin at its beginning")
        hashes: list[bytes] = []
        hash_now = before
        for arrived in arrivals:
            hash_now = chain(hash_now, arrived.hash)
            hashes.append(hash_now)
        last = first + len(arrivals) - 1
        self._check_head(first, before, hashes)
        self.held = joined(self.held, first=first, before=before, hashes=hashes)
        if last > self.head_rev:
            self.head_rev, self.head_hash = last, hash_now
        self.arrivals.extend(arrivals)

    def _check_head(self, first: int, before: bytes, hashes: Sequence[bytes]) -> None:
        at = self.head_rev - first
        if at == -1 and before != self.head_hash:
            raise Parted("the chain does not join the head")
        if 0 <= at < len(hashes) and hashes[at] != self.head_hash:
            raise Parted("the chain does not reach the head")


def read(connection: Connection, patient: UUID) -> Stream:
    """Return a patient's stream; a patient not known here gets a row."""
    return read_or_begin(connection, [patient])[patient]


def read_or_begin(connection: Connection, patients: Sequence[UUID]) -> dict[UUID, Stream]:
    """Return patients' streams; those not known here get rows, in this order."""
    found = read_many(connection, patients)
    new = [patient for patient in patients if patient not in found]
    if new:
        connection.exec_driver_sql(
            "INSERT INTO patient (id) VALUES (?)", [(patient.bytes,) for patient in new]
        )
        found |= read_many(connection, new)
    return found


def read_many(
    connection: Connection, patients: Iterable[UUID], *, followed: bool = False
) -> dict[UUID, Stream]:
    """Return the streams of those patients that are known here.

    ``followed``: only of those that any unit's list has.
    """
    rows = connection.exec_driver_sql(
        _FOLLOWED if followed else _KNOWN, (as_list(patient.hex for patient in patients),)
    ).all()
    held: dict[int, list[Held]] = {}
    for patient, low, high, before, after in connection.exec_driver_sql(
        _HELD, (as_list(row[0] for row in rows),)
    ):
        stretch = Held(low=low, high=high, before=before, after=after)
        held.setdefault(patient, []).append(stretch)
    found: dict[UUID, Stream] = {}
    for key, identity, head_rev, head_hash, stage, leaving, indexed in rows:
        patient = UUID(bytes=identity)
        found[patient] = Stream(
            owner=Owner(key=key, id=PatientId(patient), indexed=indexed),
            head_rev=head_rev,
            head_hash=head_hash,
            stage=stage,
            leaving=bool(leaving),
            held=tuple(held.get(key, ())),
        )
    return found


_KNOWN = (
    "SELECT key, id, head_rev, head_hash, stage, leaving, indexed FROM patient"
    " WHERE id IN (SELECT unhex(value) FROM json_each(?))"
)
_FOLLOWED = _KNOWN + " AND EXISTS (SELECT 1 FROM unit_patient WHERE patient = patient.key)"
_HELD = (
    "SELECT patient, low, high, before, after FROM held"
    " WHERE patient IN (SELECT value FROM json_each(?)) ORDER BY patient, low"
)


def write(connection: Connection, *streams: Stream) -> None:
    """Write the head, stretches and stage of streams back."""
    if not streams:
        return
    connection.exec_driver_sql(
        "UPDATE patient SET head_rev = ?, head_hash = ?, stage = ?, leaving = ?,"
        " wish = CASE WHEN ?3 = 3 THEN 0 ELSE wish END WHERE key = ?5",
        [
            (each.head_rev, each.head_hash, _stage(each), each.leaving, each.owner.key)
            for each in streams
        ],
    )
    connection.exec_driver_sql(
        "DELETE FROM held WHERE patient = ?", [(each.owner.key,) for each in streams]
    )
    held = [
        (each.owner.key, one.low, one.high, one.before, one.after)
        for each in streams
        for one in each.held
    ]
    if held:
        connection.exec_driver_sql(
            "INSERT INTO held (patient, low, high, before, after) VALUES (?, ?, ?, ?, ?)", held
        )


def wanted(connection: Connection, *, most: int) -> tuple[Span, ...]:
    """Return what to fetch next: wished for first, then the essential of new patients, then newer.

    One span for a patient at a time, so that a page of spans covers many patients; only what is
    left when everybody's newest is here comes patient by patient.

    Args:
        most: Patients.
    """
    rows = connection.exec_driver_sql(
        "SELECT patient.id, head_rev, stage, low, high FROM patient"
        " LEFT JOIN held ON held.patient = patient.key WHERE patient.key IN"
        " (SELECT key FROM patient WHERE stage < 3 AND leaving = 0 AND head_rev > 0"
        " ORDER BY wish DESC, stage, key LIMIT ?)"
        " ORDER BY wish DESC, stage, patient.key, low",
        (most,),
    )
    spans: list[Span] = []
    for (patient, head_rev, stage), stretches in groupby(rows, key=lambda row: tuple(row[:3])):
        held = [(row[3], row[4]) for row in stretches if row[3] is not None]
        spans.extend(_next_spans(UUID(bytes=patient), head_rev, stage, held))
    return tuple(spans)


def _next_spans(
    patient: UUID, head_rev: int, stage: int, held: Sequence[tuple[int, int]]
) -> Iterator[Span]:
    gaps = missing(held, head_rev)
    if stage == NOTHING and head_rev > FEW:
        yield Span(p=patient, essential=True)
    elif stage < NEWEST and gaps:
        low, high = gaps[0]
        size = NEWEST_RECORDS if high == head_rev else _CHUNK
        yield Span(p=patient, first=max(low, high - size + 1), last=high)
    else:
        for low, high in gaps:
            for last in range(high, low - 1, -_CHUNK):
                yield Span(p=patient, first=max(low, last - _CHUNK + 1), last=last)


def _stage(stream: Stream) -> int:
    if stream.stage == GONE:
        return GONE
    if stream.whole:
        return WHOLE
    newest = max(1, stream.head_rev - NEWEST_RECORDS + 1)
    if any(each.low <= newest and each.high == stream.head_rev for each in stream.held):
        return NEWEST
    return min(stream.stage, ESSENTIAL)
