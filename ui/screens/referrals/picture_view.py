"""A picture to be looked at closely: larger and smaller by keys, moved about by keys or by the hand.

It is drawn from memory; nothing of it is ever written to a file.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.guard import guarded
from workstation.domain.texts import _

_STEP = 1.25
_MOST = 8.0
"""Times the picture's own size."""
_PART = 0.2
"""Of the room, that an arrow key moves it by."""
_MOVES = {
    Qt.Key.Key_Left: (-_PART, 0.0),
    Qt.Key.Key_Right: (_PART, 0.0),
    Qt.Key.Key_Up: (0.0, -_PART),
    Qt.Key.Key_Down: (0.0, _PART),
    Qt.Key.Key_PageUp: (0.0, -0.9),
    Qt.Key.Key_PageDown: (0.0, 0.9),
}
_LARGER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)


@guarded
class PictureView(QWidget):
    """Shows the whole picture first, never larger than it is; ``+`` and ``-`` zoom, ``0`` fits again."""

    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._scale = 1.0
        self._fitted = True
        self._centre = QPointF()
        self._held: QPointF | None = None
        self.setMinimumHeight(160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(_("+ and - zoom, 0 shows the whole, arrow keys move"))

    def show_image(self, image: QImage, name: str) -> None:
        """Show another picture, whole."""
        self._image = image
        self.setAccessibleName(name or _("Attachment"))
        self.fit()

    @property
    def percent(self) -> int:
        """How large it is drawn, of its own size; 0 where there is no picture."""
        return 0 if self._image.isNull() else round(self._scale * 100)

    def fit(self) -> None:
        """Show the whole picture, as large as there is room, never larger than it is."""
        self._fitted = True
        size = self._image.size()
        if not size.isEmpty():
            room = (self.width() / size.width(), self.height() / size.height(), 1.0)
            self._scale = max(min(room), 0.01)
            self._centre = QPointF(size.width() / 2, size.height() / 2)
        self._drawn_anew()

    def larger(self) -> None:
        """One step larger."""
        self._zoom(_STEP)

    def smaller(self) -> None:
        """One step smaller, down to the whole picture."""
        self._zoom(1 / _STEP)

    def _zoom(self, by: float) -> None:
        before = self._scale
        self.fit()
        wanted = min(before * by, _MOST)
        if wanted > self._scale:
            self._fitted = False
            self._scale = wanted
            self._move(0.0, 0.0)
        self._drawn_anew()

    def _move(self, right: float, down: float) -> None:
        """Move what is looked at by parts of the room; the edge of the picture ends it."""
        size = self._image.size()
        wide, high = self.width() / self._scale / 2, self.height() / self._scale / 2
        x = self._centre.x() + right * self.width() / self._scale
        y = self._centre.y() + down * self.height() / self._scale
        self._centre = QPointF(_within(x, wide, size.width()), _within(y, high, size.height()))
        self._drawn_anew()

    def _drawn_anew(self) -> None:
        self.update()
        self.zoomed.emit(self.percent)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(480, 360)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._move(0.0, 0.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        key = Qt.Key(event.key())
        if key in _LARGER:
            self.larger()
        elif key == Qt.Key.Key_Minus:
            self.smaller()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in _MOVES and not self._fitted:
            self._move(*_MOVES[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        if self._held is not None and not self._fitted:
            moved = self._held - event.position()
            self._move(moved.x() / max(self.width(), 1), moved.y() / max(self.height(), 1))
            self._held = event.position()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        self._held = None

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = QPointF(self._image.width(), self._image.height()) * self._scale
        centre = self._centre * self._scale
        left = 0.0 if self._fitted else self.width() / 2 - centre.x()
        top = 0.0 if self._fitted else self.height() / 2 - centre.y()
        painter.drawImage(QRectF(left, top, size.x(), size.y()), self._image)


def _within(at: float, half: float, whole: float) -> float:
    """Return ``at``, or the nearest place where the room shows only the picture."""
    return whole / 2 if half * 2 >= whole else min(max(at, half), whole - half)
