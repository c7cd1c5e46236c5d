"""Records as they came: stored once, raw, with their place in the patient's stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache import outbox, readmodel, reused, unread
from local_cache.rows import as_list
from workstation.domain.kinds import Malformed, open_record
from workstation.domain.record import Record, Sealed

_MANY = 40


@dataclass(frozen=True, kw_only=True, repr=False, slots=True)
class Arrival:
    """A record on its way in.

    ``record`` is None where the bytes are no record of this patient, ``rev`` while unsent.
    ``sealed.raw`` is empty where the body was erased; ``hash`` is then all there is.
    ``unread``: the bytes have not been looked into; ``record`` is None until they are.
    """

    id: bytes
    hash: bytes
    sealed: Sealed
    record: Record | None
    rev: int | None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    key: int
    rev: int | None


class _OnlyId(msgspec.Struct):
    id: UUID


_only_id = msgspec.json.Decoder(_OnlyId)


def arrival(sealed: Sealed, *, patient: UUID, rev: int | None) -> Arrival:
    """Open a record for storing. Bytes that are no record of this patient are kept as they are."""
    record: Record | None = None
    try:
        opened = open_record(sealed)
        identity = opened.id.bytes
        record = opened if opened.patient == patient else None
    except Malformed:
        identity = _id_of(sealed)
    return Arrival(id=identity, hash=sealed.hash, sealed=sealed, record=record, rev=rev)


def unread_arrival(sealed: Sealed, *, rev: int) -> Arrival:
    """Take a record for storing without looking further into it than for its id."""
    hash_now = sealed.hash
    try:
        identity = _only_id.decode(sealed.raw).id.bytes
    except (msgspec.DecodeError, UnicodeDecodeError):
        identity = hash_now[:16]
    return Arrival(id=identity, hash=hash_now, sealed=sealed, record=None, rev=rev, unread=True)


def erased(record_hash: bytes, *, rev: int) -> Arrival:
    """Return what is left of a record whose body was erased before it came here."""
    return Arrival(id=record_hash[:16], hash=record_hash, sealed=Sealed(b""), record=None, rev=rev)


def _id_of(sealed: Sealed) -> bytes:
    try:
        return _only_id.decode(sealed.raw).id.bytes
    except (msgspec.DecodeError, UnicodeDecodeError):
        return sealed.hash[:16]


def store(
    connection: Connection,
    patient: readmodel.Owner,
    arrivals: Sequence[Arrival],
    *,
    holds: Callable[[int], bool],
    now: int,
) -> tuple[int, ...]:
    """Store what is not here yet and renew the read model; what is known is a no-op.

    Nothing in a stream that the chain vouches for may stop the rest: of two records that claim
    one revision, the one not vouched for is sent again; a second record with an id already in
    the stream is kept unread; one saved here with the id of another is put aside.

    Args:
        holds: Whether a revision is vouched for by the chain, those of ``arrivals`` included.

    Returns the keys of the entries that were new, in order.
    """
    told = {a.id: a.sealed.raw for a in arrivals if a.rev is not None and a.sealed.raw}
    reused.set_aside(connection, patient, told, now=now)
    known = _known(connection, patient.key, arrivals)
    new: list[Arrival] = []
    numbered: list[tuple[int, int]] = []
    seen: set[bytes] = set()
    for each in arrivals:
        have = known.get(each.id)
        if each.id in seen or (have and _is_another(have, each, holds)):
            each = replace(each, id=_other_id(each), record=None, unread=False)
            have = known.get(each.id)
        if have is not None:
            if each.rev is not None and each.rev != have.rev:
                numbered.append((have.key, each.rev))
        elif each.id not in seen:
            seen.add(each.id)
            new.append(each)
    outbox.received(connection, numbered, now=now)
    if not new:
        return ()
    records = [each.record for each in new if each.record]
    if records:
        unread.read_all(connection, patient)
    entities = readmodel.take_in(connection, patient, records, now=now)
    unread.note_times(connection, records, now=now)
    keys = _insert(connection, patient, new, entities, now=now)
    if any(each.unread for each in new):
        unread.put_off(connection, patient.key, keys[0], keys[-1])
    return keys


def _is_another(have: _Known, told: Arrival, holds: Callable[[int], bool]) -> bool:
    both_numbered = told.rev is not None and have.rev is not None
    return both_numbered and told.rev != have.rev and holds(have.rev or 0)


def _other_id(each: Arrival) -> bytes:
    return sha256(each.hash + (each.rev or 0).to_bytes(8, "big")).digest()[:16]


def _insert(
    connection: Connection,
    patient: readmodel.Owner,
    new: Sequence[Arrival],
    entities: Mapping[UUID, int],
    *,
    now: int,
) -> tuple[int, ...]:
    first = 1 + connection.exec_driver_sql("SELECT ifnull(max(key), 0) FROM entry").scalar_one()
    rows = [
        (
            first + place,
            each.id,
            patient.key,
            each.rev,
            entities[each.record.entity] if each.record else None,
            now,
            each.record.kind if each.record else "",
            None if each.sealed.raw else each.hash,
            each.sealed.signature,
            each.sealed.signer,
            each.sealed.raw or None,
        )
        for place, each in enumerate(new)
    ]
    connection.exec_driver_sql(
        "INSERT INTO entry (key, id, patient, rev, entity, learned, kind, erased, signature,"
        " signer, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return tuple(range(first, first + len(new)))


def _known(
    connection: Connection, patient: int, arrivals: Sequence[Arrival]
) -> dict[bytes, _Known]:
    """Return what is here of these records, after freeing revisions that others claim wrongly."""
    if not connection.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM entry WHERE patient = ?)", (patient,)
    ).scalar_one():
        return {}
    _free_revisions(connection, patient, {a.rev: a.id for a in arrivals if a.rev is not None})
    rows = connection.exec_driver_sql(
        "SELECT id, key, rev FROM entry WHERE key IN (SELECT value FROM json_each(?))",
        (as_list(_keys_here(connection, patient, arrivals)),),
    )
    return {row[0]: _Known(row[1], row[2]) for row in rows}


def _keys_here(connection: Connection, patient: int, arrivals: Sequence[Arrival]) -> Sequence[int]:
    if len(arrivals) > _MANY:
        # Ids of one stretch lie close together: all between them, out of the index alone.
        told = {each.id for each in arrivals}
        rows = connection.exec_driver_sql(
            "SELECT id, key FROM entry WHERE patient = ? AND id BETWEEN ? AND ?",
            (patient, min(told), max(told)),
        )
        return [key for identity, key in rows.all() if identity in told]
    ids = as_list(each.id.hex() for each in arrivals)
    found = connection.exec_driver_sql(
        "SELECT key FROM entry WHERE patient = ? AND id IN (SELECT unhex(value) FROM json_each(?))",
        (patient, ids),
    )
    return found.scalars().all()


def _free_revisions(connection: Connection, patient: int, told: Mapping[int, bytes]) -> None:
    rows = connection.exec_driver_sql(
        "SELECT key, id, rev FROM entry WHERE patient = ?"
        " AND rev IN (SELECT value FROM json_each(?))",
        (patient, as_list(told)),
    ).all()
    wrong = [key for key, identity, rev in rows if told[rev] != identity]
    if wrong:
        outbox.send_again(connection, patient, wrong)
