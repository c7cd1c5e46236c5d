"""What was just done, said in passing: in a corner, never over what is read, gone by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.label import Label
from ui.kit.panel import Panel

_SHOWN_MS = 4_000


class Toast(Panel):
    """A line of text at the foot of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(outlined=True, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        self._over = parent
        self._words = Label("", strong=True)
        row.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Show ``text`` for a few seconds."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self.adjustSize()
        self.move(96, self._over.height() - self.height() - 44)
        self.show()
        self.raise_()
        self._timer.start(_SHOWN_MS)

    def text(self) -> str:
        """Return what was last said."""
        return self._words.original()
