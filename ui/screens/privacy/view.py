"""Consent and blocks on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.cell import Column
from ui.kit.empty import Empty
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.toolbar import Toolbar
from ui.screens.privacy.rows import rows
from ui.screens.privacy.state import PrivacyState, actions_open
from ui.shell.actionbar import ActionBar
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("reveal", N_("Show whose (logged)"), "V"),
    ("revoke", N_("Revoke"), "T"),
    ("end", N_("End the lift"), "T"),
)
_READS = ("reveal",)
"""Of these, what writes nothing."""


class PrivacyView(QWidget):
    """Draws a ``PrivacyState``; ``begun`` carries the writer that is wanted."""

    begun = Signal(str)
    chosen = Signal(str)
    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        name = _("Consent and blocks")
        self.setAccessibleName(name)
        self._consent = Button(_("New consent"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        self._block = Button(_("New block"), writes=True)
        self._lift = Button(_("Lift for a while"), writes=True)
        self.notice = Notice()
        columns = (
            Column(title=_("What"), stretch=3, least=240),
            Column(title=_("Time"), width=200, fold=2),
            Column(title=_("Status"), width=150, fold=1),
            Column(title=_("Registered"), stretch=1, least=150, fold=3),
        )
        self.table = ListTable(name, columns, look_ahead=True)
        self._empty = Empty(
            _("Neither consent nor block"),
            hint=_("The patient decides who may read. What is registered here counts everywhere."),
            step=_("New consent"),
            icon="consent",
        )
        self.bar = ActionBar(_("With the chosen entry"), _ACTIONS, keys_on=self.table, reads=_READS)
        self._stack = one_of(name, self.table, self._empty)
        lay_out(self, self._top(name), over=(self.notice,), lists=(self._stack,), bar=self.bar)
        self._consent.clicked.connect(lambda: self.begun.emit("consent"))
        self._block.clicked.connect(lambda: self.begun.emit("block"))
        self._lift.clicked.connect(lambda: self.begun.emit("lift_block"))
        self._empty.next_step.connect(lambda: self.begun.emit("consent"))
        self.table.picked.connect(self.chosen)
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def _top(self, name: str) -> QWidget:
        top = QWidget()
        top.setAccessibleName(name)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Label(name, strong=True, size=Size.LARGE))
        column.addWidget(Toolbar(name, (self._consent, self._block, self._lift)))
        return top

    def render_state(self, state: PrivacyState) -> None:
        """Draw it; the chosen row stays chosen and in place."""
        self.table.set_rows(rows(state))
        if state.chosen:
            self.table.choose(str(state.chosen))
        privacy = state.privacy
        nothing = privacy is not None and not (privacy.consents or privacy.blocks)
        self._stack.setCurrentWidget(self._empty if nothing else self.table)
        self._consent.setVisible(state.may)
        self._block.setVisible(state.may)
        self._lift.setVisible(state.may and privacy is not None and bool(privacy.closing))
        self.bar.show_only(actions_open(state))

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)
