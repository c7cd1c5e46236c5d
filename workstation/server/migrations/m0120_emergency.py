"""Records opened in an emergency: by whom, from when to when. The reason is in the access log."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 120


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE emergency (
            patient_id BYTEA NOT NULL REFERENCES patient (patient_id),
            person     TEXT NOT NULL,
            assignment TEXT NOT NULL,
            since_at   BIGINT NOT NULL,
            until_at   BIGINT NOT NULL,
            PRIMARY KEY (patient_id, person, assignment)
        )
        """,
        "CREATE INDEX emergency_person ON emergency (person, assignment, until_at)",
    )
