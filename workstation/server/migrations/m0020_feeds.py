"""Which units follow which patients, and the feeds that tell them what is new."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 20


_CALLERS = (
    """
    CREATE TABLE device (
        device      TEXT NOT NULL PRIMARY KEY,
        incarnation BIGINT NOT NULL,
        program     TEXT NOT NULL,
        last_seen   BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE server (
        id         INTEGER NOT NULL PRIMARY KEY,
        epoch      TEXT NOT NULL,
        generation BIGINT NOT NULL
    )
    """,
)


def upgrade(connection: Connection) -> None:
    embedded = connection.dialect.name == "sqlite"
    # AUTOINCREMENT: a number is never given twice, not even after the row was drained.
    key = "n INTEGER PRIMARY KEY AUTOINCREMENT" if embedded else "n ROW_KEY"
    whole = "" if embedded else ", PRIMARY KEY (patient_id, n)"
    run(
        connection,
        """
        CREATE TABLE membership (
            patient_id BYTEA NOT NULL REFERENCES patient (patient_id),
            unit       TEXT BYTES_FIRST NOT NULL,
            since_rev  BIGINT NOT NULL,
            since_at   BIGINT NOT NULL,
            until_at   BIGINT,
            reason     TEXT NOT NULL,
            PRIMARY KEY (patient_id, unit)
        )
        """,
        "CREATE INDEX membership_unit ON membership (unit, patient_id) WHERE until_at IS NULL",
        f"""
        CREATE TABLE outbox (
            patient_id BYTEA NOT NULL,
            {key},
            rev        BIGINT NOT NULL,
            unit       TEXT NOT NULL,
            what       TEXT NOT NULL
            {whole}
        )
        """,
        """
        CREATE TABLE unit_head (
            unit   TEXT BYTES_FIRST NOT NULL PRIMARY KEY,
            pos    BIGINT NOT NULL,
            digest BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE feed (
            unit       TEXT BYTES_FIRST NOT NULL,
            pos        BIGINT NOT NULL,
            patient_id BYTEA NOT NULL,
            rev        BIGINT NOT NULL,
            what       TEXT NOT NULL,
            PRIMARY KEY (unit, pos)
        ) CLUSTERED
        """,
        *_CALLERS,
    )
