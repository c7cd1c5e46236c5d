"""The patient on one page, in as many columns as there is room for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.cell import Column, Row
from ui.kit.guard import guarded
from ui.kit.notice import Notice
from ui.kit.toolbar import Toolbar
from ui.screens.overview.rows import GUIDELINE, columns_of, warned
from ui.screens.overview.state import OverviewState
from ui.shell.identity_words import link_advice, links_words
from ui.shell.listtable import ListTable
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import _, ngettext

_TWO, _THREE = 520, 1080  # pixels


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
        row = QHBoxLayout()
        row.setSpacing(12)
        for table in self.tables:
            row.addWidget(table, 1)
            table.opened.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(8)
        column.addWidget(top)
        column.addWidget(self.linked)
        column.addWidget(self.notice)
        column.addLayout(row, 1)
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        if self._count_for(event.oldSize().width()) != self._count_for(self.width()):
            self._draw()

    @staticmethod
    def _count_for(width: int) -> int:
        return 3 if width >= _THREE else 2 if width >= _TWO else 1

    def _draw(self) -> None:
        count = self._count_for(self.width())
        columns = columns_of(self._state, count)
        # The middle one is the one that comes and goes: what stands first and last stays there.
        shown = {1: (0,), 2: (0, 2), 3: (0, 1, 2)}[count]
        for number, table in enumerate(self.tables):
            table.setVisible(number in shown)
            if number in shown:
                table.set_rows(columns[shown.index(number)])

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the page."""
        self.notice.show_problem(problem.message, problem.advice)
