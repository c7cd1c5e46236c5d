"""Where the columns of a table stand, and which of them fold away when it is narrow.

A folded column is not lost: what it says moves under the first column's text, with its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ui.kit.cell import Cell, CellKind, Column
from ui.kit.textrun import Line, Lines, Run, quiet

_BETWEEN = quiet("  ·  ")
PAD = 12
GAP = 12


def shown_columns(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    """Return the numbers of the columns that have room in a table ``width`` pixels wide."""
    shown = list(range(len(columns)))
    for order in sorted({column.fold for column in columns if column.fold}):
        if _least(columns, shown) <= width:
            break
        shown = [number for number in shown if columns[number].fold != order]
    return tuple(shown)


def column_spans(columns: Sequence[Column], width: int) -> dict[int, tuple[float, float]]:
    """Return (left, width) by column number, for the columns that are shown."""
    shown = shown_columns(columns, width)
    if _least(columns, shown) > width:
        columns = [replace(one, width=one.narrow or one.width) for one in columns]
    shares = sum(columns[number].stretch for number in shown) or 1
    spare = max(0, width - _least(columns, shown))
    spans: dict[int, tuple[float, float]] = {}
    left = float(PAD)
    for number in shown:
        wide = _least_of(columns[number]) + spare * columns[number].stretch / shares
        spans[number] = (left, wide)
        left += wide + GAP
    return spans


def home_column(columns: Sequence[Column]) -> int:
    """Return the number of the column that folded ones move under: the first that stretches."""
    return next((number for number, column in enumerate(columns) if column.stretch), 0)


def folded_lines(columns: Sequence[Column], cells: Sequence[Cell], shown: Sequence[int]) -> Lines:
    """Return what the folded columns say, on one line that wraps between them."""
    said: list[Line] = []
    for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        if number in shown or not cell.spoken():
            continue
        label = column.title.replace(" ", "\u00a0")
        runs = [quiet(f"{label}\u00a0\u00a0")] if label else []
        if cell.kind is CellKind.TEXT:
            for count, line in enumerate(cell.lines):
                runs.extend((quiet(" "),) if count else ())
                runs.extend(line)
        else:
            runs.append(Run(cell.spoken()))
        said.append(tuple(runs))
    if not said:
        return ()
    return (
        tuple(run for n, part in enumerate(said) for run in ((_BETWEEN, *part) if n else part)),
    )


def _least_of(column: Column) -> int:
    return column.least if column.stretch else column.width


def _least(columns: Sequence[Column], shown: Sequence[int]) -> int:
    return (
        sum(_least_of(columns[number]) for number in shown) + 2 * PAD + GAP * max(0, len(shown) - 1)
    )
