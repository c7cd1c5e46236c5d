"""Patients' streams: records in gapless order, with what could not be taken in beside them."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 10


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE patient (
            patient_id BYTEA NOT NULL PRIMARY KEY,
            head_rev   BIGINT NOT NULL,
            head_hash  BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE entry (
            patient_id  BYTEA NOT NULL REFERENCES patient (patient_id),
            rev         BIGINT NOT NULL,
            op_id       BYTEA NOT NULL,
            entity_id   BYTEA NOT NULL,
            kind        TEXT NOT NULL,
            author      TEXT NOT NULL,
            at          BIGINT NOT NULL,
            skew        BIGINT NOT NULL,
            received_at BIGINT NOT NULL,
            raw         BYTEA,
            sig         BYTEA NOT NULL,
            signer      BYTEA NOT NULL,
            chain       BYTEA NOT NULL,
            PRIMARY KEY (patient_id, rev),
            UNIQUE (patient_id, op_id)
        )
        """,
        "CREATE INDEX entry_entity ON entry (patient_id, entity_id)",
        """
        CREATE TABLE quarantine (
            patient_id  BYTEA NOT NULL,
            hash        BYTEA NOT NULL,
            op_id       BYTEA,
            raw         BYTEA NOT NULL,
            sig         BYTEA NOT NULL,
            signer      BYTEA NOT NULL,
            why         TEXT NOT NULL,
            place       TEXT NOT NULL,
            unit        TEXT NOT NULL,
            person      TEXT NOT NULL,
            device      TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            released_at BIGINT,
            PRIMARY KEY (patient_id, hash)
        )
        """,
    )
