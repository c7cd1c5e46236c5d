"""The lists of the page beside each other, as many as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.table import Table

_TWO, _THREE = 488, 1048  # pixels
_GAP = 12  # pixels
_SHOWN = {1: (0,), 2: (0, 2), 3: (0, 1, 2)}
"""The middle one is the one that comes and goes: what stands first and last stays there."""


@guarded
class Columns(QWidget):
    """Places the lists itself: a layout of Qt's gives each of them a width, and all their rows a
    height, before anybody can say that there is room for fewer of them.

    ``fill`` is called when there are more or fewer of them than before.
    """

    def __init__(self, tables: Sequence[Table], fill: Callable[[], None]) -> None:
        super().__init__()
        self._tables, self._fill = tuple(tables), fill
        for table in self._tables:
            table.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._count = self._count_now()
        self._show()

    def shown(self) -> tuple[Table, ...]:
        """Return the lists that there is room for."""
        return tuple(self._tables[number] for number in _SHOWN[self._count])

    def _count_now(self) -> int:
        return 3 if self.width() >= _THREE else 2 if self.width() >= _TWO else 1

    def _show(self) -> None:
        shown = self.shown()
        for table in self._tables:
            table.setVisible(table in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        before, self._count = self._count, self._count_now()
        if before != self._count:
            self._show()
        shown = self.shown()
        room = self.width() + _GAP
        for number, table in enumerate(shown):
            left, right = (room * edge // len(shown) for edge in (number, number + 1))
            table.setGeometry(left, 0, right - left - _GAP, self.height())
        if before != self._count:
            self._fill()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(0, max(table.minimumSizeHint().height() for table in self._tables))
