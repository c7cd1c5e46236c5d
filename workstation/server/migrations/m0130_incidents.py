"""Reports about the program itself. They are no part of a record and name no patient."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 130


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE incident (
            id          BYTEA PRIMARY KEY,
            person      TEXT NOT NULL,
            assignment  TEXT NOT NULL,
            unit        TEXT NOT NULL,
            provider    TEXT NOT NULL,
            written_at  BIGINT NOT NULL,
            received_at BIGINT NOT NULL,
            harm        TEXT NOT NULL,
            screen      TEXT NOT NULL,
            program     TEXT NOT NULL,
            trace       TEXT NOT NULL,
            happened    TEXT NOT NULL,
            expected    TEXT NOT NULL
        )
        """,
        "CREATE INDEX incident_received ON incident (received_at, id)",
    )
