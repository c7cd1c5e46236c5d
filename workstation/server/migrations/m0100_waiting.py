"""What waits for whom, orders by their numbers, answers of laboratories, and who stands in for whom."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 100


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE waiting (
            patient_id BYTEA NOT NULL,
            entity_id  BYTEA NOT NULL,
            unit       TEXT NOT NULL,
            reason     TEXT NOT NULL,
            person     TEXT NOT NULL,
            family     TEXT NOT NULL,
            type       TEXT NOT NULL,
            status     TEXT NOT NULL,
            title      TEXT NOT NULL,
            sender     TEXT NOT NULL,
            receiver   TEXT NOT NULL,
            urgency    INTEGER NOT NULL,
            since      BIGINT NOT NULL,
            due        BIGINT,
            deputy_at  BIGINT,
            head_at    BIGINT,
            PRIMARY KEY (patient_id, entity_id, unit, reason)
        )
        """,
        # A page of a unit's list in its order; what is late, and what its deputy and head must see.
        "CREATE INDEX waiting_of_unit ON waiting (unit, reason, urgency, since)",
        "CREATE INDEX waiting_late ON waiting (unit, reason, due)",
        "CREATE INDEX waiting_for_deputy ON waiting (person, deputy_at)",
        "CREATE INDEX waiting_for_head ON waiting (unit, head_at)",
        """
        CREATE TABLE lab_order (
            patient_id  BYTEA NOT NULL,
            entity_id   BYTEA NOT NULL,
            requisition TEXT NOT NULL,
            receiver    TEXT NOT NULL,
            owner_unit  TEXT NOT NULL,
            under_way   INTEGER NOT NULL,
            changed     BIGINT NOT NULL,
            PRIMARY KEY (patient_id, entity_id)
        )
        """,
        "CREATE INDEX lab_order_by_number ON lab_order (requisition)",
        "CREATE INDEX lab_order_by_entity ON lab_order (entity_id)",
        "CREATE INDEX lab_order_of_receiver ON lab_order (receiver, under_way, changed)",
    )
    _answers(connection)
    _stand_ins(connection)


def _answers(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE lab_document (
            hash        BYTEA NOT NULL PRIMARY KEY,
            performer   TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            raw         BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE lab_answer (
            hash        BYTEA NOT NULL,
            n           INTEGER NOT NULL,
            unit        TEXT NOT NULL,
            performer   TEXT NOT NULL,
            why         TEXT NOT NULL,
            title       TEXT NOT NULL,
            numbers     TEXT NOT NULL,
            requisition TEXT NOT NULL,
            about       BYTEA,
            about_order BYTEA,
            received_at BIGINT NOT NULL,
            settled_at  BIGINT,
            settled_by  TEXT NOT NULL,
            settled_how TEXT NOT NULL,
            PRIMARY KEY (hash, n)
        )
        """,
        "CREATE INDEX lab_answer_of_unit ON lab_answer (unit, settled_at, received_at)",
    )


def _stand_ins(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE stand_in (
            person TEXT NOT NULL,
            unit   TEXT NOT NULL,
            deputy TEXT NOT NULL,
            since  BIGINT NOT NULL,
            until  BIGINT,
            absent INTEGER NOT NULL,
            PRIMARY KEY (person, unit, deputy, since)
        )
        """,
        "ALTER TABLE unit ADD COLUMN head TEXT NOT NULL DEFAULT ''",
    )
