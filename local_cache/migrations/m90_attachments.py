"""Attachments: their bytes, encrypted with everything else, and how far each has come."""

from sqlalchemy import Connection

VERSION = 90


def upgrade(connection: Connection) -> None:
    # state: draft (held for a draft), queued (to be sent), here, wanted (to be fetched: no data).
    connection.exec_driver_sql(
        """
        CREATE TABLE attachment (
            key     INTEGER PRIMARY KEY,
            patient INTEGER NOT NULL REFERENCES patient (key),
            hash    BLOB NOT NULL,
            size    INTEGER NOT NULL,
            type    TEXT NOT NULL,
            state   TEXT NOT NULL CHECK (state IN ('draft', 'queued', 'here', 'wanted')),
            since   INTEGER NOT NULL,
            data    BLOB,
            UNIQUE (patient, hash)
        ) STRICT
        """
    )
    connection.exec_driver_sql(
        "CREATE INDEX attachment_under_way ON attachment (state, since)"
        " WHERE state IN ('queued', 'wanted')"
    )
