"""The outbox on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button
from ui.kit.cell import Column, Group, Row, icon_cell, text_cell
from ui.kit.empty import Empty
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.textrun import quiet, strong
from ui.kit.toolbar import Toolbar
from ui.screens.outbox.state import GROUPS, OutboxState
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.shell.people import list_name, shown_number
from ui.shell.when import clock_or_day, near
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.operations.ports import Delivery
from workstation.operations.session import OutboxLine

_WORDS = {
    Delivery.ATTENTION: (N_("Needs attention"), "warning", Tone.CRITICAL),
    Delivery.LOCAL: (N_("Saved locally"), "clock", Tone.OFFLINE),
    Delivery.SENT: (N_("Sent"), "sync", Tone.ACCENT),
    Delivery.RECEIVED: (N_("Received"), "check", Tone.OK),
}
_KINDS = {
    "note": N_("Note"),
    "signature": N_("Signature"),
    "void": N_("Voiding"),
    "acknowledgement": N_("Acknowledgement"),
    "resolution": N_("Decision"),
    "medication_order": N_("Medication order"),
    "administration": N_("Recorded dose"),
    "referral": N_("Referral"),
    "referral_event": N_("Step of a referral"),
    "referral_answer": N_("Answer to a referral"),
    "referral_watch": N_("Change of watch"),
    "observation": N_("Value"),
    "diagnosis": N_("Diagnosis"),
    "attention": N_("Attention information"),
    "planned_action": N_("Planned action"),
    "booking": N_("Booking"),
    "contact": N_("Care contact"),
    "patient": N_("Patient details"),
}
_WHY = {
    "malformed": N_("The server could not read it. Report it; nothing is lost."),
    "another_patient": N_("It is filed under another patient than it names. Report it."),
    "reused_id": N_("The server already holds something else under its number. Report it."),
    "bad_signature": N_("Its signature could not be checked. Log in with contact and try again."),
    "not_allowed": N_("The server does not let this role write it. Ask the unit's administrator."),
    "illegal_step": N_(
        "The referral does not take this step from there. Open it, read where it stands, and take"
        " the step that fits."
    ),
    "not_licensed": N_("This step needs a licensed profession. Ask a licensed colleague to do it."),
    "too_large": N_("It is too large. Divide the text into two notes."),
    "clock": N_("The computer's clock is wrong. Have it set, then try again."),
}


class OutboxView(QWidget):
    """Draws an ``OutboxState``."""

    try_wanted = Signal()
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Outbox"))
        self._explains = Label("", quiet=True, wrap=True)
        self._try = Button(_("Try now"), icon="sync")
        self.notice = Notice()
        columns = (
            Column(title="", width=22),
            Column(title=_("What"), stretch=1, least=160),
            Column(title=_("Patient"), width=220, fold=2),
            Column(title=_("Written"), width=130, fold=1),
            Column(title=_("Why it waits"), stretch=2, least=200, fold=3),
        )
        self.table = ListTable(_("Outbox"), columns, look_ahead=False)
        self._empty = Empty(
            _("Everything is received"),
            hint=_("Nothing on this computer waits to be sent."),
            icon="check",
        )
        top = Toolbar(_("Outbox"), (self._try,))
        self._stack = one_of(_("Outbox"), self.table, self._empty)
        lay_out(self, top, over=(self._explains, self.notice), lists=(self._stack,))
        self._try.clicked.connect(self.try_wanted)
        self.table.opened.connect(self.opened)
        self.setFocusProxy(self.table)

    def render_state(self, state: OutboxState) -> None:
        """Draw what waits, what needs a person first."""
        entries: list[Group | Row] = []
        for delivery in GROUPS:
            lines = state.group(delivery)
            if lines:
                word, icon, tone = _WORDS[delivery]
                entries.append(Group(title=_(word), count=len(lines), icon=icon, tone=tone))
                entries.extend(_row(line, state) for line in lines)
        self.table.set_rows(entries)
        is_empty = state.lines is not None and not state.lines
        self._stack.setCurrentWidget(self._empty if is_empty else self.table)
        self._explains.setText(_explanation(state))
        if state.wrong is not None:
            self.notice.show_problem(state.wrong.message, state.wrong.advice)
        else:
            self.notice.clear()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _explanation(state: OutboxState) -> str:
    if state.wrong is not None:
        return ""
    if state.status.connected:
        return _("Connected. What you write is saved on this computer first and then sent.")
    since = state.status.contact_at
    if since is None:
        return _("No contact. Everything is saved on this computer and sent when there is contact.")
    return _(
        "No contact since {time}. Everything is saved on this computer and sent when there is contact."
    ).format(time=clock_or_day(since, state.now))


def _row(line: OutboxLine, state: OutboxState) -> Row:
    word, icon, tone = _WORDS[line.state]
    known = _KINDS.get(line.kind)
    kind = _(known) if known else _("Other entry")
    patient = line.patient
    name = list_name(patient) if patient else _("Patient not on this computer")
    number = shown_number(patient) if patient else ""
    title = " ".join(line.title.split())[:80]
    return Row(
        key=str(line.record),
        cells=(
            icon_cell(icon, tone, _(word)),
            text_cell((strong(kind),), (quiet(title),)) if title else text_cell((strong(kind),)),
            text_cell(name, (quiet(number),)),
            text_cell((quiet(near(line.written_at, state.now)),)),
            text_cell(_reason(line, state)),
        ),
        name=kind,
    )


def _reason(line: OutboxLine, state: OutboxState) -> str:
    if line.state is Delivery.ATTENTION:
        known = _WHY.get(line.why)
        return _(known) if known else _("The server put it aside. Report it; nothing is lost.")
    if line.state is Delivery.SENT:
        return _("Under way: the server has not yet answered that it is stored.")
    if state.status.connected:
        return _("Waits for its turn.")
    return _("Waits for contact with the server.")
