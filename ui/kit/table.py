"""A grouped list with columns: medication, work, patients, referrals.

Nothing is preselected, nothing scrolls sideways, and what is out of sight is named underneath.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.kit.cell import Column, Group, Row
from ui.kit.guard import guarded
from ui.kit.lookahead import Counted, Hidden, height_of, how_many
from ui.kit.paint import box, focus_ring, rule, text_at, text_width
from ui.kit.runlabel import RunLabel
from ui.kit.tablecolumns import column_spans
from ui.kit.tabledelegate import TableDelegate
from ui.kit.tablemodel import TableModel
from ui.kit.textrun import Run
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size, line_height

_HEADER = 28
_LEAST_NAMED = 200  # pixels: names are not laid out in less
_NAMES_SHARE = 0.25  # of the height of the list: rows come before names
_NAME_LINES = 4
_HEADED = 240  # pixels: a lower list gives the room of its titles to rows
_SURELY_SCROLLS = 100  # rows: more than stand on any screen
_GAP = 6  # pixels between the list and what is named under it
_ATTEMPTS = 5  # the more is named, the less is in sight
_SETTLES = 100  # milliseconds
_PEEK = 8  # pixels of a row that may be out of sight before it counts as hidden


@guarded
class _List(QListView):
    pressed_row = Signal(QModelIndex, float, float)
    resized = Signal()
    looks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(32)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLES)
        self._soon.timeout.connect(self.keep_chosen_in_sight)
        self.verticalScrollBar().rangeChanged.connect(self._settling)
        self.setStyleSheet("QListView { background: transparent; border: 0; outline: 0; }")

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        # Qt would make the first row current; nothing is chosen until somebody chooses.
        before = self.currentIndex()
        super().focusInEvent(event)
        if not before.isValid() and event.reason() == Qt.FocusReason.MouseFocusReason:
            self.setCurrentIndex(QModelIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        kept = self._soon.isActive() or self._chosen_in_sight(event.oldSize())
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()
        self.resized.emit()
        if kept:
            self.keep_chosen_in_sight()
            self._soon.start()

    def _settling(self) -> None:
        """Rows that wrap otherwise, and what stands under the list, find their heights by and by."""
        if self._soon.isActive():
            self.keep_chosen_in_sight()

    def _chosen_in_sight(self, size: QSize) -> bool:
        chosen = self.visualRect(self.currentIndex())
        return chosen.isValid() and (size.isEmpty() or chosen.intersects(QRect(QPoint(), size)))

    def keep_chosen_in_sight(self) -> None:
        """What stands under a list tells of the chosen row, and never takes it away."""
        index, hint = self.currentIndex(), QAbstractItemView.ScrollHint
        too_high = self.visualRect(index).height() > self.viewport().height()
        self.scrollTo(index, hint.PositionAtTop if too_high else hint.EnsureVisible)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self.looks_changed.emit()
        super().changeEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        super().mouseReleaseEvent(event)
        where = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed_row.emit(self.indexAt(where.toPoint()), where.x(), where.y())


@guarded
class _Header(QWidget):
    def __init__(self, columns: Sequence[Column], width: Callable[[], int]) -> None:
        super().__init__()
        self._columns, self._width = tuple(columns), width
        self.setFixedHeight(_HEADER)
        self.setAccessibleName(", ".join(column.title for column in columns if column.title))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        for number, (left, _wide) in column_spans(self._columns, self._width()).items():
            column = self._columns[number]
            text_at(painter, left, _HEADER / 2, column.title, tokens.quiet, size=Size.SMALL)
            if column.sort:
                x = left + text_width(column.title, size=Size.SMALL) + 4
                spot = QRectF(x, _HEADER / 2 - 6, 12, 12)
                icons.draw(painter, f"arrow-{column.sort}", tokens.accent, spot)
        rule(painter, 0, self.width(), _HEADER - 1, tokens.line)


@guarded
class _Frame(QWidget):
    """The outline of the table, as high as its rows and no higher than there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        tokens = tokens_of(self)
        box(QPainter(self), QRectF(self.rect()), fill=tokens.raised, edge=tokens.line, radius=6)


@guarded
class Table(QWidget):
    """Rows under headings. ``chosen`` (key) on every move, ``opened`` (key) on Enter, double
    click or the row's own button.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(
        self, name: str, columns: Sequence[Column], *, header: bool = True, look_ahead: bool = False,
        counted: Counted = how_many, name_lines: int = _NAME_LINES,
        middle: bool = False, row_height: int = 32, dense: bool = False, titled: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``look_ahead`` tells of the rows that are out of sight: how many, in the words of
        ``counted``, and which, in ``name_lines`` lines at most. ``middle`` centres cells in rows;
        ``dense`` leaves less room between them. ``titled``: nobody knows what a cell is without
        the titles, so that they stay in a low list.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self._look_ahead, self._counted, self._name_lines = look_ahead, counted, name_lines
        self._headed, self._titled = header, titled
        self.model = TableModel(columns)
        self.view = _List()
        self.view.setAccessibleName(name)
        for part in (
            self.view.viewport(),
            self.view.verticalScrollBar(),
            self.view.horizontalScrollBar(),
        ):
            part.setAccessibleName(name)
        self._delegate = TableDelegate(columns, self.view, self._body_width)
        self._delegate.set_rhythm(
            least_height=26 if dense else row_height, middle=middle, pad=4 if dense else 8
        )
        self.view.setItemDelegate(self._delegate)
        self.view.setModel(self.model)
        self._header = _Header(columns, self._body_width)
        self._frame = _Frame()
        self._frame.setAccessibleName(name)
        self._footer = RunLabel()
        self._named_in = (
            0  # pixels that naming what is out of sight has taken since the last change
        )
        self._build()
        self._header.setVisible(header)
        self._connect()

    def _build(self) -> None:
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        inner.addWidget(self._header)
        inner.addWidget(self.view, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(_GAP)
        outer.addWidget(self._frame, 1)
        outer.addWidget(self._footer)
        outer.addStretch(0)
        self._footer.hide()
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.doubleClicked.connect(self._open)
        self.view.pressed_row.connect(self._row_pressed)
        self.view.resized.connect(self._resized)
        self.view.looks_changed.connect(self._delegate.forget)
        self.view.verticalScrollBar().rangeChanged.connect(
            lambda _low, _high: self._header.update()
        )
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._tell_hidden())

    def _body_width(self) -> int:
        return self.view.viewport().width()

    def set_rows(self, entries: Sequence[Group | Row]) -> None:
        """Show these rows; the chosen row stays chosen and in place while it is among them."""
        key, offset = self.current_key(), self.view.verticalScrollBar().value()
        self._delegate.keep_only(entries)
        self._make_room_to_scroll(len(entries))
        self.model.replace(entries)
        self._named_in = 0
        self._resized()
        if key:
            self.choose(key)
        self.view.verticalScrollBar().setValue(offset)

    def _make_room_to_scroll(self, count: int) -> None:
        """Have the scroll bar there beforehand where it comes anyway: else all is laid out twice."""
        policy = Qt.ScrollBarPolicy
        long = count > _SURELY_SCROLLS
        self.view.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if long else policy.ScrollBarAsNeeded
        )

    def current_key(self) -> str:
        """Return the key of the chosen row; empty when none is chosen."""
        row = self.model.row_at(self.view.currentIndex())
        return row.key if row is not None else ""

    def choose(self, key: str) -> None:
        """Choose a row and scroll it into sight; an unknown key chooses nothing."""
        self.view.setCurrentIndex(self.model.index_of(key))

    def content_height(self) -> int:
        """Return how high the table would like to be, all rows in sight, without the footer."""
        rows = self._delegate.tops(self.model.entries)[-1]
        return rows + 2 + (_HEADER if not self._header.isHidden() else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.view.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row_at(index)
        if row is not None:
            self.opened.emit(row.key)

    def _row_pressed(self, index: QModelIndex, x: float, y: float) -> None:
        row = self.model.row_at(index)
        if row is not None and self._delegate.button_at(
            QRectF(self.view.visualRect(index)), row, x, y
        ):
            self.opened.emit(row.key)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row_at(current)
        self.chosen.emit(row.key if row is not None else "")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        self._named_in = 0
        self._head_or_not()
        super().resizeEvent(event)
        self._tell_hidden()

    def _head_or_not(self) -> None:
        """Let rows have the room of the titles in a low list that does not hold them all."""
        if self._delegate.set_low(self.height() < _HEADED):
            self.view.scheduleDelayedItemsLayout()
        rows = self._delegate.tops(self.model.entries)[-1]
        fits = self._titled or self.height() >= min(_HEADED, rows + _HEADER + 2)
        if self._header.isHidden() is (self._headed and fits):
            self._header.setVisible(self._headed and fits)

    def _resized(self) -> None:
        self._head_or_not()
        self._header.update()
        self._frame.setMaximumHeight(self.content_height())
        self._tell_hidden()

    def _tell_hidden(self) -> None:
        """Say what is out of sight, in as much room as it takes: laid out once, not by turns."""
        if not self._look_ahead:
            return
        bar = self.view.verticalScrollBar()
        if bar.value() == 0:
            self._named_in = 0  # nobody scrolls yet: only what is said now counts
        hidden, runs, tall = self._out_of_sight(bar.value())
        # Grows while one scrolls, never shrinks: the list must not move under the reader.
        self._named_in = max(tall, self._named_in) if runs or bar.maximum() else 0
        self._footer.set_lines([runs] if runs else [])
        said = hidden.spoken()
        self._footer.setAccessibleName(said)
        self._footer.setToolTip(said)
        self._footer.setFixedHeight(self._named_in)
        self._footer.setVisible(self._named_in > 0)

    def _forget_hidden(self) -> None:
        """Name nothing until it is told anew."""
        self._footer.set_lines([])
        self._footer.setAccessibleName("")
        self._footer.setToolTip("")

    def _out_of_sight(self, first: int) -> tuple[Hidden, list[Run], int]:
        """Return what stands under the list, and how high that is; it hides rows itself."""
        tall, runs, tokens = self._named_in, list[Run](), tokens_of(self)
        width = max(_LEAST_NAMED, self.width())
        lines = self._lines_to_name()
        for _attempt in range(_ATTEMPTS):
            hidden = self._hidden(first, first + self._room_above(tall))
            runs = hidden.told(width=width, lines=lines, tokens=tokens)
            needed = height_of(runs, width, tokens)
            if needed <= tall:
                break
            tall = needed
        return hidden, runs, tall if runs else 0

    def _lines_to_name(self) -> int:
        """Return how many lines names may take: rows come first, and one line always counts them."""
        if self.height() < _HEADED:
            return 1
        share = int(self.height() * _NAMES_SHARE) // line_height(Size.SMALL)
        return max(1, min(self._name_lines, share))

    def _room_above(self, footer: int) -> int:
        """Return how much of the rows is in sight over a footer of that height, in pixels."""
        header = _HEADER if not self._header.isHidden() else 0
        below = footer + _GAP if footer else 0
        rows = self._delegate.tops(self.model.entries)[-1]
        return min(rows, self.height() - below - header - 2)

    def _hidden(self, first: int, last: int) -> Hidden:
        tops = self._delegate.tops(self.model.entries)
        start = bisect_left(tops, first - _PEEK, hi=len(tops) - 1)
        end = max(start, bisect_right(tops, last + _PEEK, lo=1) - 1)
        entries = self.model.entries
        return Hidden(
            above=_names(entries[:start]), below=_names(entries[end:]), counted=self._counted
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        if self.view.hasFocus() and not self.view.currentIndex().isValid():
            focus_ring(QPainter(self), QRectF(self._frame.geometry()), tokens_of(self), radius=6)


def _names(entries: Sequence[Group | Row]) -> list[str]:
    return [entry.name for entry in entries if isinstance(entry, Row) and entry.name]
