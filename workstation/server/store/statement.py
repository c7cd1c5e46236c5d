"""Statements that are built once and handed to the driver as text with their values in order.

Building a statement anew costs some 60 µs and running it through the toolkit 15; the driver
takes 2. What runs in every request or for every record is a ``Statement``; the rest need not be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import await_only

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

    def all_values(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Return the values of many rows that all name the same."""
        if len(self.names) > 1 and rows[0].keys() >= set(self.names):
            return list(map(itemgetter(*self.names), rows))
        return [self.values(row) for row in rows]


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
        run_text(connection, text.sql, text.all_values(rows))

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
    """A statement about a list of values, whose place in it :func:`among` or :func:`pairs` marks.

    Compiled once: the toolkit takes 30 ms over a list of a thousand, and texts for lists of any
    length are made here. A list is filled up to the next power of two with its last value, so
    that the driver has few texts to prepare.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[str, _ListText] = {}

    def rows(self, connection: Connection, wanted: Sequence[Any]) -> Iterator[Row]:
        """Yield the rows for these values (for :func:`pairs`, these pairs)."""
        for sql, values in self._parts(connection.dialect, wanted):
            yield from _rows(connection, sql, values)

    def run(self, connection: Connection, wanted: Sequence[Any]) -> None:
        """Run it for these values."""
        for sql, values in self._parts(connection.dialect, wanted):
            run_text(connection, sql, [values])

    def _parts(
        self, dialect: Dialect, wanted: Sequence[Any]
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = _list_text(self._statement, dialect)
        for start in range(0, len(wanted), _MOST_IN_A_LIST):
            part = list(wanted[start : start + _MOST_IN_A_LIST])
            size = 1 << (len(part) - 1).bit_length()
            part += [part[-1]] * (size - len(part))
            yield text.sql(size), text.values(part)


@dataclass(frozen=True)
class _ListText:
    """A statement around its list. ``types``: of a value, or of both of a pair."""

    before: str
    after: str
    types: tuple[str, ...]
    fixed_before: tuple[Any, ...]
    fixed_after: tuple[Any, ...]
    numbered: bool
    sqls: dict[int, str] = field(default_factory=dict)

    def sql(self, size: int) -> str:
        """Return the text for a list of ``size``; PostgreSQL takes a list as one value."""
        if self.numbered:
            size = 0
        sql = self.sqls.get(size)
        if sql is None:
            sql = self.sqls[size] = f"{self.before}({self._list(size)}){self.after}"
        return sql

    def _list(self, size: int) -> str:
        width = len(self.types)
        if self.numbered:
            first = len(self.fixed_before) + 1
            places = ", ".join(f"${first + i}::{kind}[]" for i, kind in enumerate(self.types))
            return f"SELECT * FROM unnest({places})"
        one = ", ".join("?" * width)
        return ", ".join([one] * size) if width == 1 else "VALUES " + rounds(one, size)

    def values(self, part: Sequence[Any]) -> tuple[Any, ...]:
        paired = len(self.types) > 1
        if self.numbered:
            return (*self.fixed_before, *(zip(*part, strict=True) if paired else (part,)))
        inner = chain.from_iterable(part) if paired else part
        return (*self.fixed_before, *inner, *self.fixed_after)


def rounds(one: str, size: int) -> str:
    """Return the places of ``size`` rows, each of which has the places ``one``."""
    return ", ".join([f"({one})"] * size)


class _Listed(ColumnElement[Any]):
    """The place of a list in a statement: rendered as the types of what stands in it."""

    inherit_cache = False

    def __init__(self, *columns: Column[Any]) -> None:
        self.columns = columns


@compiles(_Listed)
def _marked(place: _Listed, compiler: SQLCompiler, **_how: object) -> str:
    types = (column.type.compile(dialect=compiler.dialect) for column in place.columns)
    return f"<<{','.join(types)}>>"


_MARK = re.compile(r"<<([A-Z,]+)>>")


def _list_text(statement: Executable, dialect: Dialect) -> _ListText:
    text = _text(statement, dialect, None)
    before, types, after = _MARK.split(text.sql)
    fixed = text.values({})
    numbered = dialect.name != "sqlite"  # numbered places: a list's come after all the others
    split = len(fixed) if numbered else before.count("?")
    return _ListText(
        before=before,
        after=after,
        types=tuple(types.split(",")),
        fixed_before=fixed[:split],
        fixed_after=fixed[split:],
        numbered=numbered,
    )


def among(column: Column[Any]) -> ColumnElement[bool]:
    """Return the condition of an :class:`Among` that a column's value is in the list."""
    return column.op("IN", is_comparison=True)(_Listed(column))


def pairs(first: Column[Any], second: Column[Any]) -> ColumnElement[bool]:
    """Return the condition of an :class:`Among` that two columns' values are a pair in the list."""
    return tuple_(first, second).op("IN", is_comparison=True)(_Listed(first, second))


def _text(statement: Executable, dialect: Dialect, columns: Sequence[str] | None) -> _Text:
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(
        dialect=dialect, column_keys=None if columns is None else list(columns)
    )
    names = tuple(compiled.positiontup or ())
    sql = str(compiled)
    if dialect.name == "sqlite":
        sql = sql.replace("LIMIT ?", "LIMIT (? + 0)")  # a bare place is planned anew at every run
    return _Text(sql=sql, names=names, fixed=dict(compiled.params))


def _rows(connection: Connection, sql: str, values: tuple[Any, ...]) -> Sequence[Row]:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        found: list[Row] = driver.execute(sql, values).fetchall()
    else:
        found = await_only(driver.fetch(sql, *values))
    return found


def run_text(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a text at the driver once for each of the rows of values."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        one = len(rows) == 1
        await_only(driver.execute(sql, *rows[0]) if one else driver.executemany(sql, rows))
    elif len(rows) == 1:
        driver.execute(sql, rows[0])
    else:
        driver.executemany(sql, rows)
