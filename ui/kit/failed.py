"""In place of a view that could not be drawn: that it is so, what still works, and a way on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.label import Label
from ui.theme.typography import Size
from workstation.domain.texts import _


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Why what should stand here could not be read: what happened, what to do, what is kept.

    ``receives``: the way on is to begin a visit, not to try again. ``opens``: the key that opens
    it in an emergency, where that is another way on.
    """

    message: str
    advice: str
    kept: str = ""
    receives: bool = False
    opens: str = ""


class Failed(QWidget):
    """Stands where a view would.

    ``again``: somebody wants it tried once more; ``report_wanted``: to report it, by its trace.
    ``receive_wanted``: to begin a visit of the patient; ``emergency_wanted``: to open all the same.
    """

    again = Signal()
    receive_wanted = Signal()
    emergency_wanted = Signal()
    report_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._title = Label("", strong=True, size=Size.LARGE, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 48, 32, 32)
        column.setSpacing(10)
        self._named = ""
        self._trace = Label("", wrap=True)
        self._trace.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._what, self._kept = Label("", wrap=True), Label("", wrap=True)
        for label in (self._title, self._what, self._kept, self._trace):
            column.addWidget(label)
        self._button = Button(_("Try again"))
        self._receives = False
        self._button.clicked.connect(self._go_on)
        self._emergency = Button(_("Emergency opening"))
        self._emergency.clicked.connect(self.emergency_wanted)
        self._emergency.hide()
        self._report = Button(_("Report an incident"))
        self._report.clicked.connect(lambda: self.report_wanted.emit(self._named))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._button)
        buttons.addWidget(self._emergency)
        buttons.addWidget(self._report)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self.setFocusProxy(self._button)

    def show_trace(self, trace: str, *, can_report: bool = True) -> None:
        """Name the defect as the log does. ``can_report``: the report itself is not what failed."""
        self._receives = False
        self._button.setText(_("Try again"))
        self._say(
            _("This view could not be shown"),
            _("Something went wrong in the program. Nothing is shown here rather than half of it."),
            _("The record is unharmed and your drafts are kept. Other parts of the record, other "
              "patients and the drafts beside work as usual."),
        )  # fmt: skip
        self._named = trace
        self._emergency.hide()
        self._report.setVisible(can_report)
        text = _("Trace number {trace}. Name it if you report this.").format(trace=trace)
        self._trace.setText(text)
        self._trace.show()

    def show_unread(self, unread: Unread) -> None:
        """Say why what should stand here could not be read, and what to do."""
        self._receives = unread.receives
        kept = _("Nothing is shown here rather than something old. Your drafts stay beside.")
        self._say(unread.message, unread.advice, unread.kept or kept)
        self._button.setText(_("Begin a visit") if unread.receives else _("Try again"))
        self._emergency.setVisible(bool(unread.opens))
        self._emergency.setAccessibleDescription(unread.opens)
        self._trace.hide()
        self._report.hide()

    def _go_on(self) -> None:
        wanted = self.receive_wanted if self._receives else self.again
        wanted.emit()

    def _say(self, title: str, what: str, kept: str) -> None:
        self.setAccessibleName(title)
        self._title.setText("■ " + title)
        self._what.setText(what)
        self._kept.setText(kept)
