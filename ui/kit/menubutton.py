"""A button that offers several things to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.kit.button import Button
from ui.kit.visible import one_line


class MenuButton(Button):
    """``chosen`` carries the key of what was chosen; the keyboard opens and walks the list."""

    chosen = Signal(str)

    def __init__(
        self,
        text: str,
        choices: Sequence[tuple[str, str]],
        *,
        shortcut: str = "",
        writes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``choices`` are (key, text)."""
        super().__init__(text, shortcut=shortcut, icon="chevron-down", writes=writes, parent=parent)
        # Not Qt's own menu of a button: that draws an arrow of its own.
        self._list = QMenu(self)
        self._list.setAccessibleName(text)
        for key, label in choices:
            action = QAction(one_line(label).replace("&", "&&"), self._list)
            action.setData(key)
            self._list.addAction(action)
        self._list.triggered.connect(lambda action: self.chosen.emit(str(action.data())))
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self._list.popup(self.mapToGlobal(self.rect().bottomLeft()))
