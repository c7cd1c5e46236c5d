"""A search that answers while typing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import draw_keycap, keycap_width
from ui.theme import icons
from ui.theme.palette import tokens_of

_ICON_ROOM = 22
_PAUSE_MS = 40


@guarded
class SearchBox(QLineEdit):
    """One line with a magnifier and its key. Nothing completes what is typed.

    ``shortcut`` is drawn on a cap; the view that holds the box binds it.
    ``searched`` carries the text once typing has paused for a moment, ``submitted`` on Enter;
    ``left_down`` on the down key, so that a list below can take over. Escape clears.
    """

    searched = Signal(str)
    submitted = Signal(str)
    left_down = Signal()

    def __init__(
        self, name: str, *, placeholder: str = "", shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self._keys = shortcut
        self.setAccessibleName(name)
        self.setAccessibleDescription(shortcut)
        self.setPlaceholderText(placeholder or name)
        self.setMinimumHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        room = round(keycap_width(shortcut)) + 8 if shortcut else 0
        self.setTextMargins(_ICON_ROOM, 0, room, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text()))
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(lambda: self.submitted.emit(self.text()))

    def search_now(self) -> None:
        """Search for what is typed without waiting for more of it."""
        if self._pause.isActive():
            self._pause.stop()
            self.searched.emit(self.text())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(250, 32)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        painter, tokens = QPainter(self), tokens_of(self)
        middle = self.height() / 2
        icons.draw(painter, "search", tokens.quiet, QRectF(10, middle - 8, 16, 16))
        if self._keys and not self.text():
            left = self.width() - keycap_width(self._keys) - 8
            draw_keycap(painter, left, middle, self._keys, ink=tokens.quiet, edge=tokens.line)
