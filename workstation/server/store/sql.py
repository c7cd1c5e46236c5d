"""The few words in which the two databases differ, and what their columns can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Upsert = sqlite.Insert | postgresql.Insert

_MOST_PARAMETERS = 5_000


def storable(text: str) -> str:
    """Return ``text`` as any database keeps it in a column: NUL as its picture, U+2400.

    A record's own bytes are never touched by this.
    """
    return text.replace("\0", "\u2400")


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in lists short enough for one statement."""
    for start in range(0, len(values), _MOST_PARAMETERS):
        yield values[start : start + _MOST_PARAMETERS]


def insert_or_ignore(connection: Connection, table: Table) -> Upsert:
    """Return an insert that leaves a row that is there as it is."""
    return _insert_or_ignore(connection.dialect.name, table)


def upsert(connection: Connection, table: Table, *, key: Sequence[str]) -> Upsert:
    """Return an insert that takes the place of the row with the same key."""
    return _upsert(connection.dialect.name, table, tuple(key))


@cache  # making one costs as much as running it
def _insert_or_ignore(dialect: str, table: Table) -> Upsert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...]) -> Upsert:
    new = _insert(dialect, table)
    others = [column.name for column in table.columns if column.name not in key]
    return new.on_conflict_do_update(
        index_elements=list(key), set_={name: new.excluded[name] for name in others}
    )


def _insert(dialect: str, table: Table) -> Upsert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
