"""What is to be sent, what has been, and what a person must look at."""

from sqlalchemy import Connection

VERSION = 30


def upgrade(connection: Connection) -> None:
    # n is the order of writing; grp joins what was saved together. state: local or sent.
    connection.exec_driver_sql(
        """
        CREATE TABLE outbox (
            n           INTEGER PRIMARY KEY AUTOINCREMENT,
            entry       INTEGER NOT NULL UNIQUE REFERENCES entry (key),
            patient     INTEGER NOT NULL REFERENCES patient (key),
            grp         INTEGER NOT NULL,
            state       TEXT NOT NULL DEFAULT 'local' CHECK (state IN ('local', 'sent')),
            later_until INTEGER,
            at          INTEGER NOT NULL
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX outbox_of_patient ON outbox (patient, n)")
    # The server keeps it outside the record until a person has looked.
    connection.exec_driver_sql(
        """
        CREATE TABLE quarantine (
            entry   INTEGER PRIMARY KEY REFERENCES entry (key),
            patient INTEGER NOT NULL REFERENCES patient (key),
            why     TEXT NOT NULL,
            place   TEXT NOT NULL,
            at      INTEGER NOT NULL
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX quarantine_of_patient ON quarantine (patient)")
    # What the server acknowledged: kept a while, so that a server restored from a backup gets it
    # again. raw only where the patient has left this computer, else it is in entry.
    connection.exec_driver_sql(
        """
        CREATE TABLE sent (
            id        BLOB PRIMARY KEY,
            patient   BLOB NOT NULL,
            rev       INTEGER NOT NULL,
            at        INTEGER NOT NULL,
            signature BLOB,
            signer    BLOB,
            raw       BLOB
        ) STRICT, WITHOUT ROWID
        """
    )
    connection.exec_driver_sql("CREATE INDEX sent_of_patient ON sent (patient)")
    connection.exec_driver_sql("CREATE INDEX sent_at ON sent (at)")
