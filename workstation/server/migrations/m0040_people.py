"""The directory, accounts, sessions and the keys people sign with."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 40

_DIRECTORY = (
    """
    CREATE TABLE provider (
        hsa_id TEXT NOT NULL PRIMARY KEY,
        name   TEXT NOT NULL,
        type   TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE unit (
        hsa_id   TEXT NOT NULL PRIMARY KEY,
        name     TEXT NOT NULL,
        provider TEXT NOT NULL,
        type     TEXT NOT NULL,
        phone    TEXT NOT NULL,
        receives TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE person (
        hsa_id     TEXT NOT NULL PRIMARY KEY,
        name       TEXT NOT NULL,
        profession TEXT NOT NULL,
        title      TEXT NOT NULL,
        protected  INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE assignment (
        hsa_id TEXT NOT NULL PRIMARY KEY,
        person TEXT NOT NULL,
        unit   TEXT NOT NULL,
        rights TEXT NOT NULL,
        since  BIGINT NOT NULL,
        until  BIGINT
    )
    """,
    "CREATE INDEX assignment_person ON assignment (person)",
)
_ACCESS = (
    """
    CREATE TABLE account (
        name         TEXT NOT NULL PRIMARY KEY,
        person       TEXT NOT NULL,
        password     TEXT NOT NULL,
        failures     INTEGER NOT NULL,
        locked_until BIGINT NOT NULL,
        active       INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE patient_account (
        patient_id   BYTEA NOT NULL PRIMARY KEY,
        identity     TEXT NOT NULL UNIQUE,
        password     TEXT NOT NULL,
        failures     INTEGER NOT NULL,
        locked_until BIGINT NOT NULL,
        hide_recent  INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE session (
        token      BYTEA NOT NULL PRIMARY KEY,
        kind       TEXT NOT NULL,
        person     TEXT NOT NULL,
        assignment TEXT NOT NULL,
        patient_id BYTEA,
        device     TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        used_at    BIGINT NOT NULL,
        ended_at   BIGINT
    )
    """,
    """
    CREATE TABLE signing_key (
        key_id        BYTEA NOT NULL PRIMARY KEY,
        person        TEXT NOT NULL,
        device        TEXT NOT NULL,
        public_key    BYTEA NOT NULL,
        registered_at BIGINT NOT NULL,
        revoked_at    BIGINT
    )
    """,
)


def upgrade(connection: Connection) -> None:
    run(connection, *_DIRECTORY, *_ACCESS)
