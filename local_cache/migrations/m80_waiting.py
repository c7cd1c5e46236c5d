"""What waits, by how urgent and how late it is, and from when others than its owner see it."""

from sqlalchemy import Connection

VERSION = 80


def upgrade(connection: Connection) -> None:
    for column in ("sender TEXT NOT NULL DEFAULT ''", "receiver TEXT NOT NULL DEFAULT ''"):
        connection.exec_driver_sql(f"ALTER TABLE work ADD COLUMN {column}")
    connection.exec_driver_sql("ALTER TABLE work ADD COLUMN urgency INTEGER NOT NULL DEFAULT 3")
    connection.exec_driver_sql("ALTER TABLE work ADD COLUMN deputy_at INTEGER")
    connection.exec_driver_sql("ALTER TABLE work ADD COLUMN head_at INTEGER")
    # A page of a unit's list in its order, what is late, and what deputy and head must see.
    connection.exec_driver_sql("CREATE INDEX work_in_order ON work (unit, reason, urgency, since)")
    connection.exec_driver_sql("CREATE INDEX work_late ON work (unit, due) WHERE reason = 'watch'")
    connection.exec_driver_sql("CREATE INDEX work_for_deputy ON work (person, deputy_at)")
    connection.exec_driver_sql("CREATE INDEX work_for_head ON work (unit, head_at)")
    # What lies here already gets its rows anew when the file is opened.
    connection.exec_driver_sql("DELETE FROM meta WHERE name = 'kinds'")
