"""One continuous text of thousands of entries of any height, scrolled without a stutter.

Only what is in sight is measured and drawn; what is out of sight has an estimated height. While
one scrolls, what is read stays where it is: the estimate gives way, never the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.kit.clipboard import copy
from ui.kit.entry import LEFT, Entry, EntryLayout
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.paint import focus_ring, text_at
from ui.theme.palette import tokens_of
from workstation.domain.texts import _

PAGE = 100
_ESTIMATE = 96
_KEPT_LAYOUTS = 400
_STEP = 48
_UNDER_THE_TEXT = 12


@guarded
class _EntryView(Label):
    """One entry in sight; used again for another when it leaves."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(parent=viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.layout_: EntryLayout | None = None
        self.current = self.focused = False

    def show_entry(self, entry: Entry | None, layout: EntryLayout | None) -> None:
        if layout is not self.layout_ or layout is None:
            self.layout_ = layout
            self.setAccessibleName(entry.spoken() if entry is not None else _("Loading"))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        clip = QRectF(event.rect())
        if self.layout_ is None:
            painter.fillRect(clip, QColor(tokens.raised))
            text_at(painter, LEFT, self.height() / 2, _("Loading") + " …", tokens.quiet)
            return
        self.layout_.draw(painter, self.width(), clip)
        if self.current:
            painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(tokens.accent))
            if self.focused:
                focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -2), tokens)


@guarded
class RecordList(QAbstractScrollArea):
    """Entries in order. ``page_wanted`` (first, count) asks for entries that came into sight and
    are not loaded; answer with ``put_page`` at any time. ``current_changed`` and ``opened`` carry
    an entry's key. Ctrl+C copies the present entry's text exactly as it is stored.
    """

    page_wanted = Signal(int, int)
    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (self, self.viewport(), self.verticalScrollBar(), self.horizontalScrollBar()):
            part.setAccessibleName(name)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)
        self.verticalScrollBar().setSingleStep(_STEP)
        self._entries: list[Entry | None] = []
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._asked: set[int] = set()
        self._layouts: OrderedDict[int, EntryLayout] = OrderedDict()
        self._wanted = ""
        self._current = -1
        self._anchor = (0, 0)  # a row in sight and where its top stands in the viewport
        self._value = 0
        self._placing = False
        self._seen: dict[int, int] = {}  # of a row, how far down from its top it has been shown
        self._views: dict[int, _EntryView] = {}
        self._spare: list[_EntryView] = []

    # What is shown

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries, all of them loaded, from the top."""
        self.set_count(len(entries))
        self.put_page(0, entries)

    def set_count(self, count: int) -> None:
        """Show ``count`` entries, none of them loaded yet, from the top."""
        self._entries = [None] * count
        self._heights = [_ESTIMATE] * count
        self._asked.clear()
        self._layouts.clear()
        self._seen.clear()
        self._current = -1
        self._anchor, self._value = (0, 0), 0
        self._refresh_tops()
        self._place()

    def put_page(self, first: int, entries: Sequence[Entry]) -> None:
        """Fill in loaded entries; what is beyond the end is left out."""
        if not self._placing:
            self._hold_on_to_what_is_read()
        for number, entry in enumerate(entries, start=first):
            if number < len(self._entries) and self._entries[number] != entry:
                self._entries[number] = entry
                self._layouts.pop(number, None)
                self._seen.pop(number, None)
                self._heights[number] = _estimate(entry, self.viewport().width())
        self._refresh_tops()
        self._place()

    def set_search(self, text: str) -> None:
        """Mark every place where ``text`` stands; an empty text marks nothing."""
        self._wanted = text
        self._forget_layouts()

    def count(self) -> int:
        """Return how many entries there are, loaded or not."""
        return len(self._entries)

    def current(self) -> int:
        """Return the number of the present entry, -1 when there is none."""
        return self._current

    def was_shown_whole(self, number: int) -> bool:
        """Whether all of an entry has been in sight, from its top on down, as it stands now."""
        self._look()
        return self._seen.get(number, 0) >= self._heights[number] - _UNDER_THE_TEXT

    def is_in_sight(self, number: int) -> bool:
        """Whether some of an entry is in sight now."""
        return number in self._views

    def _look(self) -> None:
        """Remember how much of each entry in sight has been shown, without a gap."""
        room = self.viewport().height()
        for row, view in self._views.items() if self.isVisible() else ():
            before = self._seen.get(row, 0)
            if self._entries[row] is not None and -view.y() <= before:
                self._seen[row] = max(before, room - view.y())

    def show_row(self, number: int, *, current: bool = True) -> None:
        """Bring an entry into sight, its top at the top, and make it the present one."""
        if not 0 <= number < len(self._entries):
            return
        self._anchor = (number, 0)
        if current:
            self._set_current(number)
        self._place()

    # Measuring

    def _layout_of(self, number: int) -> EntryLayout | None:
        if self._entries[number] is None:
            self._ask_for(number)
        entry = self._entries[number]  # who is asked may answer at once
        if entry is None:
            return None
        found = self._layouts.get(number)
        if found is None:
            found = EntryLayout(entry, self.viewport().width(), tokens_of(self), self._wanted)
            self._layouts[number] = found
            if len(self._layouts) > _KEPT_LAYOUTS:
                self._layouts.popitem(last=False)
        else:
            self._layouts.move_to_end(number)
        return found

    def _height_of(self, number: int) -> int:
        layout = self._layout_of(number)
        height = layout.height if layout is not None else self._heights[number]
        if height != self._heights[number]:
            self._heights[number] = height
            self._stale_tops = True
        return height

    _stale_tops = False

    def _refresh_tops(self) -> None:
        self._tops = [0, *accumulate(self._heights)]
        self._stale_tops = False

    def _ask_for(self, number: int) -> None:
        page = number // PAGE
        if page not in self._asked:
            self._asked.add(page)
            first = page * PAGE
            self.page_wanted.emit(first, min(PAGE, len(self._entries) - first))

    def _forget_layouts(self) -> None:
        self._layouts.clear()
        for view in self._views.values():
            view.layout_ = None
        self._place()

    # Placing

    def scrollContentsBy(self, _dx: int, dy: int) -> None:  # noqa: N802  Qt's name
        if self._placing or not self._entries:
            return
        value = self.verticalScrollBar().value()
        last = len(self._entries) - 1
        if value == 0:
            self._anchor = (0, 0)
        elif value == self.verticalScrollBar().maximum():
            self._anchor = (last, self.viewport().height() - self._height_of(last))
        elif abs(dy) <= 2 * self.viewport().height():
            self._anchor = (self._anchor[0], self._anchor[1] + dy)
        else:
            row = min(bisect_right(self._tops, value) - 1, last)
            self._anchor = (row, self._tops[row] - value)
        self._place()

    def _hold_on_to_what_is_read(self) -> None:
        """Anchor on the topmost entry that is loaded: what still loads above it may grow."""
        for row in sorted(self._views):
            if self._entries[row] is not None:
                self._anchor = (row, self._views[row].y())
                return

    def _place(self) -> None:
        """Put the entries in sight where the anchor says, and make the scroll bar agree."""
        if self._placing:
            return
        self._placing = True
        try:
            shown = self._fill() if self._entries else []
            self._show_views(shown)
            self._look()
            self._agree(shown)
        finally:
            self._placing = False

    def _fill(self) -> list[tuple[int, int, int]]:
        """Return (row, top, height) of everything in sight."""
        room = self.viewport().height()
        row, top = self._anchor
        row = min(row, len(self._entries) - 1)
        while row > 0 and top > 0:
            row -= 1
            top -= self._height_of(row)
        if row == 0:
            top = min(top, 0)
        while row < len(self._entries) - 1 and top + self._height_of(row) <= 0:
            top += self._height_of(row)
            row += 1
        shown = self._downwards(row, top, room)
        last_row, last_top, last_height = shown[-1]
        short = room - (last_top + last_height)
        if (
            last_row == len(self._entries) - 1
            and short > 0
            and (shown[0][0] > 0 or shown[0][1] < 0)
        ):
            # The end is in sight with room to spare: let it rest on the lower edge.
            self._anchor = (last_row, last_top + short)
            return self._fill_up_from_end(room)
        self._anchor = (shown[0][0], shown[0][1])
        return shown

    def _downwards(self, row: int, top: int, room: int) -> list[tuple[int, int, int]]:
        shown: list[tuple[int, int, int]] = []
        while row < len(self._entries) and (top < room or not shown):
            height = self._height_of(row)
            shown.append((row, top, height))
            top += height
            row += 1
        return shown

    def _fill_up_from_end(self, room: int) -> list[tuple[int, int, int]]:
        row, top = self._anchor
        while row > 0 and top > 0:
            row -= 1
            top -= self._height_of(row)
        top = min(top, 0) if row == 0 else top
        self._anchor = (row, top)
        return self._downwards(row, top, room)

    def _show_views(self, shown: Sequence[tuple[int, int, int]]) -> None:
        wanted = {row for row, _top, _height in shown}
        for row in [row for row in self._views if row not in wanted]:
            view = self._views.pop(row)
            view.layout_ = None
            view.hide()
            self._spare.append(view)
        width = self.viewport().width()
        for row, top, height in shown:
            view = self._views.get(row) or self._take_spare(row)
            view.show_entry(self._entries[row], self._layout_of(row))
            self._mark(view, row)
            view.setGeometry(0, top, width, height)
            view.show()

    def _take_spare(self, row: int) -> _EntryView:
        view = self._spare.pop() if self._spare else _EntryView(self.viewport())
        self._views[row] = view
        return view

    def _mark(self, view: _EntryView, row: int) -> None:
        current, focused = row == self._current, self.hasFocus()
        if (view.current, view.focused) != (current, focused):
            view.current, view.focused = current, focused
            view.update()

    def _agree(self, shown: Sequence[tuple[int, int, int]]) -> None:
        if self._stale_tops:
            self._refresh_tops()
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setPageStep(room)
        bar.setRange(0, max(0, self._tops[-1] - room))
        if shown:
            bar.setValue(self._tops[shown[0][0]] - shown[0][1])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._layouts.clear()
            self._seen.clear()
            for view in self._views.values():
                view.layout_ = None
        self._place()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._forget_layouts()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(640, 480)

    # Moving and choosing

    def _set_current(self, number: int) -> None:
        if number == self._current:
            return
        self._current = number
        for row, view in self._views.items():
            self._mark(view, row)
        entry = self._entries[number]
        if entry is not None:
            self.current_changed.emit(entry.key)
        if number in self._views and QAccessible.isActive():
            QAccessible.updateAccessibility(
                QAccessibleEvent(self._views[number], QAccessible.Event.Focus)
            )

    def _move(self, step: int) -> None:
        if not self._entries:
            return
        wanted = min(max(self._current + step, 0), len(self._entries) - 1)
        if self._current < 0:
            wanted = self._anchor[0]
        self._set_current(wanted)
        self._reveal(wanted)

    def _reveal(self, number: int) -> None:
        room = self.viewport().height()
        view = self._views.get(number)
        height = self._height_of(number)
        if view is not None and view.y() >= 0 and (view.y() + height <= room or height > room):
            return
        downwards = (number >= self._anchor[0] and view is None) or (
            view is not None and view.y() >= 0
        )
        self._anchor = (number, max(0, room - height) if downwards else 0)
        self._place()
        if number in self._views:
            self._mark(self._views[number], number)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        bar = self.verticalScrollBar()
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Space):
            page = self.viewport().height() - _STEP
            bar.setValue(bar.value() + (-page if key == Qt.Key.Key_PageUp else page))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(0 if key == Qt.Key.Key_Home else bar.maximum())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        entry = self._entries[self._current] if 0 <= self._current < len(self._entries) else None
        if entry is not None:
            copy(entry.original())

    def _open(self) -> None:
        entry = self._entries[self._current] if 0 <= self._current < len(self._entries) else None
        if entry is not None:
            self.opened.emit(entry.key)

    def _row_at(self, y: float) -> int:
        for row, view in self._views.items():
            if view.y() <= y < view.y() + view.height():
                return row
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        row = self._row_at(event.position().y())
        if row >= 0:
            self._set_current(row)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        if self._row_at(event.position().y()) == self._current:
            self._open()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusInEvent(event)
        if (
            self._current < 0
            and event.reason() != Qt.FocusReason.MouseFocusReason
            and self._entries
        ):
            self._set_current(self._anchor[0])
        for row, view in self._views.items():
            self._mark(view, row)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusOutEvent(event)
        for row, view in self._views.items():
            self._mark(view, row)


def _estimate(entry: Entry, width: int) -> int:
    """Guess the height of an entry from the length of its text; measured when it is seen."""
    per_line = max(20, min(width, 720) // 7)
    lines = sum(
        sum(1 + len(line) // per_line for line in (paragraph.heading + paragraph.text).split("\n"))
        for paragraph in entry.paragraphs
    )
    return 52 + 18 * lines + 3 * len(entry.paragraphs)
