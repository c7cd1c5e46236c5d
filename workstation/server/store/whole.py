"""A patient's whole record, as whoever answers for it takes it out: every byte that was stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from workstation.domain.block import Reader
from workstation.domain.ids import HsaId
from workstation.server import schema
from workstation.server.store import blocking


def raw_records(
    connection: Connection, patient: UUID, *, now: int, with_blocked: bool
) -> tuple[tuple[bytes, ...], int]:
    """Return the bytes of a patient's records in order of their revisions, and how many were left out.

    Left out is, unless ``with_blocked``, what a block keeps from anybody outside all care that
    wrote here.
    """
    outside = Reader(unit=HsaId(""), provider=HsaId(""))
    kept: frozenset[int] = frozenset()
    if not with_blocked:
        kept = blocking.withheld_from_person(connection, patient, outside, now=now)
    table = schema.entry
    query = (
        select(table.c.rev, table.c.raw)
        .where(table.c.patient_id == patient.bytes, table.c.raw.is_not(None))
        .order_by(table.c.rev)
    )
    return tuple(row.raw for row in connection.execute(query) if row.rev not in kept), len(kept)
