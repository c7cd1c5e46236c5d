"""The tabs of the workspace: what is being written, side by side."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from ui.kit.button import Button, IconButton
from ui.kit.guard import guarded
from ui.kit.paint import focus_ring, rule, text_at, text_width
from ui.kit.roving import PlaceButton, Roving
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _

HEIGHT = 34
_STEP, _MOVER = 160, 22  # pixels


@guarded
class DraftTab(PlaceButton):
    """One tab; Delete or the middle button asks for it to be closed."""

    close_wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_title(title)

    def set_title(self, title: str) -> None:
        """Name the tab."""
        self._title = title
        self.setAccessibleName(_("Draft {title}").format(title=title))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(text_width(self._title, size=Size.SMALL, strong=True)) + 25, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() == Qt.Key.Key_Delete:
            self.close_wanted.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        chosen = self.isChecked()
        ink = tokens.text if chosen or self.underMouse() else tokens.quiet
        text_at(painter, 12, HEIGHT / 2, self._title, ink, size=Size.SMALL, strong=chosen)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, HEIGHT), QColor(tokens.line))
        if chosen:
            painter.fillRect(QRectF(0, HEIGHT - 3, self.width() - 1, 3), QColor(tokens.accent))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()).adjusted(1, 2, -2, -3), tokens)


@guarded
class DraftTabs(QWidget):
    """The row of tabs with a plus at its end; scrolls when there are many."""

    chosen = Signal(str)
    close_wanted = Signal(str)
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT + 1)
        self.setAccessibleName(_("Drafts"))
        self._tabs: dict[str, DraftTab] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 1)
        row.setSpacing(4)
        self._strip = QWidget()
        self._strip.setAccessibleName(_("Drafts"))
        self._row = QHBoxLayout(self._strip)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.new = IconButton("plus", _("New draft"), writes=True)
        self._row.addWidget(self.new)
        self._row.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._strip)
        for part in (
            self._area,
            self._area.viewport(),
            self._area.horizontalScrollBar(),
            self._area.verticalScrollBar(),
        ):
            part.setAccessibleName(_("Drafts"))
        self._area.viewport().setAutoFillBackground(False)
        self._strip.setAutoFillBackground(False)
        self.back = Button(_("The record"), small=True, icon="chevron-left")
        self.back.hide()
        row.addWidget(self.back)
        self._earlier = self._mover("chevron-left", _("Drafts to the left"), -_STEP)
        self._later = self._mover("chevron-right", _("Drafts to the right"), _STEP)
        row.addWidget(self._earlier)
        row.addWidget(self._area, 1)
        row.addWidget(self._later)
        bar = self._area.horizontalScrollBar()
        bar.rangeChanged.connect(self._tell_more)
        bar.valueChanged.connect(self._tell_more)
        self.new.clicked.connect(self.new_wanted)
        self._roving = Roving(self, lambda: tuple(self._tabs.values()))

    def _mover(self, icon: str, text: str, by: int) -> IconButton:
        """Return what brings drafts out of sight into it, with the mouse: the arrows do it too."""
        button = IconButton(icon, text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedWidth(_MOVER)
        button.hide()
        bar = self._area.horizontalScrollBar()
        button.clicked.connect(lambda: bar.setValue(bar.value() + by))
        return button

    def _tell_more(self) -> None:
        """Say that there are drafts out of sight: both sides keep their room while any are."""
        bar = self._area.horizontalScrollBar()
        hidden = bar.maximum() > bar.minimum()
        for button, is_more in (
            (self._earlier, bar.value() > bar.minimum()),
            (self._later, bar.value() < bar.maximum()),
        ):
            button.setVisible(hidden)
            button.setEnabled(is_more)

    def offer_record(self, key: str) -> None:
        """Offer the way back to the record, which these drafts stand in place of; empty: they do not."""
        self.back.setToolTip(key)
        self.back.setAccessibleDescription(key)
        self.back.setVisible(bool(key))

    def put(self, key: str, title: str) -> None:
        """Add a tab, or rename it when it is there already."""
        if key in self._tabs:
            self._tabs[key].set_title(title)
            self._follow_soon()
            return
        tab = DraftTab(title)
        tab.clicked.connect(lambda: self.chosen.emit(key))
        tab.close_wanted.connect(lambda: self.close_wanted.emit(key))
        self._row.insertWidget(len(self._tabs), tab)
        self._tabs[key] = tab
        self._roving.settle()

    def remove(self, key: str) -> None:
        """Take a tab away."""
        tab = self._tabs.pop(key)
        tab.hide()
        self._row.removeWidget(tab)
        tab.deleteLater()
        self._roving.settle()

    def set_current(self, key: str) -> None:
        """Show a tab as the present one, scrolled into sight."""
        tab = self._tabs[key]
        for other in self._tabs.values():
            other.setChecked(other is tab)
        self._roving.settle()
        self._follow_soon()

    def _follow_soon(self) -> None:
        # How wide the tabs are is known only once they have been laid out.
        QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        chosen = next((tab for tab in self._tabs.values() if tab.isChecked()), None)
        if chosen is not None:
            self._area.ensureWidgetVisible(chosen, 4, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._follow_soon()

    def keys(self) -> tuple[str, ...]:
        """Return the keys in order."""
        return tuple(self._tabs)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)
