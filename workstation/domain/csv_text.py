"""Tables as CSV that a spreadsheet opens right, and in which it runs nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

Cell = str | int | float | None
"""Numbers are written as numbers; None is an empty cell."""
_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DECIMALS = 4


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a table is written. ``marked``: begins with the mark by which Excel knows UTF-8."""

    separator: str
    decimal: str
    marked: bool


SWEDISH = Style(separator=";", decimal=",", marked=True)
"""As a Swedish spreadsheet opens it by a double click."""
PLAIN = Style(separator=",", decimal=".", marked=False)
"""As RFC 4180 and other programs read it."""


def as_csv(rows: Iterable[Sequence[Cell]], style: Style = SWEDISH) -> bytes:
    """Return the rows as UTF-8, lines ended by CR LF; floats with four decimals at the most.

    A text that begins like a formula gets an apostrophe before it: spreadsheets run what begins
    so, whoever wrote it.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=style.separator, lineterminator="\r\n")
    writer.writerows([_written(cell, style) for cell in row] for row in rows)
    return ((_MARK if style.marked else "") + out.getvalue()).encode("utf-8", "replace")


def _written(cell: Cell, style: Style) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        text = f"{cell:.{_DECIMALS}f}".rstrip("0").rstrip(".")
        return ("0" if text == "-0" else text).replace(".", style.decimal)
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA) else cell
