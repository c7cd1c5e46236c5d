"""What a unit does when no record can be read: its reserve routine (reservrutin)."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 180


def upgrade(connection: Connection) -> None:
    run(connection, "ALTER TABLE unit ADD COLUMN reserve TEXT NOT NULL DEFAULT ''")
