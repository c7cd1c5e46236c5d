"""The tables as the newest migration leaves them, for queries that are put together.

The migrations are the truth; a test holds this against a migrated file.
"""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Integer, MetaData, Table, Text

metadata = MetaData()

entity = Table(
    "entity",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("patient", Integer, nullable=False),
    Column("id", BLOB, nullable=False),
    Column("family", Text, nullable=False),
    Column("grp", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("visible", Integer, nullable=False),
    Column("undecided", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
)
