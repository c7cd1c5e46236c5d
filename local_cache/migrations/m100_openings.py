"""Records that were opened here, until the server's access log has them."""

from sqlalchemy import Connection

VERSION = 100


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE opening (
            n      INTEGER PRIMARY KEY AUTOINCREMENT,
            id     BLOB NOT NULL UNIQUE,
            signed BLOB NOT NULL
        ) STRICT
        """
    )
