"""The keys of workstations' encrypted files: one for each workstation and unit or person."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 60


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE file_key (
            device   TEXT NOT NULL,
            owner    TEXT NOT NULL,
            key      BYTEA NOT NULL,
            given_at BIGINT NOT NULL,
            PRIMARY KEY (device, owner)
        )
        """,
    )
