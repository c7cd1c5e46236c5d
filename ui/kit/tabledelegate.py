"""How the rows of a table are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.kit import spark
from ui.kit.cell import Cell, CellKind, Column, Group, Row
from ui.kit.guard import drawing_row, guarded
from ui.kit.paint import box, draw_keycap, focus_ring, keycap_width, rule, text_at, text_width
from ui.kit.tablecolumns import PAD, column_spans, folded_lines, home_column
from ui.kit.tablemodel import ENTRY, entries_of
from ui.kit.textrun import TextBlock
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tokens, Tone
from ui.theme.typography import Size

_DOWN = 8
_GROUP_HEIGHT, _LOW_GROUP_HEIGHT = 30, 18
_LOW_DOWN = 3
_BUTTON_HEIGHT = 28
_WIDTHS_KEPT = 4  # a panel beside the list comes and goes: the list is drawn as it was before
_GONE_KEPT = 200  # rows that stood here and may again, at every width
_Laid = dict[str, tuple[Row, tuple[TextBlock | None, ...], int]]
_Index = QModelIndex | QPersistentModelIndex


@guarded
class TableDelegate(QStyledItemDelegate):
    """Draws groups and rows; what is laid out is kept until the width or the look changes."""

    def __init__(self, columns: Sequence[Column], view: QWidget, width: Callable[[], int]) -> None:
        super().__init__(view)
        self._columns, self._view, self._width = tuple(columns), view, width
        self._least_height = 32
        self._middle, self._pad = False, _DOWN
        self._laid: _Laid = {}
        self._at_width: dict[int, _Laid] = {}
        self._laid_for: tuple[int, str] = (0, "")
        self._spans: tuple[int, dict[int, tuple[float, float]]] = (-1, {})
        self._tops: list[int] = []
        self.low = False

    def set_low(self, low: bool) -> bool:  # noqa: FBT001  Qt's shape
        """Let all stand closer, and rows be brief, in a list with little room; say if that is new."""
        if low is self.low:
            return False
        self.low = low
        self.forget()
        return True

    def set_rhythm(self, *, least_height: int, middle: bool, pad: int = _DOWN) -> None:
        """Set the least height of a row, whether cells stand in its middle, and the room above."""
        self._least_height, self._middle, self._pad = least_height, middle, pad
        self.forget()

    def forget(self) -> None:
        """Lay everything out anew: it looks different."""
        self._at_width = {}
        self._laid = self._at_width[self._laid_for[0]] = {}
        self._tops = []

    def keep_only(self, entries: Sequence[Group | Row]) -> None:
        """The rows are others: those that say the same as before keep their layout.

        Rows that have only moved to a table beside this one come back; nothing is kept of nobody.
        """
        keys, self._tops = {entry.key for entry in entries if isinstance(entry, Row)}, []
        for laid in self._at_width.values():
            gone = laid.keys() - keys
            if not keys or len(gone) > _GONE_KEPT:
                for key in gone:
                    del laid[key]

    def tops(self, entries: Sequence[Group | Row]) -> list[int]:
        """Return where each of the ``entries`` begins, in pixels from the first, and where they end.

        Kept until ``forget`` or another width or look.
        """
        if self._laid_for[0] != self._width() or len(self._tops) != len(entries) + 1:
            self._fit()
            self._tops = []
        if not self._tops:
            self._tops = [0, *accumulate(map(self._height, entries))]
        return self._tops

    def _height(self, entry: Group | Row) -> int:
        if isinstance(entry, Row):
            return self._layout(entry)[1]
        return _LOW_GROUP_HEIGHT if self.low else _GROUP_HEIGHT

    def _fit(self) -> Tokens:
        """Take what was laid out for this width; another look forgets it. Return the look."""
        tokens, width = tokens_of(self._view), self._width()
        if self._laid_for != (width, tokens.name):
            same_look = self._laid_for[1] == tokens.name
            self._laid_for, self._tops = (width, tokens.name), []
            if not same_look:
                self.forget()
            elif width not in self._at_width and len(self._at_width) >= _WIDTHS_KEPT:
                del self._at_width[next(iter(self._at_width))]
            self._laid = self._at_width.setdefault(width, {})
        return tokens

    def _layout(self, row: Row) -> tuple[tuple[TextBlock | None, ...], int]:
        kept = self._laid.get(row.key)
        if kept is None or kept[0] != row:
            tokens, width = tokens_of(self._view), self._laid_for[0]
            cells = self._cells(row)
            blocks = self._blocks(row, cells, width, tokens)
            tallest = max((block.height for block in blocks if block is not None), default=0)
            if any(cell.kind is CellKind.BUTTON for cell in cells):
                tallest = max(tallest, _BUTTON_HEIGHT)
            height = max(self._least_height, round(tallest) + 2 * self._above() + 1)
            kept = self._laid[row.key] = row, blocks, height
        return kept[1], kept[2]

    def _cells(self, row: Row) -> Sequence[Cell]:
        return row.brief if self.low and row.brief else row.cells

    def _above(self) -> int:
        """Return the room above what stands in a row, in pixels."""
        return min(self._pad, _LOW_DOWN) if self.low else self._pad

    def _spans_at(self, width: int) -> dict[int, tuple[float, float]]:
        """Return (left, width) of the columns that are shown; the same for every row."""
        if self._spans[0] != width:
            self._spans = (width, column_spans(self._columns, width))
        return self._spans[1]

    def _blocks(
        self, row: Row, cells: Sequence[Cell], width: int, tokens: Tokens
    ) -> tuple[TextBlock | None, ...]:
        spans = self._spans_at(width)
        home = home_column(self._columns)
        under = folded_lines(self._columns, cells, tuple(spans))
        blocks: list[TextBlock | None] = []
        for number, cell in enumerate(cells):
            lines = (*cell.lines, *under) if number == home else cell.lines
            beside = spark.WIDTH + _DOWN if number == home and row.spark is not None else 0
            room = spans[number][1] - beside if number in spans else 0
            blocks.append(TextBlock(lines, room, tokens) if lines and number in spans else None)
        return tuple(blocks)

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        number = index.row()
        tops = self.tops(entries_of(index))
        return QSize(100, tops[number + 1] - tops[number])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRectF(option.rect)
        with drawing_row(self._view, painter, rect):
            entry = index.data(ENTRY)
            tokens = self._fit()
            if isinstance(entry, Group):
                _paint_group(painter, rect, entry, tokens, brief=self.low)
            elif isinstance(entry, Row):
                self._paint_row(painter, rect, entry, option.state, tokens)
            if index.row() < index.model().rowCount() - 1:
                rule(painter, rect.left(), rect.right(), rect.bottom() - 1, tokens.line)

    def _paint_row(
        self, painter: QPainter, rect: QRectF, row: Row, state: QStyle.StateFlag, tokens: Tokens
    ) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.accent_soft))
        elif row.faded:
            painter.fillRect(rect, QColor(tokens.surface))
        if row.new:
            painter.fillRect(
                QRectF(rect.left(), rect.top() + 4, 3, rect.height() - 9), QColor(tokens.accent)
            )
        blocks, _height = self._layout(row)
        for column, span in self._spans_at(self._width()).items():
            cell, block = self._cells(row)[column], blocks[column]
            area = QRectF(rect.left() + span[0], rect.top(), span[1], rect.height() - 1)
            if block is not None:
                top = (area.height() - block.height) / 2 if self._middle else self._above()
                block.draw(painter, area.left(), area.top() + top)
            else:
                self._paint_special(painter, area, cell, tokens)
        self._paint_spark(painter, rect, row, tokens)
        if state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, rect.adjusted(1, 1, -1, -2), tokens)

    def _paint_spark(self, painter: QPainter, rect: QRectF, row: Row, tokens: Tokens) -> None:
        if row.spark is None:
            return
        left, wide = self._spans_at(self._width())[home_column(self._columns)]
        right = rect.left() + left + wide
        middle = rect.center().y() if self._middle else rect.top() + self._above() + 9
        at = QRectF(right - spark.WIDTH, middle - spark.HEIGHT / 2, spark.WIDTH, spark.HEIGHT)
        spark.draw(painter, at, row.spark, tokens)

    def _paint_special(self, painter: QPainter, area: QRectF, cell: Cell, tokens: Tokens) -> None:
        middle = area.center().y() if self._middle else area.top() + self._above() + 9
        if cell.kind is CellKind.BADGE:
            _paint_badge(painter, area.left(), middle, cell, tokens)
        elif cell.kind is CellKind.ICON:
            ink, _soft = tokens.tone(cell.tone)
            icons.draw(painter, cell.icon, ink, QRectF(area.left(), middle - 7, 14, 14))
        elif cell.kind is CellKind.KEY:
            left = area.right() - keycap_width(cell.shortcut)
            draw_keycap(painter, left, middle, cell.shortcut, ink=tokens.quiet, edge=tokens.edge)
        elif cell.kind is CellKind.BUTTON:
            _paint_button(painter, self.button_rect(area), cell, tokens)

    def button_rect(self, area: QRectF) -> QRectF:
        """Return where a button is drawn in its cell."""
        top = (area.height() - _BUTTON_HEIGHT) / 2 if self._middle else self._above() - 4
        return QRectF(area.left(), area.top() + top, area.width(), _BUTTON_HEIGHT)

    def button_at(self, rect: QRectF, row: Row, x: float, y: float) -> bool:
        """Is there a button of ``row``, drawn in ``rect``, at (x, y)?"""
        for number, span in self._spans_at(self._width()).items():
            cell = self._cells(row)[number]
            area = QRectF(rect.left() + span[0], rect.top(), span[1], rect.height() - 1)
            if cell.kind is CellKind.BUTTON and self.button_rect(area).contains(x, y):
                return True
        return False


def _paint_group(
    painter: QPainter, rect: QRectF, group: Group, tokens: Tokens, *, brief: bool
) -> None:
    # Round at the top, so that the frame's corners show when nothing stands above it.
    box(painter, rect, fill=tokens.surface, radius=5)
    painter.fillRect(rect.adjusted(0, 6, 0, 0), QColor(tokens.surface))
    ink = tokens.text if group.tone is Tone.NEUTRAL else tokens.tone(group.tone)[0]
    middle, left = rect.center().y(), rect.left() + PAD
    if group.icon:
        icons.draw(painter, group.icon, ink, QRectF(left, middle - 6, 12, 12))
        left += 18
    left += text_at(painter, left, middle, group.title, ink, size=Size.SMALL, strong=True)
    if group.count:
        left += 8
        left += text_at(
            painter, left, middle, str(group.count), tokens.quiet, size=Size.SMALL, strong=True
        )
    if brief and group.brief:
        text_at(painter, left + 12, middle, group.brief, tokens.quiet, size=Size.SMALL)


def _paint_badge(painter: QPainter, left: float, middle: float, cell: Cell, tokens: Tokens) -> None:
    ink, soft = tokens.tone(cell.tone)
    wide = max(20.0, text_width(cell.text, size=Size.SMALL, strong=True) + 12)
    edge = tokens.line if cell.tone is Tone.NEUTRAL else ""
    box(painter, QRectF(left, middle - 10, wide, 20), fill=soft, edge=edge)
    inner = left + (wide - text_width(cell.text, size=Size.SMALL, strong=True)) / 2
    text_at(painter, inner, middle, cell.text, ink, size=Size.SMALL, strong=True)


def _paint_button(painter: QPainter, rect: QRectF, cell: Cell, tokens: Tokens) -> None:
    box(painter, rect, fill=tokens.raised, edge=tokens.edge)
    wide = text_width(cell.text) + (keycap_width(cell.shortcut) + 8 if cell.shortcut else 0)
    left = rect.left() + max(8.0, (rect.width() - wide) / 2)
    left += text_at(painter, left, rect.center().y(), cell.text, tokens.text)
    if cell.shortcut:
        draw_keycap(
            painter, left + 8, rect.center().y(), cell.shortcut, ink=tokens.quiet, edge=tokens.line
        )
