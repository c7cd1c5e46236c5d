"""Small steps between Python values and SQL parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection


def as_list(values: Iterable[int | str]) -> str:
    """Return the parameter for ``IN (SELECT value FROM json_each(?))``: one text for any number."""
    return json.dumps(list(values), separators=(",", ":"))


def as_table(rows: Iterable[Sequence[int | str]]) -> str:
    """Return the parameter for a ``json_each(?) AS told`` whose columns are ``told.value ->> n``."""
    return json.dumps([tuple(row) for row in rows], separators=(",", ":"))


def chosen(connection: Connection, statement: str, patients: Iterable[int]) -> frozenset[int]:
    """Return those patients (row keys) that a statement over ``json_each(?)`` chooses."""
    return frozenset(connection.exec_driver_sql(statement, (as_list(patients),)).scalars())
