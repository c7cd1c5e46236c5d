"""Published clinical content with its signed statements, and what became of its rules."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 70


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE content_package (
            digest      TEXT NOT NULL PRIMARY KEY,
            name        TEXT NOT NULL,
            version     BIGINT NOT NULL,
            raw         BYTEA NOT NULL,
            received_at BIGINT NOT NULL,
            received_by TEXT NOT NULL,
            UNIQUE (name, version)
        )
        """,
        """
        CREATE TABLE content_statement (
            hash        TEXT NOT NULL PRIMARY KEY,
            line        BYTEA NOT NULL,
            withdraws   BIGINT NOT NULL,
            received_at BIGINT NOT NULL,
            received_by TEXT NOT NULL
        )
        """,
        "CREATE TABLE content_head (id INTEGER PRIMARY KEY, revision BIGINT NOT NULL)",
        "INSERT INTO content_head VALUES (1, 0)",
        """
        CREATE TABLE firing (
            day     TEXT NOT NULL,
            rule    TEXT NOT NULL,
            version TEXT NOT NULL,
            hook    TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason  TEXT NOT NULL,
            count   BIGINT NOT NULL,
            PRIMARY KEY (day, rule, version, hook, outcome, reason)
        )
        """,
        """
        CREATE TABLE firing_report (
            device      TEXT NOT NULL,
            batch       TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            PRIMARY KEY (device, batch)
        )
        """,
    )
