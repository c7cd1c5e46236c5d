"""Statements that are built once and handed to the driver as text with their values in order.

Building a statement anew costs some 60 µs and running it through the toolkit 15; the driver
takes 2. What runs in every request or for every record is a ``Statement``; the rest need not be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    Table,
    bindparam,
    insert,
    tuple_,
)
from sqlalchemy.sql import ClauseElement

from workstation.server.store.sql import insert_or_ignore, upsert

Row = Sequence[Any]
_MOST_IN_A_LIST = 1_024


@dataclass(frozen=True)
class _Text:
    """A statement for one database. ``names``: what its places hold; ``fixed``: values of its own."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(given[name] if name in given else self.fixed[name] for name in self.names)


class Statement:
    """A statement with named values (``sqlalchemy.bindparam``)."""

    def __init__(
        self,
        statement: Executable | Callable[[Connection], Executable],
        *,
        columns: Sequence[str] | None = None,
    ) -> None:
        self._statement, self._columns = statement, columns
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, **values: Any) -> Sequence[Row]:
        """Run it and return every row, as values in the order of the columns."""
        text = self._text(connection)
        return _rows(connection, text.sql, text.values(values))

    def each(self, connection: Connection, **values: Any) -> Iterator[Row]:
        """Run it and yield its rows as they are fetched: for whoever may stop before the end."""
        text = self._text(connection)
        if connection.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            yield from driver.execute(text.sql, text.values(values))
        else:
            yield from _rows(connection, text.sql, text.values(values))

    def row(self, connection: Connection, **values: Any) -> Row | None:
        """Run it and return its first row, if there is one."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, *rows: Mapping[str, Any]) -> None:
        """Run it once for each of the rows of values."""
        if not rows:
            return
        text = self._text(connection)
        _run(connection, text.sql, [text.values(row) for row in rows])

    def _text(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        text = self._texts.get(dialect.name)
        if text is None:
            statement = self._statement
            if not isinstance(statement, Executable):
                statement = statement(connection)
            text = self._texts[dialect.name] = _text(statement, dialect, self._columns)
        return text


class Among:
    """A statement about a list of values: ``build`` gets how many there are.

    A list is filled up to the next power of two with its last value, so that few texts do.
    """

    def __init__(self, build: Callable[[int], Executable]) -> None:
        self._build = build
        self._texts: dict[tuple[str, int], _Text] = {}

    def rows(self, connection: Connection, wanted: Sequence[Any]) -> Iterator[Row]:
        """Yield the rows for these values (for :func:`pairs`, these pairs)."""
        for sql, values in self._parts(connection.dialect, wanted):
            yield from _rows(connection, sql, values)

    def run(self, connection: Connection, wanted: Sequence[Any]) -> None:
        """Run it for these values."""
        for sql, values in self._parts(connection.dialect, wanted):
            _run(connection, sql, [values])

    def _parts(
        self, dialect: Dialect, wanted: Sequence[Any]
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for start in range(0, len(wanted), _MOST_IN_A_LIST):
            part = list(wanted[start : start + _MOST_IN_A_LIST])
            size = 1 << (len(part) - 1).bit_length()
            part += [part[-1]] * (size - len(part))
            text = self._texts.get((dialect.name, size))
            if text is None:
                text = _text(self._build(size), dialect, None)
                self._texts[dialect.name, size] = text
            yield text.sql, text.values(_named(part))


def _named(part: Sequence[Any]) -> dict[str, Any]:
    if isinstance(part[0], tuple):
        return {f"{side}{n}": pair[s] for n, pair in enumerate(part) for s, side in enumerate("ab")}
    return {f"a{n}": value for n, value in enumerate(part)}


def among(column: Column[Any], count: int) -> ColumnElement[bool]:
    """Return the condition of an :class:`Among` that a column's value is in the list."""
    return column.in_([_place("a", n, column) for n in range(count)])


def pairs(first: Column[Any], second: Column[Any], count: int) -> ColumnElement[bool]:
    """Return the condition of an :class:`Among` that two columns' values are a pair in the list."""
    wanted = [tuple_(_place("a", n, first), _place("b", n, second)) for n in range(count)]
    return tuple_(first, second).in_(wanted)


def _place(side: str, number: int, column: Column[Any]) -> BindParameter[Any]:
    return bindparam(f"{side}{number}", type_=column.type)


def inserting(table: Table, *, without: Sequence[str] = ()) -> Statement:
    """Return the insert of whole rows into a table."""
    return Statement(
        insert(table), columns=[c.name for c in table.columns if c.name not in without]
    )


def upserting(table: Table, *, key: Sequence[str]) -> Statement:
    """Return the insert of whole rows that take the place of those with the same key."""
    columns = [column.name for column in table.columns]
    return Statement(lambda connection: upsert(connection, table, key=key), columns=columns)


def inserting_new(table: Table) -> Statement:
    """Return the insert of whole rows that leaves those that are there as they are."""
    columns = [column.name for column in table.columns]
    return Statement(lambda connection: insert_or_ignore(connection, table), columns=columns)


def _text(statement: Executable, dialect: Dialect, columns: Sequence[str] | None) -> _Text:
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(
        dialect=dialect, column_keys=None if columns is None else list(columns)
    )
    sql = str(compiled)
    if dialect.name == "sqlite":
        sql = sql.replace(" IN ((", " IN (VALUES (")  # the only way it takes a list of pairs
    names = tuple(compiled.positiontup or ())
    return _Text(sql=sql, names=names, fixed=dict(compiled.params))


def _rows(connection: Connection, sql: str, values: tuple[Any, ...]) -> Sequence[Row]:
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        found: list[Row] = driver.execute(sql, values).fetchall()
        return found
    return connection.exec_driver_sql(sql, values).fetchall()


def _run(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        if len(rows) == 1:
            driver.execute(sql, rows[0])
        else:
            driver.executemany(sql, rows)
    elif len(rows) == 1:
        connection.exec_driver_sql(sql, rows[0])
    else:
        connection.exec_driver_sql(sql, list(rows))
