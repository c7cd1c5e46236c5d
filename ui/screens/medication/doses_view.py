"""The administration list on the screen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.screens.medication.doses_rows import dose_columns, dose_rows
from ui.screens.medication.doses_state import DosesState, dose_actions
from ui.shell.actionbar import ActionBar
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import local_text

_A_MINUTE_MS = 60_000
_ACTIONS = (
    ("give", N_("Record dose"), "G"),
    ("extra", N_("Extra dose"), "X"),
    ("order", N_("Show the order"), "O"),
    ("void", N_("Void"), ""),
)


@guarded
class DosesView(QWidget):
    """Draws a ``DosesState``. ``minute`` while it is shown: what is late depends on the clock."""

    chosen = Signal(str)
    acted = Signal(str)
    minute = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Administration list"))
        self._said = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.table = ListTable(_("Administration list"), dose_columns(), look_ahead=True)
        self.bar = ActionBar(_("With the chosen dose"), _ACTIONS, keys_on=self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._said)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        self._timer = QTimer(self)
        self._timer.setInterval(_A_MINUTE_MS)
        self._timer.timeout.connect(self.minute)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(lambda _key: self.acted.emit("order"))
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def render_state(self, state: DosesState) -> None:
        """Draw the list; the chosen row stays chosen and in place."""
        self.table.set_rows(dose_rows(state))
        if state.chosen:
            self.table.choose(state.chosen)
        self._said.setText(_said(state))
        self.bar.show_only(dose_actions(state))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        super().hideEvent(event)
        self._timer.stop()


def _said(state: DosesState) -> str:
    if state.rows is None:
        return _("Reading the list…")
    parts = [_("read {time}").format(time=local_text(state.as_of)[11:])]
    if state.late:
        late = ngettext("{count} dose is late", "{count} doses are late", state.late)
        parts.insert(0, f"▲ {late.format(count=state.late)}")
    if not state.complete:
        parts.insert(0, _("The whole record is not on this computer yet: doses may be missing"))
    return " · ".join(parts)
