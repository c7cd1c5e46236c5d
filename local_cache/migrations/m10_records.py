"""Patients, their records as they came, and which stretches of each stream are here."""

from sqlalchemy import Connection

VERSION = 10


def upgrade(connection: Connection) -> None:
    _make_patients(connection)
    _make_streams(connection)


def _make_patients(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE meta (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
    # head_rev and head_hash: the newest revision the server has told of.
    # stage: 0 nothing here, 1 the essential, 2 the newest as well, 3 whole, 4 the server has none.
    connection.exec_driver_sql(
        """
        CREATE TABLE patient (
            key             INTEGER PRIMARY KEY,
            id              BLOB NOT NULL UNIQUE,
            head_rev        INTEGER NOT NULL DEFAULT 0,
            head_hash       BLOB NOT NULL DEFAULT (zeroblob(32)),
            stage           INTEGER NOT NULL DEFAULT 3,
            wish            INTEGER NOT NULL DEFAULT 0,
            leaving         INTEGER NOT NULL DEFAULT 0,
            family          TEXT NOT NULL DEFAULT '',
            given           TEXT NOT NULL DEFAULT '',
            sort            TEXT NOT NULL DEFAULT '',
            birth_date      TEXT NOT NULL DEFAULT '',
            sex             TEXT NOT NULL DEFAULT 'unknown',
            identity        TEXT NOT NULL DEFAULT '',
            identity_system TEXT NOT NULL DEFAULT '',
            protected       INTEGER NOT NULL DEFAULT 0,
            deceased        INTEGER NOT NULL DEFAULT 0,
            place           TEXT NOT NULL DEFAULT ''
        ) STRICT
        """
    )
    connection.exec_driver_sql(
        "CREATE INDEX patient_to_fetch ON patient (wish DESC, stage, key) WHERE stage < 3"
    )


def _make_streams(connection: Connection) -> None:
    # A stretch of revisions without a gap, with the chain's hash before its first and at its last.
    connection.exec_driver_sql(
        """
        CREATE TABLE held (
            patient INTEGER NOT NULL REFERENCES patient (key),
            low     INTEGER NOT NULL,
            high    INTEGER NOT NULL,
            before  BLOB NOT NULL,
            after   BLOB NOT NULL,
            PRIMARY KEY (patient, low)
        ) STRICT, WITHOUT ROWID
        """
    )
    # rev is null until the server has given one. entity is null where the bytes are no record.
    # erased keeps the hash of a body that is gone, so that the chain still verifies.
    connection.exec_driver_sql(
        """
        CREATE TABLE entry (
            key        INTEGER PRIMARY KEY,
            id         BLOB NOT NULL,
            patient    INTEGER NOT NULL,
            rev        INTEGER,
            entity     INTEGER,
            learned    INTEGER NOT NULL,
            kind       TEXT NOT NULL,
            erased     BLOB,
            signature  BLOB NOT NULL,
            signer     BLOB NOT NULL,
            raw        BLOB,
            UNIQUE (patient, id),
            UNIQUE (patient, rev)
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX entry_of_entity ON entry (entity)")
