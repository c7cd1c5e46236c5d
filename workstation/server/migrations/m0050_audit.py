"""The access log: every event chained to the one before, and found by patient."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 50


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE audit (
            seq   BIGINT NOT NULL PRIMARY KEY,
            at    BIGINT NOT NULL,
            event BYTEA NOT NULL,
            hash  BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE audit_head (
            id   INTEGER NOT NULL PRIMARY KEY,
            seq  BIGINT NOT NULL,
            hash BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE audit_patient (
            patient_id BYTEA NOT NULL,
            seq        BIGINT NOT NULL,
            PRIMARY KEY (patient_id, seq)
        ) CLUSTERED
        """,
    )
    zeros = "00" * 32
    bytes_zero = (
        f"x'{zeros}'" if connection.dialect.name == "sqlite" else f"decode('{zeros}','hex')"
    )
    run(connection, f"INSERT INTO audit_head VALUES (1, 0, {bytes_zero})")
