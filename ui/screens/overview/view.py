"""The patient on one page, in two columns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.cell import Column
from ui.kit.notice import Notice
from ui.screens.overview.rows import left_of, right_of
from ui.screens.overview.state import OverviewState
from ui.shell.listtable import ListTable
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import _


class OverviewView(QWidget):
    """Draws an ``OverviewState``; ``opened`` carries (tab, entity)."""

    opened = Signal(str, str)
    begin_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Overview"))
        self.notice = Notice()
        columns = (Column(title="", stretch=1),)
        self.left = ListTable(
            _("Attention, problems, medication"), columns, header=False, look_ahead=True
        )
        self.right = ListTable(_("Values, referrals, plans, notes"), columns, header=False)
        diagnosis, attention = Button(_("New diagnosis")), Button(_("New attention information"))
        diagnosis.clicked.connect(lambda: self.begin_wanted.emit("diagnosis"))
        attention.clicked.connect(lambda: self.begin_wanted.emit("attention"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(diagnosis)
        top.addWidget(attention)
        top.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.left, 1)
        row.addWidget(self.right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.notice)
        column.addLayout(row, 1)
        for table in (self.left, self.right):
            table.opened.connect(self._open)
        self.setFocusProxy(self.left)

    def _open(self, key: str) -> None:
        tab, _colon, entity = key.partition(":")
        if tab:
            self.opened.emit(tab, entity)

    def render_state(self, state: OverviewState) -> None:
        """Draw the page; what was chosen stays chosen and in place."""
        self.left.set_rows(left_of(state))
        self.right.set_rows(right_of(state))
        if not state.complete:
            self.notice.show_problem(
                _("The whole record is not on this computer yet."),
                _(
                    "What is missing is being fetched; nothing here proves that something is absent."
                ),
                tone=Tone.OFFLINE,
            )
        else:
            self.notice.clear()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the page."""
        self.notice.show_problem(problem.message, problem.advice)
