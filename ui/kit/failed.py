"""In place of a view that could not be drawn: that it is so, what still works, and a way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.label import Label
from ui.theme.typography import Size
from workstation.domain.texts import _


class Failed(QWidget):
    """Stands where a view would.

    ``again``: somebody wants it tried once more; ``report_wanted``: to report it, by its trace.
    """

    again = Signal()
    report_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        title = _("This view could not be shown")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 48, 32, 32)
        column.setSpacing(10)
        self._named = ""
        self._trace = Label("", wrap=True)
        self._trace.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(Label("■ " + title, strong=True, size=Size.LARGE, wrap=True))
        for text in (
            _("Something went wrong in the program. Nothing is shown here rather than half of it."),
            _("The record is unharmed and your drafts are kept. Other parts of the record, other "
              "patients and the drafts beside work as usual."),
        ):  # fmt: skip
            column.addWidget(Label(text, wrap=True))
        column.addWidget(self._trace)
        self._button = Button(_("Try again"))
        self._button.clicked.connect(self.again)
        self._report = Button(_("Report an incident"))
        self._report.clicked.connect(lambda: self.report_wanted.emit(self._named))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._button)
        buttons.addWidget(self._report)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self.setFocusProxy(self._button)

    def show_trace(self, trace: str, *, can_report: bool = True) -> None:
        """Name the defect as the log does. ``can_report``: the report itself is not what failed."""
        self._named = trace
        self._report.setVisible(can_report)
        text = _("Trace number {trace}. Name it if you report this.").format(trace=trace)
        self._trace.setText(text)
