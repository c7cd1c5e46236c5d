"""Records as they came: stored once, raw, with their place in the patient's stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain as one_after_another
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache import here, outbox, packed, readmodel, reused, unread
from local_cache.arrivals import Arrival
from local_cache.here import Known
from local_cache.readmodel import Learned, Owner

Keys = tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """Records of one patient on their way in.

    ``holds``: whether a revision is vouched for by the chain, those of ``arrivals`` included.
    """

    owner: Owner
    arrivals: Sequence[Arrival]
    holds: Callable[[int], bool]


def store(
    connection: Connection,
    patient: Owner,
    arrivals: Sequence[Arrival],
    *,
    holds: Callable[[int], bool],
    now: int,
) -> Keys:
    """Store records of one patient, as :func:`store_all` does."""
    (keys,) = store_all(
        connection, [Incoming(owner=patient, arrivals=arrivals, holds=holds)], now=now
    )
    return keys


def store_all(
    connection: Connection, incoming: Sequence[Incoming], *, now: int
) -> tuple[Keys, ...]:
    """Store what is not here yet and renew the read model; what is known is a no-op.

    Nothing in a stream that the chain vouches for may stop the rest: of two records that claim
    one revision, the one not vouched for is sent again; a second record with an id already in
    the stream is kept unread; one saved here with the id of another is put aside.

    The number of statements does not grow with the number of patients.

    Args:
        incoming: Every patient once.

    Returns the keys of the entries that were new, in order, for each patient.
    """
    reused.set_aside(connection, incoming, now=now)
    known = here.known(connection, incoming)
    numbered: list[tuple[int, int]] = []
    new = [_new(each, known.get(each.owner.key, {}), numbered) for each in incoming]
    outbox.received(connection, numbered, now=now)
    if not any(new):
        return tuple(() for _each in new)
    learned = {
        each.owner: records
        for each, arrivals in zip(incoming, new, strict=True)
        if (records := [Learned(a.record, now) for a in arrivals if a.record])
    }
    unread.read_all(connection, learned)
    entities = readmodel.take_in(connection, learned)
    unread.note_times(connection, one_after_another.from_iterable(learned.values()))
    owners = [each.owner for each in incoming]
    keys = _insert(connection, owners, new, entities, now=now)
    unread.put_off(
        connection,
        [
            (owner.key, of_it[0], of_it[-1])
            for owner, arrivals, of_it in zip(owners, new, keys, strict=True)
            if any(each.unread for each in arrivals)
        ],
    )
    return keys


def _new(
    incoming: Incoming, known: Mapping[bytes, Known], numbered: list[tuple[int, int]]
) -> Sequence[Arrival]:
    """Return what is to be stored; what is known and now has a revision comes to ``numbered``."""
    arrivals = incoming.arrivals
    if not known and len({each.id for each in arrivals}) == len(arrivals):
        return arrivals
    new: list[Arrival] = []
    seen: set[bytes] = set()
    for each in arrivals:
        have = known.get(each.id)
        if each.id in seen or (have and _is_another(have, each, incoming.holds)):
            each = msgspec.structs.replace(each, id=_other_id(each), record=None, unread=False)
            have = known.get(each.id)
        if have is not None:
            if each.rev is not None and each.rev != have.rev:
                numbered.append((have.key, each.rev))
        elif each.id not in seen:
            seen.add(each.id)
            new.append(each)
    return new


def _is_another(have: Known, told: Arrival, holds: Callable[[int], bool]) -> bool:
    both_numbered = told.rev is not None and have.rev is not None
    return both_numbered and told.rev != have.rev and holds(have.rev or 0)


def _other_id(each: Arrival) -> bytes:
    return sha256(each.hash + (each.rev or 0).to_bytes(8, "big")).digest()[:16]


def _insert(
    connection: Connection,
    owners: Sequence[Owner],
    new: Sequence[Sequence[Arrival]],
    entities: Mapping[int, Mapping[UUID, int]],
    *,
    now: int,
) -> tuple[Keys, ...]:
    free = 1 + connection.exec_driver_sql("SELECT ifnull(max(key), 0) FROM entry").scalar_one()
    keys: list[Keys] = []
    unread_rows: list[packed.Row] = []
    rows: list[tuple[object, ...]] = []
    for owner, arrivals in zip(owners, new, strict=True):
        keys.append(tuple(range(free, free + len(arrivals))))
        free += len(arrivals)
        about = entities.get(owner.key, {})
        for key, each in zip(keys[-1], arrivals, strict=True):
            if each.unread and packed.fits(each):
                unread_rows.append((key, owner.key, each))
            else:
                rows.append(_row(key, owner.key, each, about, now))
    packed.insert(connection, unread_rows, now=now)
    if rows:
        connection.exec_driver_sql(_INSERT, rows)
    return tuple(keys)


_INSERT = (
    "INSERT INTO entry (key, id, patient, rev, entity, learned, kind, erased, signature,"
    " signer, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _row(
    key: int, patient: int, each: Arrival, about: Mapping[UUID, int], now: int
) -> tuple[object, ...]:
    record = each.record
    return (
        key,
        each.id,
        patient,
        each.rev,
        about[record.entity] if record else None,
        now,
        record.kind if record else "",
        None if each.raw else each.hash,
        each.signature,
        each.signer,
        each.raw or None,
    )
