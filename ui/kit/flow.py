"""Things beside each other that continue on the next line when the room is short."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from shiboken6 import isValid

from ui.kit.guard import guarded


@guarded
class FlowLayout(QLayout):
    """Lay items out left to right, wrapping between them and never inside one.

    ``across`` and ``down`` are the gaps in pixels. An item wider than the whole line gets the
    line to itself and as much height as it asks for. ``right`` aligns every line to the right;
    the last ``aside`` items go to the right end of their line.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        across: int = 8,
        down: int = 4,
        right: bool = False,
        aside: int = 0,
    ) -> None:
        super().__init__(*([parent] if parent is not None else []))
        self._items: list[QLayoutItem] = []
        self._across, self._down, self._right, self._aside = across, down, right, aside
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  Qt's name
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802  Qt's name
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        # Asked again and again while whatever is around it finds its size.
        known = self._heights.get(width)
        if known is None:
            known = self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return known

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802  Qt's name
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self._across * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802  Qt's name
        hints = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((hint.width() for hint in hints), default=0),
            max((hint.height() for hint in hints), default=0),
        )

    def _shown(self) -> list[QLayoutItem]:
        # Qt deletes an item with its widget, and may still ask for the layout's size after it.
        return [item for item in self._items if isValid(item) and not item.isEmpty()]

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        y = rect.top()
        shown = self._shown()
        aside = shown[-self._aside] if 0 < self._aside <= len(shown) else None
        for row in self._rows(rect.width()):
            tall = max(size.height() for _, size in row)
            used = sum(size.width() for _, size in row) + self._across * (len(row) - 1)
            spare = max(0, rect.width() - used)
            x = rect.left() + (spare if self._right else 0)
            for item, size in row:
                if item is aside:
                    x += spare
                if place:
                    item.setGeometry(QRect(QPoint(x, y + (tall - size.height()) // 2), size))
                x += size.width() + self._across
            y += tall + self._down
        return max(0, y - self._down - rect.top())

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._shown():
            size = item.sizeHint()
            if size.width() > width > 0:
                tall = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
                size = QSize(width, tall)
            if rows and used + self._across + size.width() <= width:
                rows[-1].append((item, size))
                used += self._across + size.width()
            else:
                rows.append([(item, size)])
                used = size.width()
        return rows
