"""The patient's referrals on the screen: the list, or one read in full with its way."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.empty import Empty
from ui.kit.notice import Notice
from ui.kit.recordlist import RecordList
from ui.kit.toolbar import Toolbar
from ui.screens.referrals.attachment_page import AttachmentPage
from ui.screens.referrals.reading import reading_of
from ui.screens.referrals.rows import columns, rows_of
from ui.screens.referrals.state import ReferralsState, actions_open
from ui.screens.referrals.steps import MORE, SELDOM, STEPS, attachments_of
from ui.shell.actionbar import ActionBar
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("read", N_("Read"), "L"),
    ("acknowledge", N_("Acknowledge"), "V"),
    ("decide", N_("Decide"), "A"),
    *((key, text, "") for key, text in STEPS.items() if key not in SELDOM),
    (MORE, N_("More steps"), ""),
    ("answer", N_("Answer the referral"), "B"),
    ("complete", N_("Complete or change"), "E"),
    ("watch", N_("Take over the watch"), ""),
    ("attachment", N_("Show attachments"), "T"),
    ("label", N_("Print labels"), ""),
)
_READS = ("read", "attachment")
"""Of these, what writes nothing."""


class ReferralsView(QWidget):
    """Draws a ``ReferralsState``."""

    new_wanted = Signal()
    chosen = Signal(str)
    acted = Signal(str)
    back_wanted = Signal()
    print_wanted = Signal()
    print_answer_wanted = Signal()

    def __init__(self, *, unit: HsaId, can_print: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("Referrals"))
        self._unit, self._can_print = unit, can_print
        self._new = Button(_("New referral"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        self._back = Button(_("Back to the list"), icon="chevron-left")
        self._print = Button(_("Print"), icon="print")
        self._print_answer = Button(_("Print answer"), icon="print")
        self.notice = Notice()
        self.table = ListTable(_("Referrals"), columns(), look_ahead=True)
        self.reading = RecordList(_("Referral"))
        self.attachment = AttachmentPage()
        self._empty = Empty(
            _("No referrals"),
            hint=_("No referral has been sent or received for this patient."),
            step=_("New referral"),
            icon="letter",
        )
        self.bar = ActionBar(
            _("With the chosen referral"), _ACTIONS, keys_on=self.table, reads=_READS
        )
        self._build()
        self._new.clicked.connect(self.new_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self._back.clicked.connect(self.back_wanted)
        self._print.clicked.connect(self.print_wanted)
        self._print_answer.clicked.connect(self.print_answer_wanted)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(lambda _key: self.acted.emit("read"))
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        commands = (self._new, self._back)
        top = Toolbar(_("Referrals"), commands, (self._print_answer, self._print))
        pages = (self.table, self.reading, self.attachment, self._empty)
        self._stack = one_of(_("Referrals"), *pages)
        lay_out(self, top, over=(self.notice,), lists=(self._stack,), bar=self.bar)

    def render_state(self, state: ReferralsState) -> None:
        """Draw the list, or the referral that is read."""
        self.table.set_rows(rows_of(state))
        key = str(state.chosen) if state.chosen else ""
        if key:
            self.table.choose(key)
        opened = state.opened_line
        if opened is not None:
            protected = state.patient is None or state.patient.protected
            self.reading.set_entries(
                reading_of(opened.listed, opened.referral, state.now, protected=protected)
            )
        self._stack.setCurrentWidget(self._page(state))
        self._back.setVisible(opened is not None)
        self._back.setText(_("Back to the referral") if state.attached else _("Back to the list"))
        may_print = opened is not None and self._can_print and state.attached is None
        self._print.setVisible(may_print)
        self._print_answer.setVisible(
            may_print and opened is not None and bool(opened.referral.answers)
        )
        may = actions_open(state.chosen_line, self._unit)
        hidden = {"read"} if opened is not None else set()
        hidden |= set() if self._can_print else {"label"}
        self.bar.show_only([key for key in may if key not in hidden])

    def _page(self, state: ReferralsState) -> QWidget:
        opened = state.opened_line
        if opened is not None and state.attached is not None:
            several = len(attachments_of(opened.referral)) > 1
            self.attachment.show_attachment(state.attached, state.picture, several=several)
            if state.attached.type == "application/pdf" and state.picture is not None:
                self.attachment.show_page(state.drawn, state.page, undrawable=state.undrawable)
            return self.attachment
        is_empty = state.lines is not None and not state.lines
        return self.reading if opened else self._empty if is_empty else self.table

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)
