"""Records that somebody has opened in an emergency, and until when."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from workstation.domain.ids import PatientId
from workstation.server import schema
from workstation.server.store.inserting import upserting
from workstation.server.store.statement import Statement


def is_known(connection: Connection, patient: UUID) -> bool:
    """Whether there is such a patient."""
    return _EXISTS.row(connection, p=patient.bytes) is not None


def open_until(
    connection: Connection, patient: UUID, *, person: str, assignment: str, now: int, until: int
) -> None:
    """Let the person read the patient's record until then, ms UTC."""
    row = {
        "patient_id": patient.bytes,
        "person": person,
        "assignment": assignment,
        "since_at": now,
        "until_at": until,
    }
    _OPEN.run(connection, row)


def close(connection: Connection, patient: UUID, *, person: str, assignment: str, now: int) -> None:
    """End it now; nothing happens where it is not open."""
    table = schema.emergency
    connection.execute(
        update(table)
        .where(
            table.c.patient_id == patient.bytes,
            table.c.person == person,
            table.c.assignment == assignment,
            table.c.until_at > now,
        )
        .values(until_at=now)
    )


def opened_by(
    connection: Connection, *, person: str, assignment: str, now: int
) -> frozenset[PatientId]:
    """Return the patients whose records somebody has open now."""
    rows = _OPENED.rows(connection, who=person, held=assignment, now=now)
    return frozenset(PatientId(UUID(bytes=patient)) for (patient,) in rows)


_table = schema.emergency
_EXISTS = Statement(
    select(schema.patient.c.head_rev).where(schema.patient.c.patient_id == bindparam("p"))
)
_OPEN = upserting(_table, key=("patient_id", "person", "assignment"))
_OPENED = Statement(
    select(_table.c.patient_id).where(
        _table.c.person == bindparam("who"),
        _table.c.assignment == bindparam("held"),
        _table.c.until_at > bindparam("now"),
    )
)
