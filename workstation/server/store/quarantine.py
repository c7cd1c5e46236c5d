"""What could not be taken into the record: kept whole, listed, and never thrown away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, select, update

from sync.protocol.messages import Group, Message, Pushed
from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, storable
from workstation.server.store.streams import Growth


@dataclass(frozen=True, kw_only=True, repr=False)
class Kept:
    """Something to keep. ``unit``: who must settle it; ``raw`` exactly as it came."""

    patient: UUID
    op_id: UUID | None
    raw: bytes
    sig: bytes
    signer: bytes
    why: str
    place: str
    unit: str
    person: str
    device: str


class Quarantined(Message, frozen=True, kw_only=True):
    """One line of the quarantine list. ``raw`` is base64: it need not be JSON."""

    patient: UUID
    id: UUID | None = None
    why: str
    place: str = ""
    person: str
    device: str
    received_at: int
    raw: str


def keep(connection: Connection, kept: Sequence[Kept], *, now: int) -> None:
    """Keep what came; the same bytes again change nothing."""
    rows = [
        {
            "patient_id": item.patient.bytes,
            "hash": sha256(item.raw).digest(),
            "op_id": item.op_id.bytes if item.op_id else None,
            "raw": item.raw,
            "sig": item.sig,
            "signer": item.signer,
            "why": item.why,
            "place": storable(item.place),
            "unit": storable(item.unit),
            "person": storable(item.person),
            "device": storable(item.device),
            "received_at": now,
            "released_at": None,
        }
        for item in kept
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, schema.quarantine), rows)


def release(connection: Connection, grown: Sequence[Growth], *, now: int) -> None:
    """Note that what these streams gained has been taken into the record after all."""
    for growth in grown:
        if growth.refused:
            _release(connection, growth.patient, [i.sealed.hash for i in growth.added], now)


def _release(connection: Connection, patient: UUID, hashes: Sequence[bytes], now: int) -> None:
    table = schema.quarantine
    connection.execute(
        update(table)
        .where(
            and_(
                table.c.patient_id == patient.bytes,
                table.c.hash.in_(list(hashes)),
                table.c.released_at.is_(None),
            )
        )
        .values(released_at=now)
    )


def signed_by(connection: Connection, key_id: bytes) -> tuple[Group, ...]:
    """Return what waits because nobody knew the key it is signed with, as it was pushed."""
    table = schema.quarantine
    rows = connection.execute(
        select(table.c.patient_id, table.c.received_at, table.c.raw, table.c.sig, table.c.signer)
        .where(
            table.c.signer == key_id,
            table.c.why == "bad_signature",
            table.c.released_at.is_(None),
        )
        .order_by(table.c.received_at, table.c.patient_id, table.c.op_id)
    )
    together = groupby(rows, key=lambda row: (row.received_at, row.patient_id))
    return tuple(
        Group(p=UUID(bytes=patient), ops=tuple(_as_pushed(row) for row in group))
        for (_at, patient), group in together
    )


def _as_pushed(row: Any) -> Pushed:
    return Pushed(
        raw=msgspec.Raw(row.raw),
        sig=b64encode(row.sig).decode(),
        by=b64encode(row.signer).decode(),
    )


def waiting(connection: Connection, unit: str, *, limit: int) -> tuple[Quarantined, ...]:
    """Return what waits for a unit, oldest first, with its whole content."""
    table = schema.quarantine
    rows = connection.execute(
        select(table)
        .where(table.c.unit == unit, table.c.released_at.is_(None))
        .order_by(table.c.received_at)
        .limit(limit)
    )
    return tuple(
        Quarantined(
            patient=UUID(bytes=row.patient_id),
            id=UUID(bytes=row.op_id) if row.op_id else None,
            why=row.why,
            place=row.place,
            person=row.person,
            device=row.device,
            received_at=row.received_at,
            raw=b64encode(row.raw).decode(),
        )
        for row in rows
    )
