"""Booked times by unit and day, for the reception."""

from sqlalchemy import Connection

VERSION = 70


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE visit (
            entity  INTEGER PRIMARY KEY,
            patient INTEGER NOT NULL,
            unit    TEXT NOT NULL,
            at      INTEGER NOT NULL
        ) STRICT
        """
    )
    connection.exec_driver_sql("CREATE INDEX visit_of_unit ON visit (unit, at)")
    connection.exec_driver_sql("CREATE INDEX visit_of_patient ON visit (patient)")
    # Bookings that lie here already get their rows when the file is opened.
    connection.exec_driver_sql("DELETE FROM meta WHERE name = 'kinds'")
