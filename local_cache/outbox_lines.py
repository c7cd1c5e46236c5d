"""What the outbox view shows: one line for each record that is not received."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlalchemy import Connection

from local_cache import patients
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.kinds import Malformed, open_raw
from workstation.operations.ports import Delivery
from workstation.operations.session import OutboxLine


def lines(connection: Connection, *, limit: int) -> tuple[OutboxLine, ...]:
    """Return the records not received: those a person must look at first, then oldest first."""
    rows = connection.exec_driver_sql(_UNRECEIVED, (limit,)).all()
    return tuple(_line(connection, *row) for row in rows)


_UNRECEIVED = """
    SELECT raw, entry.id, kind, learned, title, patient.id, state, why FROM (
        SELECT entry AS key, 'attention' AS state, why, at AS n, 0 AS calm FROM quarantine
        UNION ALL SELECT entry, state, '', n, 1 FROM outbox
    ) AS waiting
    JOIN entry ON entry.key = waiting.key JOIN patient ON patient.key = entry.patient
    LEFT JOIN entity ON entity.key = entry.entity
    ORDER BY calm, n LIMIT ?
"""


def _line(
    connection: Connection,
    raw: bytes,
    record_id: bytes,
    kind: str,
    learned: int,
    title: str | None,
    patient: bytes,
    state: str,
    why: str,
) -> OutboxLine:
    identity = entity = UUID(bytes=record_id)
    written_at = learned
    with suppress(Malformed):  # somebody else's, queued again after a restore of the server
        record = open_raw(raw)
        identity, entity, written_at = record.id, record.entity, record.written_at.millis
    return OutboxLine(
        record=RecordId(identity),
        entity=EntityId(entity),
        patient=patients.line(connection, PatientId(UUID(bytes=patient))),
        kind=kind,
        title=title or "",
        state=Delivery(state),
        written_at=written_at,
        why=why,
    )
