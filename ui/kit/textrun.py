"""Styled text as plain data, and the one layout that draws it everywhere.

A line is a tuple of runs; what is drawn wraps between words, but never inside a run that is
marked ``keep`` (a dose with its unit, a date, a drug name) as long as it fits on a line.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextCharFormat, QTextLayout, QTextOption

from ui.kit.visible import utf16_index, utf16_spans, visible
from ui.theme.tokens import TOKENS, Tokens
from ui.theme.typography import Size, font, line_height, metrics

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_UNBOUNDED = 1_000_000
_KEPT = 4_096  # words and lines measured: a list is laid out anew at every width it gets
_LAID_OUT = 512  # lines: what stands on a full screen, at two widths
# Letters whose widths simply add up, in the fonts of the house: no breaks, tabs, marks or scripts
# that are shaped; and what a line is kept from the edge for roundings between its runs.
_SIMPLE = re.compile("[\u0020-\u007e\u00a0-\u017f\u2010-\u2026\u2190-\u21ff\u2212\u25a0-\u25ff]*")
_SPARE = 4.0
# A word with a hyphen, a range, a unit with a slash: P-Kalium, 2026-11-20, 3,5–4,6, mL/min. Qt
# would part them there; they go whole to the next line where they fit on it.
_ONE_WORD = re.compile(r"(?=\S{3,32}(?!\S))\S*\w[-–/]\w\S*")
# A number, which no date is, is never parted from its unit, nor thousands from each other: drawn
# with a no-break space of the same length, so that places in the text stay what they are.
_NUMBER_AND_UNIT = re.compile(r"(?<=\d)(?<!-\d\d) (?=[A-Za-zÅÄÖåäöµμ%°‰]|\d{3}(?!\d))")

# A word that denies stands on the same line as what it denies, as long as both fit on one: who
# reads only the second line of "ingen blödning" must not read "blödning".
_DENIED = re.compile(
    r"\b(?:(?:ingen|inga|inget|inte|ej|icke|utan|aldrig|nekar|no|not|without|denies) )+\S+",
    re.IGNORECASE,
)


class Ink(StrEnum):
    """The token a run is drawn in."""

    TEXT = "text"
    QUIET = "quiet"
    ACCENT = "accent"
    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    OFFLINE = "offline"
    ON_ACCENT = "on_accent"
    RAIL = "rail_text"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style.

    ``keep``: never broken over two lines while it fits on one. ``marks``: (start, end) places in
    ``text`` that a search found, in order.
    """

    text: str
    strong: bool = False
    ink: Ink = Ink.TEXT
    size: int = Size.BODY
    keep: bool = False
    marks: tuple[tuple[int, int], ...] = ()
    struck: bool = False


Line = tuple[Run, ...]
Lines = tuple[Line, ...]


def strong(text: str, *, ink: Ink = Ink.TEXT, size: int = Size.BODY) -> Run:
    """Return a bold run that is not broken over lines."""
    return Run(text, strong=True, ink=ink, size=size, keep=True)


def quiet(text: str, *, size: int = Size.SMALL) -> Run:
    """Return a run that explains."""
    return Run(text, ink=Ink.QUIET, size=size)


def labelled(label: str, value: str, *, size: int = Size.BODY) -> Line:
    """Return a small label and its bold value, as a dose is written: ``DOS  1 tablett dagligen``.

    They wrap between words, but a label is never parted from its value.
    """
    return (
        Run(f"{label}\u00a0\u00a0", ink=Ink.QUIET, size=Size.TINY),
        Run(value, strong=True, size=size),
    )


def plain(lines: Sequence[Sequence[Run]]) -> str:
    """Return the text of ``lines`` as it stands and as it is copied."""
    return "\n".join("".join(run.text for run in line) for line in lines)


def spoken(lines: Sequence[Sequence[Run]]) -> str:
    """Return the text of ``lines`` as a screen reader says it: words with single spaces."""
    return ", ".join(said for line in lines if (said := " ".join(plain([line]).split())))


class _Paragraph:
    """One logical line, laid out over as many drawn lines as it needs."""

    def __init__(self, runs: Line, width: float, look: str) -> None:
        text, formats, self._kept = _composed(runs, look)
        self._begins = [first for first, _last in self._kept]
        self._pitch = _pitch(runs)
        self.layout = QTextLayout(text, font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.layout.setTextOption(option)
        self.layout.setFormats(formats)
        self.layout.setCacheEnabled(True)
        self.height, self.width = self._break(len(text), width)

    def _break(self, _length: int, width: float) -> tuple[float, float]:
        layout = self.layout
        layout.beginLayout()
        y = widest = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            start, end = line.textStart(), line.textStart() + line.textLength()
            # They come in order: what begins on an earlier line has been kept by then.
            for number in range(bisect_right(self._begins, start), len(self._kept)):
                first, last = self._kept[number]
                if first >= end:
                    break
                if end < last:
                    line.setNumColumns(first - start, width)
                    break
            line.setPosition(QPointF(0, y + (self._pitch - line.height()) / 2))
            y += self._pitch
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        return (y or float(self._pitch)), widest


_laid_out = lru_cache(maxsize=_LAID_OUT)(_Paragraph)
"""A line laid out for a width, in a look: the same for whoever shows it, for it is only drawn."""
_Composed = tuple[str, list[QTextLayout.FormatRange], list[tuple[int, int]]]


@lru_cache(maxsize=_KEPT)
def _composed(runs: Line, look: str) -> _Composed:
    """Return a line's text, its styles, and the places in it that are kept whole; all as read."""
    tokens = TOKENS[look]
    parts: list[str] = []
    formats: list[QTextLayout.FormatRange] = []
    kept: list[tuple[int, int]] = []
    at = 0
    for run in runs:
        drawn = _NUMBER_AND_UNIT.sub("\u00a0", visible(run.text))
        # Right-to-left text must not pull a neighbouring number to its other side.
        shift = 0
        if _RIGHT_TO_LEFT.search(drawn):
            drawn, shift = f"\u2068{drawn}\u2069", 1
        length = utf16_index(drawn, len(drawn))
        formats.append(_format_range(at, length, run, tokens))
        for start, units in utf16_spans(run.text, run.marks):
            formats.append(_mark_range(at + shift + start, units, tokens))
        if run.keep:
            kept.append((at, at + length))
        kept += _places(drawn, _DENIED, at)
        parts.append(drawn)
        at += length
    text = "".join(parts)
    words = _places(text, _ONE_WORD, 0) if any(sign in text for sign in "-–/") else []
    return text, formats, sorted({*kept, *words}, key=lambda one: (one[0], -one[1]))


def _places(text: str, wanted: re.Pattern[str], at: int) -> list[tuple[int, int]]:
    """Return where ``wanted`` stands, as Qt counts, in a text that begins at ``at``."""
    spans = utf16_spans(text, [found.span() for found in wanted.finditer(text)])
    return [(at + start, at + start + length) for start, length in spans]


def _format_range(start: int, length: int, run: Run, tokens: Tokens) -> QTextLayout.FormatRange:
    colour = str(getattr(tokens, run.ink.value))
    return _range(start, length, _style(int(run.size), run.strong, run.struck, colour))


@cache
def _style(size: int, strong: bool, struck: bool, colour: str) -> QTextCharFormat:  # noqa: FBT001
    style = QTextCharFormat()
    style.setFont(font(size, strong=strong))
    style.setForeground(QColor(colour))
    style.setFontStrikeOut(struck)
    return style


def _mark_range(start: int, length: int, tokens: Tokens) -> QTextLayout.FormatRange:
    style = QTextCharFormat()
    style.setBackground(QColor(tokens.mark))
    style.setForeground(QColor(tokens.text))
    return _range(start, length, style)


def _range(start: int, length: int, style: QTextCharFormat) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = start, length, style
    return found


class TextBlock:
    """Lines laid out for a width; draw it as often as needed.

    A line that plainly has room is laid out when it is first drawn: of a long list most lines
    never are, and all of them are asked how high they stand.
    """

    def __init__(self, lines: Sequence[Sequence[Run]], width: float, tokens: Tokens) -> None:
        self._lines = tuple(tuple(line) for line in lines)
        self._room, self._look = max(1.0, width), tokens.name
        self._laid: dict[int, _Paragraph] = {}
        self._heights = [self._height(number) for number in range(len(self._lines))]
        self.height = sum(self._heights)

    @property
    def width(self) -> float:
        """How far the widest line reaches, in logical pixels."""
        return max((self._paragraph(n).width for n in range(len(self._lines))), default=0.0)

    def _height(self, number: int) -> float:
        line = self._lines[number]
        if _has_room(line, self._room):
            return float(_pitch(line))
        return self._paragraph(number).height

    def _paragraph(self, number: int) -> _Paragraph:
        found = self._laid.get(number)
        if found is None:
            found = self._laid[number] = _laid_out(self._lines[number], self._room, self._look)
        return found

    def draw(self, painter: QPainter, x: float, y: float, clip: QRectF | None = None) -> None:
        """Draw with the top left corner at (x, y)."""
        for number, height in enumerate(self._heights):
            paragraph = self._paragraph(number)
            paragraph.layout.draw(painter, QPointF(x, y), [], clip or QRectF())
            y += height


def _pitch(line: Sequence[Run]) -> int:
    if len(line) == 1:
        return line_height(line[0].size)
    return line_height(max((run.size for run in line), default=Size.BODY))


def _has_room(line: Sequence[Run], room: float) -> bool:
    """Whether a line certainly fits unbroken in ``room``; when in doubt it is laid out."""
    used = _SPARE
    for run in line:
        used += _advance(run.text, int(run.size), run.strong)
        if used > room:
            return False
    return True


@lru_cache(maxsize=_KEPT)
def _advance(text: str, size: int, strong: bool) -> float:  # noqa: FBT001
    """Return how wide a text is in logical pixels; without end when that is not a plain sum."""
    if not _SIMPLE.fullmatch(text):
        return math.inf
    return metrics(size, strong).horizontalAdvance(text)


def surely_fits(line: Sequence[Run], room: float, lines: int) -> bool | None:
    """Return whether ``line`` fits ``lines`` lines of ``room`` pixels; None: lay it out to know."""
    used = _SPARE * lines + sum(_advance(run.text, int(run.size), run.strong) for run in line)
    if math.isinf(used):
        return None
    size = max((int(run.size) for run in line), default=int(Size.BODY))
    blank = _advance(" ", size, True)
    gaps = max((len(gap) for gap in re.findall(" +", plain([line]))), default=0)
    # At the end of a line spaces take no room, and what goes on to the next leaves at most itself.
    if used - 2 * _SPARE * lines > lines * (room + gaps * blank):
        return False
    left = (lines - 1) * _widest_unit(line) if lines > 1 else 0.0
    return True if used + left <= lines * room else None


def _widest_unit(line: Sequence[Run]) -> float:
    """Return more than the width of anything in ``line`` that is not parted over two lines."""
    widest = joined = 0.0  # what ends a run is not parted from what begins the next
    for run in line:
        units = [run.text] if run.keep else _DENIED.sub(_joined, run.text).split(" ")
        wide = [_advance(unit, int(run.size), run.strong) for unit in units]
        widest = max(widest, joined + wide[0], *wide)
        joined = wide[-1] if len(wide) > 1 else joined + wide[0]
    return widest


def _joined(denial: re.Match[str]) -> str:
    return denial[0].replace(" ", "\u00a0")


def natural_width(line: Sequence[Run], tokens: Tokens) -> float:
    """Return the width of ``line`` unbroken, in logical pixels."""
    return _laid_out(tuple(line), _UNBOUNDED, tokens.name).width
