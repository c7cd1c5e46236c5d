"""The head of a place that is about no patient: what it is, how much waits, and the way to all."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.paint import box, draw_keycap, focus_ring, keycap_width, rule, text_at
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _

_HEIGHT = 55
_ROOM_FOR_SUMMARY = 760  # pixels


@guarded
class _PaletteButton(QPushButton):
    """Looks like the search it opens."""

    def __init__(self) -> None:
        super().__init__()
        self._text = _("Patient, personal identity number, command") + "…"
        self.setAccessibleName(_("Open the command palette"))
        self.setAccessibleDescription("Ctrl+K")
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(376, 32)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(120, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        whole = QRectF(self.rect())
        edge = tokens.quiet if self.underMouse() else tokens.control
        box(painter, whole, fill=tokens.raised, edge=edge)
        icons.draw(painter, "search", tokens.quiet, QRectF(10, 8, 16, 16))
        cap = self.width() - keycap_width("Ctrl+K") - 8
        painter.save()
        painter.setClipRect(QRectF(32, 0, cap - 40, 32))
        text_at(painter, 32, 16, self._text, tokens.quiet)
        painter.restore()
        draw_keycap(painter, cap, 16, "Ctrl+K", ink=tokens.quiet, edge=tokens.line)
        if self.hasFocus():
            focus_ring(painter, whole, tokens)


@guarded
class Heading(QWidget):
    """Title, a line of what waits, and the palette."""

    palette_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 1)
        row.setSpacing(18)
        self._title = Label("", strong=True, size=Size.NAME)
        self._summary = Label("", quiet=True, size=Size.SMALL)
        palette = _PaletteButton()
        palette.clicked.connect(self.palette_wanted)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        row.addWidget(palette)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        # The list under it says how much waits: where there is little room the search has it.
        self._summary.setVisible(event.size().width() >= _ROOM_FOR_SUMMARY)

    def show_text(self, title: str, summary: str = "") -> None:
        """Name the place and say what waits in it."""
        self._title.setText(title)
        self._summary.setText(summary)
        self.setAccessibleName(title)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)
