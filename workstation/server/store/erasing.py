"""Records that were erased by decision of the authority: of each only its hash is left."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from workstation.server import schema
from workstation.server.store.statement import Statement


def hashes(connection: Connection, patient: UUID) -> Mapping[int, bytes]:
    """Return the hashes of a patient's erased records by revision."""
    return dict(_HASHES.rows(connection, p=patient.bytes))  # type: ignore[arg-type]


_erased = schema.erased
_HASHES = Statement(
    select(_erased.c.rev, _erased.c.hash)
    .where(_erased.c.patient_id == bindparam("p"))
    .order_by(_erased.c.rev)
)
