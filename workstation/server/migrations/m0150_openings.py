"""Which openings of records on workstations are in the access log already."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 150


def upgrade(connection: Connection) -> None:
    run(
        connection,
        "CREATE TABLE opening (id BYTEA PRIMARY KEY, received_at BIGINT NOT NULL)",
    )
