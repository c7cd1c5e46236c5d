"""A person's own reports about the program, in their encrypted file: kept, sent, received.

They are no part of any record and never in a unit's cache. From schema version 20 on.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport

VERSION = 20


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE incident (
            n           INTEGER PRIMARY KEY,
            id          BLOB NOT NULL UNIQUE,
            report      BLOB NOT NULL,
            written_at  INTEGER NOT NULL,
            state       TEXT NOT NULL,
            received_at INTEGER
        ) STRICT
        """
    )


def keep(connection: Connection, report: KeptReport) -> None:
    """Store a new report; one that is there already is left as it is."""
    connection.exec_driver_sql(
        "INSERT INTO incident (id, report, written_at, state) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        (report.id.bytes, report.content, report.written_at, Delivery.LOCAL.value),
    )


def settle(connection: Connection, report: UUID, state: Delivery, received_at: int | None) -> None:
    """Note how far a report has come. What has been received stays received."""
    connection.exec_driver_sql(
        "UPDATE incident SET state = ?, received_at = ? WHERE id = ? AND state <> ?",
        (state.value, received_at, report.bytes, Delivery.RECEIVED.value),
    )


def newest_first(connection: Connection) -> tuple[KeptReport, ...]:
    """Return every report of the person, the newest first."""
    rows = connection.exec_driver_sql(
        "SELECT id, report, written_at, state, received_at FROM incident ORDER BY n DESC"
    )
    return tuple(
        KeptReport(
            id=UUID(bytes=row[0]),
            content=row[1],
            written_at=row[2],
            state=Delivery(row[3]),
            received_at=row[4],
        )
        for row in rows
    )
