"""A small filled label: a count, a state."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import PILL_HEIGHT, draw_pill, mark_of, pill_width
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone


@guarded
class Pill(QWidget):
    """Show a short text in a tone, with the tone's own mark before it."""

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.ACCENT,
        *,
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._tone, self._icon = text, tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_text(self, text: str, tone: Tone | None = None) -> None:
        """Show another text, and another tone when one is given."""
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _mark(self) -> str:
        return mark_of(self._tone) if self._icon is None else self._icon

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(int(pill_width(self._text, icon=self._mark())) + 1, PILL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        draw_pill(
            QPainter(self), 0, self.height() / 2, self._text, tokens_of(self), self._tone,
            icon=self._mark(), round_ends=self._tone is Tone.ACCENT,
        )  # fmt: skip
