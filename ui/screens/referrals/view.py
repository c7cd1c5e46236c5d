"""The patient's referrals on the screen: the list, or one read in full with its way."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.empty import Empty
from ui.kit.notice import Notice
from ui.kit.recordlist import RecordList
from ui.screens.referrals.event_writer import STEPS
from ui.screens.referrals.rows import columns, reading_of, rows_of
from ui.screens.referrals.state import ReferralsState, actions_open
from ui.shell.actionbar import ActionBar
from ui.shell.listpage import lay_out
from ui.shell.listtable import ListTable
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("read", N_("Read"), "L"),
    ("acknowledge", N_("Acknowledge"), "V"),
    ("decide", N_("Decide"), "A"),
    *((key, text, "") for key, text in STEPS.items()),
    ("answer", N_("Answer"), "B"),
    ("complete", N_("Complete or change"), "E"),
)


class ReferralsView(QWidget):
    """Draws a ``ReferralsState``."""

    new_wanted = Signal()
    chosen = Signal(str)
    acted = Signal(str)
    back_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, *, unit: HsaId, can_print: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("Referrals"))
        self._unit, self._can_print = unit, can_print
        self._new = Button(_("New referral"), kind=ButtonKind.PRIMARY, shortcut="N")
        self._back = Button(_("Back to the list"), icon="chevron-left")
        self._print = Button(_("Print"), icon="print")
        self.notice = Notice()
        self.table = ListTable(_("Referrals"), columns(), look_ahead=True)
        self.reading = RecordList(_("Referral"))
        self._empty = Empty(
            _("No referrals"),
            hint=_("No referral has been sent or received for this patient."),
            step=_("New referral"),
            icon="letter",
        )
        self.bar = ActionBar(_("With the chosen referral"), _ACTIONS, keys_on=self.table)
        self._build()
        self._new.clicked.connect(self.new_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self._back.clicked.connect(self.back_wanted)
        self._print.clicked.connect(self.print_wanted)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(lambda _key: self.acted.emit("read"))
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for button in (self._new, self._back):
            top.addWidget(button)
        top.addStretch(1)
        top.addWidget(self._print)
        self._stack = QStackedWidget()
        self._stack.setAccessibleName(_("Referrals"))
        for page in (self.table, self.reading, self._empty):
            self._stack.addWidget(page)
        lay_out(self, top, over=(self.notice,), lists=(self._stack,), bar=self.bar)

    def render_state(self, state: ReferralsState) -> None:
        """Draw the list, or the referral that is read."""
        self.table.set_rows(rows_of(state))
        key = str(state.chosen) if state.chosen else ""
        if key:
            self.table.choose(key)
        opened = state.opened_line
        if opened is not None:
            self.reading.set_entries(reading_of(opened))
        is_empty = state.lines is not None and not state.lines
        page = self.reading if opened else self._empty if is_empty else self.table
        self._stack.setCurrentWidget(page)
        self._back.setVisible(opened is not None)
        self._print.setVisible(opened is not None and self._can_print)
        may = actions_open(state.chosen_line, self._unit)
        self.bar.show_only([key for key in may if opened is None or key != "read"])

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)
