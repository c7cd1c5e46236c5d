"""Yes or no, one line each."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import box, focus_ring, text_at, text_width
from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.palette import tokens_of


@guarded
class CheckBox(QCheckBox):
    """A box with its text; the whole line can be pressed."""

    def __init__(self, text: str, *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = one_line(text)
        self.setText(self._label.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setChecked(checked)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(text_width(self._label)) + 38, 28)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return self.sizeHint()

    def hitButton(self, _pos: QPoint) -> bool:  # noqa: N802  Qt's name
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        middle = self.height() / 2
        spot = QRectF(6, middle - 8, 16, 16)
        on = self.isChecked()
        edge = tokens.accent if on else tokens.control
        box(painter, spot, fill=tokens.accent if on else tokens.raised, edge=edge, radius=3)
        if on:
            icons.draw(painter, "check", tokens.on_accent, spot.adjusted(1, 1, -1, -1))
        ink = tokens.text if self.isEnabled() else tokens.quiet
        text_at(painter, 30, middle, self._label, ink)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), tokens)
