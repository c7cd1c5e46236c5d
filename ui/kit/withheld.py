"""One calm line over a record of which a block withholds something: what that means, and two ways on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.kit.button import Button
from ui.kit.flow import FlowLayout
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.paint import rule
from ui.theme import icons
from ui.theme.palette import tokens_of
from workstation.domain.texts import _


@guarded
class Withheld(QWidget):
    """``lift_wanted``: the patient is asked and agrees; ``emergency_wanted``: cannot be asked."""

    lift_wanted = Signal()
    emergency_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        said = _("There is blocked information. The medication list may be incomplete.")
        self.setAccessibleName(said)
        self._needed = self._in_sight = False
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 6, 16, 6)
        self._text = Label(said, strong=True, wrap=True)
        self._lift = Button(_("Lift with consent"), small=True)
        self._lift.clicked.connect(self.lift_wanted)
        self._emergency = Button(_("Emergency opening"), small=True)
        self._emergency.clicked.connect(self.emergency_wanted)
        ways = FlowLayout(across=8, down=4, right=True)
        ways.addWidget(self._lift)
        ways.addWidget(self._emergency)
        row.addWidget(self._text, 1)
        row.addLayout(ways, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_line(self, *, is_withheld: bool) -> None:
        """Say it, or nothing."""
        self._needed = is_withheld
        self.setVisible(self._needed and self._in_sight)

    def show_when(self, *, in_sight: bool) -> None:
        """A record is in sight, or a place about no patient."""
        self._in_sight = in_sight
        self.setVisible(self._needed and self._in_sight)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(200, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.warning_soft))
        middle = self._text.geometry().center().y()
        icons.draw(painter, "blocked", tokens.warning, QRectF(16, middle - 7, 15, 15))
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)
