"""Records that lie here and are not yet in the read model."""

from sqlalchemy import Connection

VERSION = 60


def upgrade(connection: Connection) -> None:
    # A stretch of entries, by key, that a load brought: read when the chart is, or in idle time.
    connection.exec_driver_sql(
        """
        CREATE TABLE unread (
            first   INTEGER PRIMARY KEY,
            last    INTEGER NOT NULL,
            patient INTEGER NOT NULL REFERENCES patient (key)
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX unread_of_patient ON unread (patient)")
    # What is not yet about any entity needs no place among those that are.
    connection.exec_driver_sql("DROP INDEX entry_of_entity")
    connection.exec_driver_sql(
        "CREATE INDEX entry_of_entity ON entry (entity) WHERE entity IS NOT NULL"
    )
