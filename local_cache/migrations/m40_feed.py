"""Where each followed unit's feed has been read to, and which patients are in it."""

from sqlalchemy import Connection

VERSION = 40


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE cursor (
            unit   TEXT PRIMARY KEY,
            pos    INTEGER NOT NULL,
            digest TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
    # rev and hash: the patient's head as this unit's feed has told it so far; 0 for a patient
    # only this computer knows yet. taken: the round of the initial list it was seen in.
    connection.exec_driver_sql(
        """
        CREATE TABLE unit_patient (
            unit    TEXT NOT NULL,
            patient INTEGER NOT NULL REFERENCES patient (key),
            rev     INTEGER NOT NULL,
            hash    BLOB NOT NULL,
            taken   INTEGER NOT NULL,
            PRIMARY KEY (unit, patient)
        ) STRICT, WITHOUT ROWID
        """
    )
    connection.exec_driver_sql("CREATE INDEX unit_patient_of ON unit_patient (patient)")
