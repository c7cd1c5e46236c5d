"""Patients' streams: every record gets the next revision, in one place, under the patient's lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, exists, select, update

from workstation.domain.kinds import units_concerned
from workstation.domain.record import GENESIS, Record, Sealed, chain
from workstation.server import schema
from workstation.server.store import erased
from workstation.server.store.inserting import (
    inserting,
    inserting_new,
    together,
    upserting,
)
from workstation.server.store.sql import storable
from workstation.server.store.statement import Among, among, pairs


@dataclass(frozen=True, kw_only=True, repr=False)
class Incoming:
    """A record that may be stored. ``at``: its time as believed, ms; ``skew``: ms it was ahead."""

    sealed: Sealed
    record: Record
    at: int
    skew: int = 0


@dataclass(frozen=True, kw_only=True, repr=False)
class Appending:
    """Records of one patient to be stored together or not at all.

    ``turn``: what comes in one turn is told as one piece of news; turns are told one by one.
    """

    patient: UUID
    records: tuple[Incoming, ...]
    turn: int = 0


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a record is: ``new`` just now, or ``known`` from before.

    ``reused``: its id names another record already. ``withheld``: new, but another of its
    group was not stored, so neither was this.
    """

    outcome: str
    rev: int = 0


NEW, KNOWN, REUSED, WITHHELD = "new", "known", "reused", "withheld"


class _Row(NamedTuple):
    """A row of ``schema.entry``."""

    patient_id: bytes
    rev: int
    op_id: bytes
    entity_id: bytes
    kind: str
    author: str
    at: int
    skew: int
    received_at: int
    raw: bytes | None
    sig: bytes
    signer: bytes
    chain: bytes


@dataclass(kw_only=True, repr=False)
class Growth:
    """What a transaction adds to one patient's stream; ``before`` is its head until then.

    ``gone``: hashes of erased records by id: one that comes again gets its place, and no body.
    ``blocked``: the patient has, or has had, a block. ``refused``: something of the patient waits
    in quarantine. All are looked up under the patient's lock.
    """

    patient: UUID
    head_rev: int
    head_hash: bytes
    before: int
    known: dict[bytes, tuple[int, bytes]]
    gone: Mapping[bytes, bytes] = field(default_factory=dict)
    blocked: bool = False
    refused: bool = False
    added: list[Incoming] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)

    @property
    def readable(self) -> list[Incoming]:
        """What was added and has a body."""
        if not self.gone:
            return self.added
        return [one for one in self.added if one.record.id.bytes not in self.gone]


def append(
    connection: Connection, groups: Sequence[Appending], *, now: int
) -> tuple[list[tuple[Placed, ...]], list[Growth]]:
    """Store what is new of each group. Patients are locked in the order of their ids.

    Returns:
        For each group where its records are; and what every patient gained, for the read model.
    """
    growths = _locked(connection, _ids_by_patient(groups))
    placed = [_place(growths[group.patient], group, now) for group in groups]
    grown = [growth for growth in growths.values() if growth.added]
    _write(connection, grown, now)
    return placed, grown


def _ids_by_patient(groups: Sequence[Appending]) -> dict[UUID, list[bytes]]:
    ids: dict[UUID, list[bytes]] = {group.patient: [] for group in groups}
    for group in groups:
        ids[group.patient].extend(incoming.record.id.bytes for incoming in group.records)
    return ids


def _locked(connection: Connection, ids: dict[UUID, list[bytes]]) -> dict[UUID, Growth]:
    """Lock the patients and return where their streams end, in the order of their ids."""
    patients = sorted(patient.bytes for patient in ids)
    heads = {patient: (rev, top) for patient, rev, top in _HEADS.rows(connection, patients)}
    if missing := [patient for patient in patients if patient not in heads]:
        first = {"head_rev": 0, "head_hash": GENESIS}
        _FIRST_HEAD.run(connection, *({"patient_id": patient} | first for patient in missing))
        found = _HEADS.rows(connection, missing)
        heads |= {patient: (rev, top) for patient, rev, top in found}
    growths = {
        UUID(bytes=patient): Growth(
            patient=UUID(bytes=patient),
            head_rev=heads[patient][0],
            head_hash=heads[patient][1],
            before=heads[patient][0],
            known={},
        )
        for patient in patients
    }
    _find_known(connection, growths, ids)
    return growths


def _find_known(
    connection: Connection, growths: dict[UUID, Growth], ids: dict[UUID, list[bytes]]
) -> None:
    """Note which of the ids are stored already, where, and with which bytes."""
    asked = [
        (patient.bytes, op_id)
        for patient, growth in growths.items()
        if growth.before
        for op_id in ids[patient]
    ]
    _find_marks(connection, {growth.patient.bytes: growth for growth in growths.values()})
    for patient, op_id, rev, raw in _KNOWN.rows(connection, asked):
        growth = growths[UUID(bytes=patient)]
        digest = sha256(raw).digest() if raw is not None else growth.gone.get(op_id, b"")
        growth.known[op_id] = (rev, digest)


def _find_marks(connection: Connection, growths: Mapping[bytes, Growth]) -> None:
    """Note of which patients something was erased, is blocked or waits: of most, nothing.

    Asked after the lock was taken, by a statement of its own: what another transaction wrote
    under the same lock is seen.
    """
    gone: list[bytes] = []
    for patient, has_gone, blocked, refused in _MARKS.rows(connection, list(growths)):
        growths[patient].blocked, growths[patient].refused = bool(blocked), bool(refused)
        if has_gone:
            gone.append(patient)
    for patient, hashes in erased.by_patient(connection, gone).items():
        growths[patient].gone = hashes


def _place(growth: Growth, group: Appending, now: int) -> tuple[Placed, ...]:
    if any(_is_reused(growth, incoming) for incoming in group.records):
        return tuple(_not_stored(growth, incoming) for incoming in group.records)
    placed = tuple(_stored(growth, incoming, now) for incoming in group.records)
    growth.turns += [group.turn] * (len(growth.rows) - len(growth.turns))
    return placed


def _is_reused(growth: Growth, incoming: Incoming) -> bool:
    known = growth.known.get(incoming.record.id.bytes)
    return known is not None and known[1] != incoming.sealed.hash


def _not_stored(growth: Growth, incoming: Incoming) -> Placed:
    known = growth.known.get(incoming.record.id.bytes)
    if known is None:
        return Placed(outcome=WITHHELD)
    if known[1] != incoming.sealed.hash:
        return Placed(outcome=REUSED)
    return Placed(outcome=KNOWN, rev=known[0])


def _stored(growth: Growth, incoming: Incoming, now: int) -> Placed:
    record, sealed = incoming.record, incoming.sealed
    known = growth.known.get(record.id.bytes)
    if known is not None:
        same = known[1] == sealed.hash
        return Placed(outcome=KNOWN if same else REUSED, rev=known[0] if same else 0)
    digest = sealed.hash
    growth.head_rev += 1
    growth.head_hash = chain(growth.head_hash, digest)
    growth.known[record.id.bytes] = (growth.head_rev, digest)
    growth.added.append(incoming)
    row = _Row(
        patient_id=growth.patient.bytes,
        rev=growth.head_rev,
        op_id=record.id.bytes,
        entity_id=record.entity.bytes,
        kind=storable(record.kind),
        author=storable(record.author.hsa_id),
        at=incoming.at,
        skew=incoming.skew,
        received_at=now,
        raw=sealed.raw,
        sig=sealed.signature,
        signer=sealed.signer,
        chain=growth.head_hash,
    )
    if row.op_id in growth.gone:
        row = row._replace(raw=None, sig=b"", signer=b"", author="", kind="")
    growth.rows.append(row)
    return Placed(outcome=NEW, rev=growth.head_rev)


def _write(connection: Connection, grown: Sequence[Growth], now: int) -> None:
    if not grown:
        return
    for growth in grown:
        for row in growth.rows if growth.gone else ():
            if row.op_id in growth.gone:
                digest = growth.gone[row.op_id]
                erased.came_again(connection, growth.patient, row.op_id, row.rev, digest)
    following: dict[bytes, set[str]] = {growth.patient.bytes: set() for growth in grown}
    for patient, unit in _FOLLOWING.rows(connection, list(following)):
        following[patient].add(unit)
    entering: list[tuple[Any, ...]] = []
    outgoing: list[tuple[Any, ...]] = []
    for growth in grown:
        patient = growth.patient.bytes
        for unit, rev, what in _news(growth, following[patient]):
            outgoing.append((patient, rev, unit, what))
            if what == "enter":
                entering.append(_member(growth.patient, unit, rev=rev, now=now, reason="record"))
    together(
        connection,
        (_ENTRIES, [row for growth in grown for row in growth.rows]),
        (_NEW_HEAD, [(one.patient.bytes, one.head_rev, one.head_hash) for one in grown]),
        (_MEMBER, entering),
        (_OUTBOX, outgoing),
    )


def _news(growth: Growth, following: set[str]) -> Iterator[tuple[str, int, str]]:
    """Yield what the drainer must tell: each new revision to the units that follow, and who comes in."""
    numbers = zip(growth.turns, range(len(growth.rows)), strict=True)
    for _turn, those in groupby(numbers, key=itemgetter(0)):
        turn = [number for _, number in those]
        told = sorted(following)
        for number in turn:
            rev = growth.rows[number].rev
            for unit in told:
                yield unit, rev, "entry"
        concerned = {storable(u) for n in turn for u in units_concerned(growth.added[n].record)}
        for unit in sorted(concerned - following):
            yield unit, growth.rows[turn[-1]].rev, "enter"
        following |= concerned


def enter(
    connection: Connection,
    patient: UUID,
    units: Sequence[str],
    *,
    rev: int,
    now: int,
    reason: str,
) -> None:
    """Make the patient a member of the units' scopes from after ``rev`` on."""
    rows = [_member(patient, unit, rev=rev, now=now, reason=reason) for unit in units]
    _MEMBER.run_rows(connection, rows)


def _member(patient: UUID, unit: str, *, rev: int, now: int, reason: str) -> tuple[Any, ...]:
    return (patient.bytes, unit, rev, now, None, reason)


def leave(connection: Connection, patient: UUID, unit: str, *, now: int) -> bool:
    """End a membership; return whether there was one. The feed tells it."""
    table = schema.membership
    head_rev = connection.execute(  # the patient's lock: no record may come in between
        select(schema.patient.c.head_rev)
        .where(schema.patient.c.patient_id == patient.bytes)
        .with_for_update()
    ).scalar_one_or_none()
    ended = connection.execute(
        update(table)
        .where(
            table.c.patient_id == patient.bytes, table.c.unit == unit, table.c.until_at.is_(None)
        )
        .values(until_at=now)
    )
    if ended.rowcount == 0:
        return False
    _OUTBOX.run_rows(connection, [(patient.bytes, head_rev or 0, unit, "leave")])
    return True


def _any_of(table: Table, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.patient_id == schema.patient.c.patient_id, *more)


_patient, _entry, _membership = schema.patient, schema.entry, schema.membership
_HEADS = Among(
    select(_patient.c.patient_id, _patient.c.head_rev, _patient.c.head_hash)
    .where(among(_patient.c.patient_id))
    .order_by(_patient.c.patient_id)
    .with_for_update()
)
_KNOWN = Among(
    select(_entry.c.patient_id, _entry.c.op_id, _entry.c.rev, _entry.c.raw).where(
        pairs(_entry.c.patient_id, _entry.c.op_id)
    )
)
_FOLLOWING = Among(
    select(_membership.c.patient_id, _membership.c.unit).where(
        among(_membership.c.patient_id), _membership.c.until_at.is_(None)
    )
)
_FIRST_HEAD = inserting_new(schema.patient)
_NEW_HEAD = upserting(_patient, key=("patient_id",))
_MARKS = Among(
    select(
        _patient.c.patient_id,
        _any_of(schema.erased),
        _any_of(schema.blocked),
        _any_of(schema.quarantine, schema.quarantine.c.released_at.is_(None)),
    ).where(among(_patient.c.patient_id))
)
_ENTRIES = inserting(schema.entry)
_MEMBER = upserting(schema.membership, key=("patient_id", "unit"))
_OUTBOX = inserting(schema.outbox, without=("n",))
