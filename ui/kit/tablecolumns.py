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
    wider = _wider(columns, shown, max(0, width - _least(columns, shown)))
    spans: dict[int, tuple[float, float]] = {}
    left = float(PAD)
    for number in shown:
        wide = _least_of(columns[number]) + wider[number]
        spans[number] = (left, wide)
        left += wide + GAP
    return spans


def _wider(columns: Sequence[Column], shown: Sequence[int], spare: float) -> dict[int, float]:
    """Share what is spare among the columns that stretch, none over its most."""
    found = dict.fromkeys(shown, 0.0)
    growing = [number for number in shown if columns[number].stretch]
    while growing and spare > 0:
        share = spare / sum(columns[number].stretch for number in growing)
        full = [n for n in growing if 0 < _room(columns[n]) <= share * columns[n].stretch]
        for number in full or growing:
            more = _room(columns[number]) if full else share * columns[number].stretch
            found[number], spare = more, spare - more
        growing = [number for number in growing if number not in full] if full else []
    return found


def _room(column: Column) -> float:
    return max(1.0, column.most - _least_of(column)) if column.most else 0.0


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
