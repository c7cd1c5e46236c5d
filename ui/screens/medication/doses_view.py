"""The administration list on the screen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.toolbar import Toolbar
from ui.screens.medication.doses_rows import dose_columns, dose_rows
from ui.screens.medication.doses_state import DosesState, dose_actions
from ui.shell.actionbar import ActionBar
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import local_text

_A_MINUTE_MS = 60_000
_DAYS = (
    (-1, N_("The day before"), "Alt+Left"),
    (0, N_("Today"), "Alt+Home"),
    (1, N_("The day after"), "Alt+Right"),
)
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
    day_moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Administration list"))
        self._said = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.table = ListTable(
            _("Administration list"), dose_columns(), look_ahead=True, counted=_counted
        )
        self.bar = ActionBar(
            _("With the chosen dose"), _ACTIONS, keys_on=self.table, reads=("order",)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._buttons: dict[int, Button] = {}
        for step, text, keys in _DAYS:
            button = Button(_(text), small=True, shortcut=keys)
            button.clicked.connect(lambda _checked=False, step=step: self.day_moved.emit(step))
            self._buttons[step] = button
        days = tuple(self._buttons.values())
        column.addWidget(Toolbar(_("Administration list"), (*days, self._said)))
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
        self._buttons[0].setEnabled(state.offset != 0)
        self.bar.show_only(dose_actions(state))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        super().hideEvent(event)
        self._timer.stop()


def _counted(count: int) -> str:
    return ngettext("{count} more dose", "{count} more doses", count).format(count=count)


def _said(state: DosesState) -> str:
    if state.rows is None:
        return _("Reading the list…")
    parts = [_("last updated {time}").format(time=local_text(state.as_of)[11:])]
    if state.offset:
        parts.insert(0, _other_day(state))
    if state.late:
        late = ngettext("{count} dose is late", "{count} doses are late", state.late)
        parts.insert(0, f"▲ {late.format(count=state.late)}")
    if not state.complete:
        parts.insert(0, _("The whole record is not on this computer yet: doses may be missing"))
    return " · ".join(parts)


def _other_day(state: DosesState) -> str:
    day = state.day.isoformat()
    named = {-1: _("Yesterday {day}"), 1: _("Tomorrow {day}")}.get(state.offset)
    if named is None:
        named = _("Another day than today: {day}")
    said = named.format(day=day)
    if state.offset < 0:
        return f"{said}: " + _("the plan as it stood then")
    return f"{said}: " + _("as the orders stand now; nothing is recorded ahead")
