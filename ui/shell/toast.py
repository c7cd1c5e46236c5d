"""What was just done, said in passing: at the foot, in whatever window that is, gone by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.panel import Panel

_SHOWN_MS = 4_000
_LEFT, _FOOT = 96, 44  # pixels beside the places and over the status line


@guarded
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
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show ``text`` for a few seconds."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_SHOWN_MS)

    def _place(self) -> None:
        self._words.setWordWrap(self._words.sizeHint().width() > self._over.width() - _LEFT - 48)
        self.setMaximumWidth(max(1, self._over.width() - _LEFT - 16))
        self.adjustSize()
        self.move(_LEFT, self._over.height() - self.height() - _FOOT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """A window of another height has its foot elsewhere: left behind it would cover a record."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def text(self) -> str:
        """Return what was last said."""
        return self._words.original()
