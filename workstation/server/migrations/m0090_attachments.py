"""Attachments of a patient's records, piece by piece, named by their SHA-256."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 90


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE attachment (
            patient_id  BYTEA NOT NULL,
            hash        BYTEA NOT NULL,
            size        BIGINT NOT NULL,
            type        TEXT NOT NULL,
            whole       INTEGER NOT NULL,
            received_at BIGINT NOT NULL,
            received_by TEXT NOT NULL,
            PRIMARY KEY (patient_id, hash)
        )
        """,
        """
        CREATE TABLE attachment_piece (
            patient_id BYTEA NOT NULL,
            hash       BYTEA NOT NULL,
            n          INTEGER NOT NULL,
            data       BYTEA NOT NULL,
            PRIMARY KEY (patient_id, hash, n)
        )
        """,
    )
