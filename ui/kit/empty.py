"""Nothing here: what is empty, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size

_ICON = 32
_ROOM_FOR_ICON = 210  # pixels


@guarded
class Empty(QWidget):
    """An icon, what is empty, and one next step; ``next_step`` says it was pressed."""

    next_step = Signal()

    def __init__(
        self, title: str, *, hint: str = "", step: str = "", shortcut: str = "", icon: str = "note",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._icon, self._drawn = icon, True
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24 + _ICON + 12, 24, 24)
        column.setSpacing(8)
        middle = Qt.AlignmentFlag.AlignHCenter
        heading = Label(title, strong=True, size=Size.LARGE, wrap=True)
        heading.setAlignment(middle)
        column.addWidget(heading)
        if hint:
            words = Label(hint, quiet=True, wrap=True)
            words.setAlignment(middle)
            column.addWidget(words)
        if step:
            button = Button(step, shortcut=shortcut, writes=True)  # it begins what is not there yet
            button.clicked.connect(self.next_step)
            column.addSpacing(8)
            column.addWidget(button, 0, middle)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        # The words come before the picture.
        self._drawn = event.size().height() >= _ROOM_FOR_ICON
        top = 24 + _ICON + 12 if self._drawn else 12
        layout = self.layout()
        if layout is not None and layout.contentsMargins().top() != top:
            layout.setContentsMargins(24, top, 24, 24 if self._drawn else 8)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        if not self._drawn:
            return
        painter, tokens = QPainter(self), tokens_of(self)
        spot = QRectF(self.width() / 2 - _ICON / 2, 24, _ICON, _ICON)
        icons.draw(painter, self._icon, tokens.quiet, spot)
