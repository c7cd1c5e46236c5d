"""Attachments in the database: a row for each, and its pieces. Callers hold the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, not_, select, update

from sync.protocol.attachments import OfferRequest, piece, pieces_of
from workstation.access.scope import Scope
from workstation.domain.attachment import Attachment
from workstation.server import schema
from workstation.server.store import blocking
from workstation.server.store.sql import insert_or_ignore
from workstation.server.store.visible import closed, visible


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is known of an attachment."""

    size: int
    type: str
    whole: bool


def offered(connection: Connection, offer: OfferRequest, *, by: str, now: int) -> Kept:
    """Return what is kept under that name, taken up as new where there is nothing."""
    row = {
        "patient_id": offer.p.bytes,
        "hash": bytes.fromhex(offer.hash),
        "size": offer.size,
        "type": offer.type,
        "whole": 0,
        "received_at": now,
        "received_by": by,
    }
    connection.execute(insert_or_ignore(connection, schema.attachment), row)
    found = find(connection, offer.p, offer.hash)
    assert found is not None
    return found


def find(connection: Connection, patient: UUID, name: str) -> Kept | None:
    """Return an attachment's row."""
    table = schema.attachment
    row = connection.execute(
        select(table.c.size, table.c.type, table.c.whole).where(
            table.c.patient_id == patient.bytes, table.c.hash == bytes.fromhex(name)
        )
    ).one_or_none()
    return Kept(size=row.size, type=row.type, whole=row.whole == 1) if row is not None else None


def pieces(connection: Connection, patient: UUID, name: str) -> tuple[int, ...]:
    """Return which pieces are here, in order."""
    table = schema.attachment_piece
    return tuple(
        connection.scalars(
            select(table.c.n)
            .where(table.c.patient_id == patient.bytes, table.c.hash == bytes.fromhex(name))
            .order_by(table.c.n)
        )
    )


def keep(connection: Connection, patient: UUID, name: str, n: int, data: bytes) -> None:
    """Keep a piece; one that is here stays as it is."""
    row = {"patient_id": patient.bytes, "hash": bytes.fromhex(name), "n": n, "data": data}
    connection.execute(insert_or_ignore(connection, schema.attachment_piece), row)


def content(connection: Connection, patient: UUID, name: str, size: int) -> bytes | None:
    """Return the bytes put together, or None while a piece is missing."""
    table = schema.attachment_piece
    found = list(
        connection.scalars(
            select(table.c.data)
            .where(table.c.patient_id == patient.bytes, table.c.hash == bytes.fromhex(name))
            .order_by(table.c.n)
        )
    )
    return b"".join(found) if len(found) == pieces_of(size) else None


def make_whole(connection: Connection, patient: UUID, name: str) -> None:
    """Note that all of it is here and is what its name says."""
    table = schema.attachment
    connection.execute(
        update(table)
        .where(table.c.patient_id == patient.bytes, table.c.hash == bytes.fromhex(name))
        .values(whole=1)
    )


def put(
    connection: Connection,
    patient: UUID,
    attachment: Attachment,
    content: bytes,
    *,
    by: str,
    now: int,
) -> None:
    """Keep the whole of an attachment that came with an answer; one that is here stays as it is."""
    offer = OfferRequest(
        p=patient, hash=attachment.hash, size=attachment.size, type=attachment.type
    )
    if offered(connection, offer, by=by, now=now).whole:
        return
    for n in range(pieces_of(attachment.size)):
        keep(connection, patient, attachment.hash, n, piece(content, n))
    make_whole(connection, patient, attachment.hash)


def drop(connection: Connection, patient: UUID, name: str) -> None:
    """Forget it: the pieces were not what their name says."""
    for table in (schema.attachment_piece, schema.attachment):
        connection.execute(
            delete(table).where(
                table.c.patient_id == patient.bytes, table.c.hash == bytes.fromhex(name)
            )
        )


def is_visible(connection: Connection, scope: Scope, patient: UUID) -> bool:
    """Whether the patient is in the scope."""
    table = schema.patient
    query = select(table.c.patient_id).where(
        table.c.patient_id == patient.bytes, visible(scope, table.c.patient_id)
    )
    return connection.execute(query).one_or_none() is not None


def is_open(connection: Connection, scope: Scope, patient: UUID, name: str, *, now: int) -> bool:
    """Whether no block keeps from the scope what names the attachment.

    It is open where a record names it that is open: the same bytes may hang on two.
    """
    if not blocking.is_blocked(connection, patient):
        return True
    entry = schema.entry
    of_patient = entry.c.patient_id == patient.bytes
    kept = closed(scope, entry.c.patient_id, entry.c.rev, now, whole=True)
    mark = name.encode()

    def named(condition: ColumnElement[bool]) -> bool:
        query = select(entry.c.raw).where(of_patient, entry.c.raw.is_not(None), condition)
        return any(mark in raw for raw in connection.scalars(query))

    return not named(kept) or named(not_(kept))


def read_piece(connection: Connection, patient: UUID, name: str, n: int) -> bytes | None:
    """Return a piece of an attachment that is whole."""
    table = schema.attachment_piece
    data = connection.execute(
        select(table.c.data).where(
            table.c.patient_id == patient.bytes,
            table.c.hash == bytes.fromhex(name),
            table.c.n == n,
        )
    ).scalar_one_or_none()
    return bytes(data) if data is not None else None
