"""One of several, chosen by key or from a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from ui.kit.field import HEIGHT, Field
from ui.kit.guard import guarded
from ui.kit.paint import box, text_at
from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.palette import tokens_of


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
        ink = tokens.text if text and self.isEnabled() else tokens.quiet
        painter.save()
        painter.setClipRect(whole.adjusted(10, 0, -28, 0))
        text_at(painter, 10, whole.height() / 2, text or self.placeholder, ink)
        painter.restore()
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
        self.edit.currentIndexChanged.connect(lambda _index: self.changed.emit(self.key()))

    def set_choices(self, choices: Sequence[tuple[str, str]], key: str = "") -> None:
        """Offer other choices."""
        self.edit.blockSignals(True)
        self.edit.clear()
        for value, text in choices:
            self.edit.addItem(one_line(text), value)
        self.edit.setCurrentIndex(self.edit.findData(key) if key else -1)
        self.edit.blockSignals(False)

    def key(self) -> str:
        """Return the key of the choice; empty while nothing is chosen."""
        return str(self.edit.currentData() or "")

    def set_key(self, key: str) -> None:
        """Choose without saying ``changed``."""
        self.edit.blockSignals(True)
        self.edit.setCurrentIndex(self.edit.findData(key) if key else -1)
        self.edit.blockSignals(False)
        self.edit.update()
