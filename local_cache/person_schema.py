"""The person's own file, as first released."""

from sqlalchemy import Connection

VERSION = 10


def upgrade(connection: Connection) -> None:
    for statement in _TABLES:
        connection.exec_driver_sql(statement)


_TABLES = (
    """
    CREATE TABLE draft (
        n       INTEGER PRIMARY KEY,
        id      BLOB NOT NULL UNIQUE,
        patient BLOB NOT NULL,
        writer  TEXT NOT NULL,
        content BLOB NOT NULL,
        kept_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE seen (
        patient BLOB NOT NULL,
        place   TEXT NOT NULL,
        at      INTEGER NOT NULL,
        PRIMARY KEY (patient, place)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE recent (patient BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)
