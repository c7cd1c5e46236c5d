"""The patient on one page, in as many columns as there is room for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.cell import Column, Row
from ui.kit.guard import guarded
from ui.kit.notice import Notice
from ui.kit.toolbar import Toolbar
from ui.screens.overview.columns import Columns
from ui.screens.overview.rows import GUIDELINE, columns_of, warned
from ui.screens.overview.state import OverviewState
from ui.shell.identity_words import link_advice, links_words
from ui.shell.listtable import ListTable
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import _, ngettext


@guarded
class OverviewView(QWidget):
    """Draws an ``OverviewState``; ``opened`` carries (tab, entity)."""

    opened = Signal(str, str)
    begin_wanted = Signal(str)
    linked_wanted = Signal()
    guideline_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Overview"))
        self.notice = Notice()
        self.linked = Notice()
        self.linked.acted.connect(self.linked_wanted)
        columns = (Column(title="", stretch=1),)
        names = (
            _("Attention, problems, medication"),
            _("Medication, referrals, plans"),
            _("Values, referrals, plans, notes"),
        )
        self.tables = tuple(
            ListTable(name, columns, header=False, look_ahead=True, name_lines=2, dense=True)
            for name in names
        )
        self._state = OverviewState()
        diagnosis = Button(_("New diagnosis"), writes=True)
        attention = Button(_("New attention information"), writes=True)
        diagnosis.clicked.connect(lambda: self.begin_wanted.emit("diagnosis"))
        attention.clicked.connect(lambda: self.begin_wanted.emit("attention"))
        # In sight at every size and however long the lists are: how much decision support warns of.
        self.warned = Button("", shortcut="B", icon="warning")
        self.warned.hide()
        self.warned.clicked.connect(self._show_warnings)
        top = Toolbar(_("Overview"), (self.warned, diagnosis, attention))
        for table in self.tables:
            table.opened.connect(self._open)
        self._columns = Columns(self.tables, self._draw)
        self._columns.setAccessibleName(_("Overview"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(8)
        column.addWidget(top)
        column.addWidget(self.linked)
        column.addWidget(self.notice)
        column.addWidget(self._columns, 1)
        self.setFocusProxy(self.tables[0])

    def _open(self, key: str) -> None:
        tab, _colon, rest = key.partition(":")
        entity = rest.partition(":")[0]  # one entity may stand on more than one line
        if tab == GUIDELINE:
            self.guideline_wanted.emit(entity)
        elif tab:
            self.opened.emit(tab, entity)

    def _show_warnings(self) -> None:
        """Go to the first warning of decision support."""
        first = next((row for row in warned(self._state) if isinstance(row, Row)), None)
        if first is not None:
            self.tables[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.tables[0].choose(first.key)

    def _tell_warned(self, state: OverviewState) -> None:
        count = sum(line.serious for line in state.rules or ())
        self.warned.setVisible(count > 0)
        said = ngettext("{count} warning", "{count} warnings", count)
        self.warned.setText(said.format(count=count))

    def render_state(self, state: OverviewState) -> None:
        """Draw the page; what was chosen stays chosen and in place."""
        self._state = state
        self._draw()
        self._tell_warned(state)
        self._tell_linked(state)
        here = state.patient is not None and state.patient.complete  # all that may be here
        if not state.complete and not here:
            self.notice.show_problem(
                _("The whole record is not on this computer yet."),
                _(
                    "What is missing is being fetched; nothing here proves that something is absent."
                ),
                tone=Tone.OFFLINE,
            )
        else:
            self.notice.clear()

    def _tell_linked(self, state: OverviewState) -> None:
        if state.patient is None or not state.patient.links:
            self.linked.clear()
            return
        links = state.patient.links
        here = any(link.here for link in links)
        self.linked.show_problem(
            links_words(state.patient),
            link_advice(state.patient, links[0]),
            action=_("Open the other record") if here else "",
        )

    def _draw(self) -> None:
        shown = self._columns.shown()
        for table, rows in zip(shown, columns_of(self._state, len(shown)), strict=True):
            table.set_rows(rows)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the page."""
        self.notice.show_problem(problem.message, problem.advice)
