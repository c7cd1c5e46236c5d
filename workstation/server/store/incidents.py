"""Reports about the program, as they came."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from sync.protocol.incidents import IncidentReport
from workstation.access.actor import Staff
from workstation.server import schema
from workstation.server.store.inserting import inserting_new
from workstation.server.store.sql import storable
from workstation.server.store.statement import Statement


@dataclass(frozen=True, kw_only=True, repr=False)
class StoredIncident:
    """A report with who wrote it and when it was received, ms UTC."""

    report: IncidentReport
    person: str
    assignment: str
    unit: str
    provider: str
    received_at: int


def store(connection: Connection, report: IncidentReport, who: Staff, *, now: int) -> None:
    """Keep a report; one whose id is known already is left as it was first."""
    row = {
        "id": report.id.bytes,
        "person": who.person,
        "assignment": who.assignment,
        "unit": who.unit,
        "provider": who.provider,
        "written_at": report.at,
        "received_at": now,
        "harm": report.harm,
        "screen": storable(report.screen),
        "program": storable(report.program),
        "trace": storable(report.trace),
        "happened": storable(report.happened),
        "expected": storable(report.expected),
    }
    _STORE.run(connection, row)


def received(connection: Connection, report: UUID) -> tuple[str, int] | None:
    """Return who wrote the report of that id, and when it was received; None: there is none."""
    row = _RECEIVED.row(connection, wanted=report.bytes)
    return None if row is None else (str(row[0]), int(row[1]))


def newest_first(connection: Connection, *, limit: int) -> tuple[StoredIncident, ...]:
    """Return the reports, the one received last first."""
    query = select(_table).order_by(_table.c.received_at.desc(), _table.c.id.desc()).limit(limit)
    return tuple(
        StoredIncident(
            report=IncidentReport(
                id=UUID(bytes=bytes(row.id)),
                at=row.written_at,
                happened=row.happened,
                expected=row.expected,
                harm=row.harm,
                screen=row.screen,
                program=row.program,
                trace=row.trace,
            ),
            person=row.person,
            assignment=row.assignment,
            unit=row.unit,
            provider=row.provider,
            received_at=row.received_at,
        )
        for row in connection.execute(query)
    )


_table = schema.incident
_STORE = inserting_new(_table)
_RECEIVED = Statement(
    select(_table.c.person, _table.c.received_at).where(_table.c.id == bindparam("wanted"))
)
