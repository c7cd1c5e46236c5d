"""Practice on the screen: each scenario with its steps, done and to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.cell import Cell, Column, Group, Row, icon_cell, text_cell
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.textrun import quiet, strong
from ui.screens.practice.state import PracticeState
from ui.shell.listtable import ListTable
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import _


@guarded
class PracticeView(QWidget):
    """Draws a ``PracticeState``."""

    line_switched = Signal()
    again_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Practice"))
        self._intro = Label(
            _(
                "Everybody here is invented, and nothing you do reaches a real server. Steps are"
                " checked off by what the record says."
            ),
            wrap=True,
        )
        self._line = Button(_("Cut the network"))
        self._again = Button(_("Begin again"))
        self.notice = Notice()
        columns = (
            Column(title="", width=28),
            Column(title=_("What to do"), stretch=3, least=260),
            Column(title=_("How"), stretch=2, least=220, fold=1),
        )
        self.table = ListTable(_("Practice"), columns, middle=True, row_height=40)
        top = QHBoxLayout()
        top.addWidget(self._intro, 1)
        top.addWidget(self._line)
        top.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.notice)
        column.addWidget(self.table, 1)
        self._line.clicked.connect(self.line_switched)
        self._again.clicked.connect(self.again_wanted)
        self.setFocusProxy(self.table)

    def render_state(self, state: PracticeState) -> None:
        """Draw the scenarios."""
        self._line.setText(_("Cut the network") if state.up else _("Restore the network"))
        rows: list[Group | Row] = []
        for scenario in state.scenarios:
            rows.append(Group(title=_(scenario.title), count=state.left(scenario)))
            for step in scenario.steps:
                done = state.is_done(step)
                rows.append(
                    Row(
                        key=f"{scenario.key}:{step.key}",
                        cells=(
                            icon_cell("check", Tone.OK, _("done"))
                            if done
                            else Cell(said=_("to do")),
                            text_cell((strong(_(step.text)),)),
                            text_cell((quiet(_(step.how)),)),
                        ),
                        name=_(step.text),
                        faded=done,
                    )
                )
        self.table.set_rows(rows)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)
