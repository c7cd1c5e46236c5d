"""What blocks withhold from whom, and what is left of records that were erased."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 160


def upgrade(connection: Connection) -> None:
    # due: when the next lift of a block ends, ms UTC; null while none runs.
    # rev of what was erased: 0 as long as the database, restored, does not know the record again.
    # since: from when on a revision is withheld from the unit, 0 for always.
    run(
        connection,
        "CREATE TABLE blocked (patient_id BYTEA NOT NULL PRIMARY KEY, due BIGINT)",
        """
        CREATE TABLE withheld (
            patient_id BYTEA NOT NULL,
            unit       TEXT BYTES_FIRST NOT NULL,
            rev        BIGINT NOT NULL,
            since      BIGINT NOT NULL,
            PRIMARY KEY (patient_id, unit, rev)
        ) CLUSTERED
        """,
        """
        CREATE TABLE erased (
            patient_id BYTEA NOT NULL,
            op_id      BYTEA NOT NULL,
            rev        BIGINT NOT NULL,
            hash       BYTEA NOT NULL,
            PRIMARY KEY (patient_id, op_id)
        ) CLUSTERED
        """,
        "CREATE INDEX blocked_due ON blocked (due) WHERE due IS NOT NULL",
    )
