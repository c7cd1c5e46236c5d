"""Full text search in the charts that have been opened here."""

from sqlalchemy import Connection

VERSION = 50


def upgrade(connection: Connection) -> None:
    # A chart is indexed the first time it is opened, so that loading a unit stays fast.
    connection.exec_driver_sql("ALTER TABLE patient ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0")
    # å is not a: diacritics are kept. owner is one word that names the patient.
    connection.exec_driver_sql(
        """
        CREATE VIRTUAL TABLE search USING fts5 (
            owner, text, tokenize = "unicode61 remove_diacritics 0"
        )
        """
    )
    # What is taken out of the index must not stay readable in its pages.
    connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")
