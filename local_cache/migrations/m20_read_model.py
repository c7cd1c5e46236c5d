"""What lists, work lists and patient search read: derived from the records, made again at will."""

from sqlalchemy import Connection

VERSION = 20


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE entity (
            key       INTEGER PRIMARY KEY,
            patient   INTEGER NOT NULL,
            id        BLOB NOT NULL,
            family    TEXT NOT NULL,
            grp       TEXT NOT NULL,
            status    TEXT NOT NULL,
            code      TEXT NOT NULL,
            title     TEXT NOT NULL,
            at        INTEGER NOT NULL,
            visible   INTEGER NOT NULL,
            undecided INTEGER NOT NULL,
            changed   INTEGER NOT NULL,
            UNIQUE (patient, id)
        ) STRICT
        """
    )
    connection.exec_driver_sql(
        "CREATE INDEX entity_in_time ON entity (patient, family, at, id, code)"
    )
    connection.exec_driver_sql(
        """
        CREATE TABLE work (
            entity  INTEGER NOT NULL,
            patient INTEGER NOT NULL,
            unit    TEXT NOT NULL,
            person  TEXT NOT NULL,
            reason  TEXT NOT NULL,
            since   INTEGER NOT NULL,
            due     INTEGER
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX work_of_entity ON work (entity)")
    connection.exec_driver_sql("CREATE INDEX work_of_unit ON work (unit, person)")
    connection.exec_driver_sql("CREATE INDEX work_of_person ON work (person, unit)")
    _places_and_names(connection)


def _places_and_names(connection: Connection) -> None:
    # Where somebody lies: one row for each admission that goes on.
    connection.exec_driver_sql(
        """
        CREATE TABLE stay (
            entity  INTEGER PRIMARY KEY,
            patient INTEGER NOT NULL,
            place   TEXT NOT NULL,
            at      INTEGER NOT NULL
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX stay_of_patient ON stay (patient)")
    # What a patient is found by: words of the names, numbers with and without century.
    connection.exec_driver_sql(
        """
        CREATE TABLE patient_key (
            word    TEXT NOT NULL,
            patient INTEGER NOT NULL REFERENCES patient (key),
            PRIMARY KEY (word, patient)
        ) STRICT, WITHOUT ROWID
        """
    )
    connection.exec_driver_sql("CREATE INDEX patient_key_of ON patient_key (patient)")
