"""Grounds to put things on: a raised panel, a thin line, a column that scrolls."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.focus import bring_into_sight
from ui.kit.guard import guarded
from ui.kit.paint import box
from ui.theme.palette import tokens_of

_SETTLES = 100  # milliseconds


@guarded
class Panel(QWidget):
    """A raised ground; ``outlined`` gives it an edge and round corners."""

    def __init__(self, *, outlined: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlined = outlined
        if not outlined:
            self.setBackgroundRole(QPalette.ColorRole.Base)
            self.setAutoFillBackground(True)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        if self._outlined:
            tokens = tokens_of(self)
            box(QPainter(self), QRectF(self.rect()), fill=tokens.raised, edge=tokens.line, radius=6)
        super().paintEvent(event)


@guarded
class Rule(QWidget):
    """A line one pixel thick that divides."""

    def __init__(
        self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        QPainter(self).fillRect(self.rect(), QColor(tokens_of(self).line))


@guarded
class Page(QScrollArea):
    """What stands in ``body``, scrolled up and down where the room is short."""

    def __init__(self, name: str, *, raised: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body = body = QWidget(self.viewport())
        body.setAccessibleName(name)
        role = QPalette.ColorRole.Base if raised else QPalette.ColorRole.Window
        for ground in (body, self.viewport()):
            ground.setBackgroundRole(role)
            ground.setAutoFillBackground(True)
        self.viewport().setAccessibleName(name)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setAccessibleName(name)
        self.setWidget(body)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLES)
        self._soon.timeout.connect(self._keep_keyboard_in_sight)
        self.verticalScrollBar().rangeChanged.connect(self._settling)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Where one writes stays in sight, if it was; where one only reads, nothing jumps."""
        kept = self._soon.isActive() or self._keyboard_in_sight(event.oldSize())
        super().resizeEvent(event)
        if kept:
            self._keep_keyboard_in_sight()
            self._soon.start()

    def _settling(self) -> None:
        """Lines that wrap otherwise find their height by and by."""
        if self._soon.isActive():
            self._keep_keyboard_in_sight()

    def _with_keyboard(self) -> QWidget | None:
        focused: QWidget | None = self.window().focusWidget()
        return focused if focused is not None and self.body.isAncestorOf(focused) else None

    def _keyboard_in_sight(self, size: QSize) -> bool:
        focused = self._with_keyboard()
        if focused is None or size.isEmpty():
            return focused is not None
        at = QRect(focused.mapTo(self.body, QPoint()) + self.body.pos(), focused.size())
        return at.intersects(QRect(QPoint(), size))

    def _keep_keyboard_in_sight(self) -> None:
        focused = self._with_keyboard()
        if focused is not None:
            bring_into_sight(focused)


class Column(Page):
    """Things under each other that scroll together when the room is short."""

    def __init__(
        self,
        *,
        name: str,
        margin: int = 16,
        spacing: int = 12,
        raised: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, raised=raised, parent=parent)
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(spacing)
        self._column.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Put a widget last."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def put_first(self, widget: QWidget) -> None:
        """Put a widget before all others."""
        self._column.insertWidget(0, widget)

    def put_at(self, number: int, widget: QWidget) -> None:
        """Have a widget stand at this place, counted from the top; there already it is left alone."""
        item = self._column.itemAt(number)
        if item is None or item.widget() is not widget:
            self._column.insertWidget(number, widget)

    def clear(self, *, keep: Collection[QWidget] = ()) -> None:
        """Take everything out and let it go; what is to be kept is only put back by ``add``."""
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget not in keep:
                widget.hide()
                widget.deleteLater()


@guarded
class Spacer(QWidget):
    """Room that grows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(0, 0)
