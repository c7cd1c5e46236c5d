"""A patient's whole record, as whoever answers for it takes it out: every byte that was stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from workstation.server import schema


def raw_records(connection: Connection, patient: UUID) -> tuple[bytes, ...]:
    """Return the bytes of every record of the patient, in the order of their revisions."""
    table = schema.entry
    query = (
        select(table.c.raw)
        .where(table.c.patient_id == patient.bytes, table.c.raw.is_not(None))
        .order_by(table.c.rev)
    )
    return tuple(connection.scalars(query))
