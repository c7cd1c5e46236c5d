"""Outlined labels: a place or a key, and the choice that opens a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import PILL_HEIGHT, box, chip_width, draw_chip, focus_ring, text_at, text_width
from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.palette import tokens_of


@guarded
class Chip(QWidget):
    """Show a short text in an outline."""

    def __init__(self, text: str, *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._icon = text, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(chip_width(self._text, icon=self._icon)) + 1, PILL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        draw_chip(
            QPainter(self), 0, self.height() / 2, self._text, tokens_of(self), icon=self._icon
        )


@guarded
class FilterChip(QPushButton):
    """A filter with its present choice; pressing it offers the others.

    ``chosen`` carries the key of the choice. A choice other than the first is a filter that hides
    something: the chip then stands out, so that nobody takes the part for the whole.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str]], *, parent: QWidget | None = None
    ) -> None:
        """``choices`` are (key, text) pairs; the first one shows everything."""
        super().__init__(parent)
        self._name = name
        self._choices = tuple(choices)
        self._key = self._choices[0][0]
        self._menu = QMenu(self)
        self._menu.setAccessibleName(name)
        for key, text in self._choices:
            action = QAction(one_line(text).replace("&", "&&"), self._menu)
            action.setData(key)
            self._menu.addAction(action)
        self._menu.triggered.connect(self._picked)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self._show()

    def key(self) -> str:
        """Return the key of the present choice."""
        return self._key

    def choose(self, key: str) -> None:
        """Show a choice without saying ``chosen``."""
        self._key = key
        self._show()

    def choices(self) -> QMenu:
        """Return the list of choices, to be offered from another list too."""
        self._menu.setTitle(self.accessibleName().replace("&", "&&"))
        return self._menu

    def _label(self) -> str:
        return dict(self._choices)[self._key]

    def _show(self) -> None:
        self.setText(one_line(self._label()).replace("&", "&&"))
        self.setAccessibleName(f"{self._name}: {self._label()}")
        self.updateGeometry()
        self.update()

    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _picked(self, action: QAction) -> None:
        self.choose(str(action.data()))
        self.chosen.emit(self._key)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(text_width(self._label())) + 46, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        active = self._key != self._choices[0][0]
        fill = tokens.accent_soft if active or self.underMouse() else tokens.raised
        box(painter, QRectF(self.rect()), fill=fill, edge=tokens.accent if active else tokens.edge)
        middle, ink = self.height() / 2, tokens.accent if active else tokens.quiet
        wide = text_at(painter, 12, middle, self._label(), ink)
        icons.draw(painter, "chevron-down", ink, QRectF(16 + wide, middle - 6, 14, 14))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), tokens)
