"""Sökord by typing ``/`` at the start of a line: letters narrow, Enter takes, Escape leaves the /."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QPlainTextEdit

from ui.kit.guard import guarded
from workstation.domain.texts import _

_ROW = 26
_MOST = 9


@guarded
class SlashMenu(QObject):
    """A list under the cursor while a line begins with ``/``. What is typed stays in the text
    until a sökord is taken; then exactly what was typed for it is removed.
    """

    chosen = Signal(str)

    def __init__(self, edit: QPlainTextEdit, terms: tuple[str, ...]) -> None:
        super().__init__(edit)
        self._edit, self._terms = edit, terms
        self.list = QListWidget(edit)  # until it is shown: then it stands over all of the window
        self.list.setAccessibleName(_("Sökord"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.hide()
        self.list.itemClicked.connect(lambda _item: self._take())
        edit.installEventFilter(self)
        edit.textChanged.connect(self._update)
        edit.cursorPositionChanged.connect(self._update)
        edit.destroyed.connect(self.list.deleteLater)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.FocusOut:
            self.list.hide()
        if not isinstance(event, QKeyEvent) or self.list.isHidden():
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        return self._key(event.key())

    def _key(self, key: int) -> bool:
        row = self.list.currentRow()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take()
        elif key == Qt.Key.Key_Down:
            self.list.setCurrentRow(min(row + 1, self.list.count() - 1))
        elif key == Qt.Key.Key_Up:
            self.list.setCurrentRow(max(row - 1, 0))
        elif key == Qt.Key.Key_Escape:
            self.list.hide()
        else:
            return False
        return True

    def _typed(self) -> str | None:
        cursor = self._edit.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        return line[1:] if line.startswith("/") and len(line) <= 30 else None

    def _update(self) -> None:
        typed = self._typed()
        fits = (
            [] if typed is None else [t for t in self._terms if t.lower().startswith(typed.lower())]
        )
        if not fits or not self._edit.hasFocus():
            self.list.hide()
            return
        self.list.clear()
        self.list.addItems(fits)
        self.list.setCurrentRow(0)
        self._place(len(fits))

    def _place(self, count: int) -> None:
        if self.list.parentWidget() is not self._edit.window():
            self.list.setParent(self._edit.window())
        spot = self._edit.viewport().mapTo(
            self._edit.window(), self._edit.cursorRect().bottomLeft()
        )
        tall = min(count, _MOST) * _ROW + 6
        top = min(spot.y() + 4, self._edit.window().height() - tall - 8)
        self.list.setGeometry(spot.x(), top, 240, tall)
        self.list.show()
        self.list.raise_()

    def _take(self) -> None:
        item = self.list.currentItem()
        typed = self._typed()
        self.list.hide()
        if self.list.currentRow() < 0 or typed is None:
            return
        cursor = self._edit.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(typed) + 1
        )
        cursor.removeSelectedText()
        self.chosen.emit(item.text())
