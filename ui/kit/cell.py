"""What stands in a table or list: rows of cells as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ui.kit.spark import Spark
from ui.kit.textrun import Lines, Run, spoken
from ui.theme.tokens import Tone


class CellKind(StrEnum):
    """TEXT is lines of runs, BADGE a letter or short word in a box, BUTTON something to press,
    KEY a shortcut on a cap at the right edge."""

    TEXT = "text"
    BADGE = "badge"
    BUTTON = "button"
    ICON = "icon"
    KEY = "key"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell. ``said`` is what a screen reader says instead of the drawn text, when they differ.

    For BADGE and BUTTON ``text`` is drawn and ``tone`` colours; BUTTON shows ``shortcut`` as a
    cap. For ICON ``icon`` is drawn and ``said`` must tell what it means.
    """

    kind: CellKind = CellKind.TEXT
    lines: Lines = ()
    text: str = ""
    icon: str = ""
    tone: Tone = Tone.NEUTRAL
    shortcut: str = ""
    said: str = ""

    def spoken(self) -> str:
        """Return the cell as it is read aloud."""
        return self.said or spoken(self.lines) or self.text


def text_cell(*lines: Sequence[Run] | str) -> Cell:
    """Return a cell of lines; a bare string is a line in the plain style."""
    return Cell(
        lines=tuple((Run(line),) if isinstance(line, str) else tuple(line) for line in lines)
    )


def badge_cell(text: str, tone: Tone = Tone.NEUTRAL, *, said: str = "") -> Cell:
    """Return a cell with a boxed letter or word; ``said`` spells out what it means."""
    return Cell(kind=CellKind.BADGE, text=text, tone=tone, said=said) if text else Cell()


def button_cell(text: str, *, shortcut: str = "") -> Cell:
    """Return a cell that can be pressed; Enter on the row presses it too."""
    return Cell(kind=CellKind.BUTTON, text=text, shortcut=shortcut)


def icon_cell(icon: str, tone: Tone, said: str) -> Cell:
    """Return a cell with an icon and what it means in words."""
    return Cell(kind=CellKind.ICON, icon=icon, tone=tone, said=said)


def key_cell(shortcut: str) -> Cell:
    """Return a cell with a shortcut; empty without one."""
    return Cell(kind=CellKind.KEY, shortcut=shortcut, said=shortcut) if shortcut else Cell()


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row. ``name`` is what the look-ahead calls it when it is out of sight; without one it is
    not missed there.

    ``faded`` draws it as past; ``new`` marks it as new since it was last looked at. ``spark``
    stands at the right end of the first text. ``brief``: what is drawn in its place in a list
    with little room; its group says what that leaves out. It is read aloud whole all the same.
    """

    key: str
    cells: Sequence[Cell]
    name: str = ""
    faded: bool = False
    new: bool = False
    spark: Spark | None = None
    brief: Sequence[Cell] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading between rows with how many stand under it. ``brief``: what its brief rows leave out."""

    title: str
    count: int = 0
    icon: str = ""
    tone: Tone = Tone.NEUTRAL
    brief: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column. ``width`` in pixels; ``stretch`` shares what is left; ``least`` is kept at least.

    ``most``: a column that stretches stretches no further; what is left stands empty at the right.
    ``narrow``: the width in a table that has not room for all of them as they are.
    """

    title: str
    width: int = 0
    stretch: int = 0
    least: int = 60
    most: int = 0
    narrow: int = 0
    fold: int = 0  # when the table is too narrow: 1 moves under the first text first, 0 never moves
    sort: str = ""  # "up" or "down" when the list is sorted by this column
