"""A problem where it happened: what it is and what to do. Never a dialog, never in the way."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from ui.kit.button import Button, IconButton
from ui.kit.guard import guarded
from ui.kit.paint import box, mark_of
from ui.kit.runlabel import RunLabel
from ui.kit.textrun import Run
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone
from workstation.domain.texts import _

_NARROW = 560  # pixels


@guarded
class Notice(QWidget):
    """Say what happened and what to do next; hidden while there is nothing to say.

    ``acted`` is the suggested action, ``dismissed`` says that it was put away.
    """

    acted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.WARNING
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 10, 8, 10)
        row.setSpacing(12)
        self._inner = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._inner.setSpacing(12)
        self._text = RunLabel()
        self._inner.addWidget(self._text, 1)
        row.addLayout(self._inner, 1)
        self._action = Button("", small=True)
        self._action.setAccessibleName(_("Act"))
        self._action.hide()
        self._close = IconButton("close", _("Close the notice"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self._inner.addWidget(self._action, 0, middle)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._action.clicked.connect(self.acted)
        self._close.clicked.connect(self._put_away)
        self.hide()

    def show_problem(
        self, message: str, advice: str, *, tone: Tone = Tone.WARNING, action: str = ""
    ) -> None:
        """Show ``message`` in bold and ``advice`` under it; ``action`` is an optional button."""
        self._tone = tone
        lines = [(Run(message, strong=True),)]
        if advice:
            lines.append((Run(advice),))
        self._text.set_lines(lines)
        self._action.setText(action)
        self._action.setAccessibleName(action or _("Act"))
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{message} {advice}".strip())
        self.show()
        self.update()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Where there is little room the button stands under the words, not beside them."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = event.size().width() < _NARROW
        self._inner.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._inner.setSpacing(8 if narrow else 12)

    def clear(self) -> None:
        """Say nothing more."""
        self.hide()

    def _put_away(self) -> None:
        self.hide()
        self.dismissed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        ink, soft = tokens.tone(self._tone)
        whole = QRectF(self.rect())
        box(painter, whole, fill=soft, edge=tokens.line)
        painter.fillRect(QRectF(0, 4, 4, whole.height() - 8), QColor(ink))
        icons.draw(painter, mark_of(self._tone) or "info", ink, QRectF(16, 12, 14, 14))
