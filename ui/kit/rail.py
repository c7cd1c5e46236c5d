"""The places that are about no patient, and what waits in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import box, text_at, text_width
from ui.kit.roving import PlaceButton, Roving
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _

WIDTH = 80
NARROW_WIDTH = 48
_HEIGHT = 52
_LEAST_HEIGHT = 24
_ROOM_FOR_NAME = 46
_EDGE, _BETWEEN = 8, 4


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the rail; ``icon`` is a name from ``ui.theme.icons``."""

    key: str
    label: str
    icon: str


@guarded
class _PlaceButton(PlaceButton):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.count = 0
        self.narrow = False
        self.setToolTip(place.label)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        self.count = count
        waits = _("{count} waiting").format(count=count) if count else ""
        self.setAccessibleName(", ".join(part for part in (self.place.label, waits) if part))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize((NARROW_WIDTH if self.narrow else WIDTH) - 4, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        whole = QRectF(self.rect())
        if self.isChecked():
            box(painter, whole, fill=tokens.rail_current, radius=6)
            painter.fillRect(QRectF(0, 8, 3, whole.height() - 16), QColor(tokens.badge))
        elif self.underMouse():
            box(painter, whole, edge=tokens.rail_current, radius=6)
        ink = "#FFFFFF" if self.isChecked() else tokens.rail_text
        middle = whole.width() / 2
        top = (self.height() - 20) / 2 if self.narrow else 8
        icons.draw(painter, self.place.icon, ink, QRectF(middle - 10, top, 20, 20))
        if not self.narrow:
            wide = text_width(self.place.label, size=Size.TINY)
            text_at(painter, middle - wide / 2, 39, self.place.label, ink, size=Size.TINY)
        if self.count:
            self._paint_badge(painter, middle + 2)
        if self.hasFocus():
            box(painter, whole, edge="#FFFFFF", radius=6, width=2)

    def _paint_badge(self, painter: QPainter, left: float) -> None:
        tokens = tokens_of(self)
        text = str(self.count) if self.count < 1000 else "999+"
        wide = max(18.0, text_width(text, size=Size.TINY, strong=True) + 10)
        left = min(left, self.width() - wide)  # whole also beside a narrow icon
        box(painter, QRectF(left, 3, wide, 16), fill=tokens.badge, edge=tokens.rail, radius=8)
        inner = left + (wide - text_width(text, size=Size.TINY, strong=True)) / 2
        text_at(painter, inner, 11, text, tokens.on_badge, size=Size.TINY, strong=True)


@guarded
class Rail(QWidget):
    """Buttons for the places; ``chosen`` carries a place's key. Arrows move between them."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[Place], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(_("Places"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2, _EDGE, 2, _EDGE)
        column.setSpacing(_BETWEEN)
        # However many places there are, they do not make the window higher than the screen.
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._buttons: dict[str, _PlaceButton] = {}
        for place in places:
            button = _PlaceButton(place)
            button.clicked.connect(lambda _checked, key=place.key: self.chosen.emit(key))
            self._buttons[place.key] = button
            column.addWidget(button)
        column.addStretch(1)
        self._roving = Roving(self, lambda: tuple(self._buttons.values()))
        self._roving.settle()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Let every place be in sight: lower where there are more of them than room."""
        narrow = self.maximumWidth() == NARROW_WIDTH
        room = (self.height() - 2 * _EDGE) // max(1, len(self._buttons)) - _BETWEEN
        tall = max(_LEAST_HEIGHT, min(40 if narrow else _HEIGHT, room))
        for button in self._buttons.values():
            button.narrow = narrow or tall < _ROOM_FOR_NAME
            button.setFixedHeight(tall)
            button.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icons alone where the window is narrow; names stay on hover and when read."""
        self.setFixedWidth(NARROW_WIDTH if narrow else WIDTH)
        self._fit()

    def set_current(self, key: str) -> None:
        """Mark a place as the present one; an empty key marks none."""
        for button in self._buttons.values():
            button.setChecked(button.place.key == key)
        self._roving.settle()

    def set_count(self, key: str, count: int) -> None:
        """Show how much waits in a place; zero shows nothing."""
        self._buttons[key].set_count(count)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        QPainter(self).fillRect(self.rect(), QColor(tokens_of(self).rail))
