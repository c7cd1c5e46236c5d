"""Which revisions a block (spärr) withholds from the unit: only their hashes are here."""

from sqlalchemy import Connection

VERSION = 110


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE withheld (
            patient INTEGER NOT NULL,
            rev     INTEGER NOT NULL,
            PRIMARY KEY (patient, rev)
        ) STRICT, WITHOUT ROWID
        """
    )
