"""What is left of erased records: their ids and hashes. A record that comes again stays erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from workstation.server import schema
from workstation.server.store.inserting import upserting
from workstation.server.store.statement import Among, Statement, among


def hashes(connection: Connection, patient: UUID) -> Mapping[int, bytes]:
    """Return the hashes of a patient's erased records by revision."""
    return dict(_HASHES.rows(connection, p=patient.bytes))  # type: ignore[arg-type]


def by_patient(
    connection: Connection, patients: Sequence[bytes]
) -> Mapping[bytes, Mapping[bytes, bytes]]:
    """Return the hashes of patients' erased records by record id; a patient without is left out."""
    found: dict[bytes, dict[bytes, bytes]] = {}
    for patient, op_id, digest in _ERASED.rows(connection, patients):
        found.setdefault(patient, {})[op_id] = digest
    return found


def came_again(
    connection: Connection, patient: UUID, op_id: bytes, rev: int, digest: bytes
) -> None:
    """Note the revision at which an erased record is, now that the database knows it again."""
    row = {"patient_id": patient.bytes, "op_id": op_id, "rev": rev, "hash": digest}
    _AGAIN.run(connection, row)


_erased = schema.erased
_HASHES = Statement(
    select(_erased.c.rev, _erased.c.hash)
    .where(_erased.c.patient_id == bindparam("p"), _erased.c.rev > 0)
    .order_by(_erased.c.rev)
)
_ERASED = Among(
    select(_erased.c.patient_id, _erased.c.op_id, _erased.c.hash).where(among(_erased.c.patient_id))
)
_AGAIN = upserting(_erased, key=("patient_id", "op_id"))
