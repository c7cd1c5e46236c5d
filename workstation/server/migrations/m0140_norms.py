"""The published deadlines and limits that rows are derived by, and how far a change has come."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 140


def upgrade(connection: Connection) -> None:
    run(
        connection,
        # after_patient: rows of patients up to this one say what the text says; NULL: all do.
        """
        CREATE TABLE norms (
            id            INTEGER PRIMARY KEY,
            text          TEXT NOT NULL,
            after_patient BYTEA
        )
        """,
        "INSERT INTO norms VALUES (1, '', NULL)",
    )
