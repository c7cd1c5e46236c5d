"""One of several, chosen by key or from a list."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from ui.kit.field import HEIGHT, Field
from ui.kit.guard import guarded
from ui.kit.paint import box, text_at, text_width
from ui.kit.textrun import Ink, Run, TextBlock
from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.palette import tokens_of

_LEFT, _RIGHT = 10, 28  # pixels beside the choice: its margin, and the arrow


@guarded
class _Combo(QComboBox):
    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.placeholder = ""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        # Scrolling past a choice must never change it.
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Be as high as the choice needs: what was chosen is never cut."""
        block = self._wrapped()
        self.setMinimumHeight(HEIGHT if block is None else max(HEIGHT, ceil(block.height) + 14))

    def _wrapped(self) -> TextBlock | None:
        """Return the choice in several lines; None where one line holds it."""
        text, room = self.currentText(), self.width() - _LEFT - _RIGHT
        if room <= 0 or text_width(text) <= room:
            return None
        ink = Ink.TEXT if self.isEnabled() else Ink.QUIET
        return TextBlock([[Run(text, ink=ink)]], room, tokens_of(self))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        whole = QRectF(self.rect())
        wrong = bool(self.property("problem"))
        if self.hasFocus() or wrong:
            edge, width = (tokens.critical if wrong else tokens.accent), 2.0
        else:
            edge, width = tokens.control, 1.0
        fill = tokens.raised if self.isEnabled() else tokens.surface
        box(painter, whole, fill=fill, edge=edge, width=width)
        text = self.currentText()
        block = self._wrapped()
        if block is not None:
            block.draw(painter, _LEFT, (whole.height() - block.height) / 2)
        else:
            ink = tokens.text if text and self.isEnabled() else tokens.quiet
            text_at(painter, _LEFT, whole.height() / 2, text or self.placeholder, ink)
        spot = QRectF(whole.right() - 24, whole.height() / 2 - 7, 14, 14)
        icons.draw(painter, "chevron-down", tokens.quiet, spot)


class ChoiceField(Field):
    """A labelled choice. Nothing is chosen until somebody chooses; ``changed`` carries the key."""

    changed = Signal(str)

    def __init__(
        self, label: str, choices: Sequence[tuple[str, str]], *, key: str = "", placeholder: str = "",
        hint: str = "", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``choices`` are (key, text) pairs; an empty ``key`` leaves it unchosen."""
        self.edit = _Combo()
        self.edit.placeholder = placeholder
        super().__init__(label, self.edit, hint=hint, parent=parent)
        self.edit.view().setAccessibleName(label)
        self.set_choices(choices, key)
        self.edit.currentIndexChanged.connect(self._chosen)

    def _chosen(self, _index: int) -> None:
        self.edit.fit()
        self.changed.emit(self.key())

    def set_choices(self, choices: Sequence[tuple[str, str]], key: str = "") -> None:
        """Offer other choices."""
        self.edit.blockSignals(True)
        self.edit.clear()
        for value, text in choices:
            self.edit.addItem(one_line(text), value)
        self.edit.setCurrentIndex(self.edit.findData(key) if key else -1)
        self.edit.blockSignals(False)
        self.edit.fit()

    def key(self) -> str:
        """Return the key of the choice; empty while nothing is chosen."""
        return str(self.edit.currentData() or "")

    def set_key(self, key: str) -> None:
        """Choose without saying ``changed``."""
        self.edit.blockSignals(True)
        self.edit.setCurrentIndex(self.edit.findData(key) if key else -1)
        self.edit.blockSignals(False)
        self.edit.fit()
        self.edit.update()
