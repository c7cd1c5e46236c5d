"""A way to something else, looking like text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import focus_ring, rule, text_at, text_width
from ui.kit.visible import one_line
from ui.theme.palette import tokens_of
from ui.theme.typography import Size


@guarded
class Link(QPushButton):
    """Text in the accent colour that opens something; underlined under the pointer."""

    def __init__(self, text: str, *, size: int = Size.SMALL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._label = one_line(text)
        self.setAccessibleName(text)
        self.setText(self._label.replace("&", "&&"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(text_width(self._label, size=self._size)) + 5, 22)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        ink = tokens.accent if self.isEnabled() else tokens.quiet
        wide = text_at(painter, 2, self.height() / 2, self._label, ink, size=self._size)
        if self.underMouse():
            rule(painter, 2, 2 + wide, self.height() / 2 + 7, ink)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), tokens)
