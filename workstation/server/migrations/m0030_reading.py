"""What lists and search read: rows derived from records, rebuildable at any time."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 30


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE entity_row (
            patient_id  BYTEA NOT NULL,
            entity_id   BYTEA NOT NULL,
            family      TEXT NOT NULL,
            grp         TEXT NOT NULL,
            status      TEXT NOT NULL,
            code        TEXT NOT NULL,
            at          BIGINT NOT NULL,
            rev         BIGINT NOT NULL,
            for_patient INTEGER NOT NULL,
            PRIMARY KEY (patient_id, entity_id)
        )
        """,
        "CREATE INDEX entity_row_list ON entity_row (patient_id, family, at)",
        """
        CREATE TABLE patient_card (
            patient_id      BYTEA NOT NULL PRIMARY KEY,
            family          TEXT NOT NULL,
            given           TEXT NOT NULL,
            birth_date      TEXT NOT NULL,
            sex             TEXT NOT NULL,
            identity        TEXT NOT NULL,
            identity_system TEXT NOT NULL,
            protected       INTEGER NOT NULL,
            deceased        INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE patient_name (
            patient_id BYTEA NOT NULL,
            word       TEXT BYTES_FIRST NOT NULL,
            PRIMARY KEY (patient_id, word)
        ) CLUSTERED
        """,
        "CREATE INDEX patient_name_word ON patient_name (word, patient_id)",
        """
        CREATE TABLE patient_number (
            patient_id BYTEA NOT NULL,
            number     TEXT BYTES_FIRST NOT NULL,
            PRIMARY KEY (patient_id, number)
        ) CLUSTERED
        """,
        "CREATE INDEX patient_number_number ON patient_number (number, patient_id)",
    )
