"""Inserts of whole rows: many rows, and rows of several tables, go in by few statements.

A statement for each row would give the interpreter away, and wait to get it back, for each row; on
PostgreSQL every statement is a way there and back, while everybody waits who writes after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table, insert

from workstation.server.store.sql import insert_or_ignore, upsert
from workstation.server.store.statement import Statement, rounds, run_text

Rows = Sequence[tuple[Any, ...]]
_MOST_AT_ONCE = 64
_ONE_ROW = re.compile(r"VALUES \([^()]*\)")


class Insertion(Statement):
    """The insert of whole rows into a table, in their order.

    ``key``: columns of which two rows at once may not be the same where rows replace rows:
    PostgreSQL takes such rows only one by one.
    """

    def __init__(
        self,
        statement: Executable | Callable[[Connection], Executable],
        columns: Sequence[Column[Any]],
        *,
        key: Sequence[str] = (),
    ) -> None:
        names = [column.name for column in columns]
        super().__init__(statement, columns=names)
        self._kinds = [column.type for column in columns]
        self._key = itemgetter(*map(names.index, key)) if key else None
        self._many: dict[int, str] = {}

    def run(self, connection: Connection, *rows: Mapping[str, Any]) -> None:
        """Insert these rows."""
        if rows:
            text = self._text(connection)
            self._insert(connection, text.sql, text.all_values(rows))

    def run_rows(self, connection: Connection, rows: Rows) -> None:
        """Insert rows given as values in the order of the table's columns."""
        if rows:
            self._insert(connection, self._text(connection).sql, rows)

    def at_once(self, connection: Connection, rows: Rows, *, first: int) -> str | None:
        """Return the PostgreSQL text that inserts these rows from arrays, the first of which is
        named ``$first``; None where they must go one by one.
        """
        if self._key is not None and len(set(map(self._key, rows))) < len(rows):
            return None
        text = self._many.get(first)
        if text is None:
            kinds = (kind.compile(dialect=connection.dialect) for kind in self._kinds)
            arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, first))
            text = self._with(connection, f"SELECT * FROM unnest({arrays})")
            self._many[first] = text
        return text

    def _insert(self, connection: Connection, sql: str, rows: Rows) -> None:
        if len(rows) == 1:
            run_text(connection, sql, rows)
        elif connection.dialect.name == "sqlite":
            self._insert_some(connection, rows)
        elif (text := self.at_once(connection, rows, first=1)) is not None:
            run_text(connection, text, [arrays_of(rows)])
        else:
            run_text(connection, sql, rows)

    def _insert_some(self, connection: Connection, rows: Rows) -> None:
        at, size = 0, _MOST_AT_ONCE
        while at < len(rows):
            while size > len(rows) - at:
                size //= 2
            text = self._many.get(-size)
            if text is None:
                one = ", ".join("?" * len(rows[0]))
                text = self._many[-size] = self._with(connection, f"VALUES {rounds(one, size)}")
            run_text(connection, text, [tuple(chain.from_iterable(rows[at : at + size]))])
            at += size

    def _with(self, connection: Connection, source: str) -> str:
        before, after = _ONE_ROW.split(self._text(connection).sql)
        return f"{before}{source}{after}"


def arrays_of(rows: Rows) -> tuple[list[Any], ...]:
    """Return the values of rows column by column."""
    return tuple(map(list, zip(*rows, strict=True)))


def together(connection: Connection, *parts: tuple[Insertion, Rows]) -> None:
    """Insert rows into several tables that know nothing of each other: there by one statement."""
    filled = [(into, rows) for into, rows in parts if rows]
    texts: list[str] = []
    values: list[list[Any]] = []
    if connection.dialect.name != "sqlite":
        for into, rows in filled:
            text = into.at_once(connection, rows, first=len(values) + 1)
            if text is not None:
                texts.append(text)
                values += arrays_of(rows)
    if len(texts) < max(len(filled), 2):
        for into, rows in filled:
            into.run_rows(connection, rows)
        return
    *others, last = texts
    named = ", ".join(f"part{n} AS ({text})" for n, text in enumerate(others))
    run_text(connection, f"WITH {named} {last}", [tuple(values)])


def inserting(table: Table, *, without: Sequence[str] = ()) -> Insertion:
    """Return the insert of whole rows into a table."""
    return Insertion(insert(table), [c for c in table.columns if c.name not in without])


def upserting(table: Table, *, key: Sequence[str]) -> Insertion:
    """Return the insert of whole rows that take the place of those with the same key."""
    return Insertion(
        lambda connection: upsert(connection, table, key=key), list(table.columns), key=key
    )


def inserting_new(table: Table) -> Insertion:
    """Return the insert of whole rows that leaves those that are there as they are."""
    return Insertion(lambda connection: insert_or_ignore(connection, table), list(table.columns))
