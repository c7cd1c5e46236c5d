"""One text for both databases: written for PostgreSQL, read by SQLite with these words changed."""

from __future__ import annotations

from sqlalchemy import Connection

# ROW_KEY: a number that grows with every row; BYTES_FIRST: texts sort and compare by their bytes.
_POSTGRESQL = {
    "ROW_KEY": "BIGINT GENERATED ALWAYS AS IDENTITY",
    "BYTES_FIRST": 'COLLATE "C"',
    "CLUSTERED": "",
}
_SQLITE = {
    "ROW_KEY": "INTEGER",
    "BYTES_FIRST": "",
    "CLUSTERED": "WITHOUT ROWID",
    "BYTEA": "BLOB",
    "BIGINT": "INTEGER",
}


def run(connection: Connection, *statements: str) -> None:
    """Run the statements one after the other."""
    words = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        for word, meaning in words.items():
            statement = statement.replace(word, meaning)
        connection.exec_driver_sql(statement)
