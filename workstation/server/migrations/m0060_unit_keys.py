"""The keys that workstations encrypt their caches with: one for each workstation and unit."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 60


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE unit_key (
            device   TEXT NOT NULL,
            unit     TEXT NOT NULL,
            key      BYTEA NOT NULL,
            given_at BIGINT NOT NULL,
            PRIMARY KEY (device, unit)
        )
        """,
    )
