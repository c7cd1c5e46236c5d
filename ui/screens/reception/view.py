"""The day at the desk on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button
from ui.kit.cell import Column
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar
from ui.screens.reception.rows import day_words, rows_of, summary
from ui.screens.reception.state import ReceptionState, actions_open, booking_of
from ui.screens.reception.visit_form import visit_form
from ui.shell.actionbar import ActionBar, search_key
from ui.shell.formpanel import FormPanel
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("arrive", N_("Register arrival"), "A"),
    ("drop_in", N_("Arrives without a booking"), "D"),
    ("book", N_("Book a time"), "B"),
    ("fulfilled", N_("Visit over"), "K"),
    ("booked", N_("Take back"), "Z"),
    ("noshow", N_("Did not come"), "U"),
    ("cancelled", N_("Cancel the time"), ""),
    ("change", N_("Change"), "E"),
)


class ReceptionView(QWidget):
    """Draws a ``ReceptionState``."""

    searched = Signal(str)
    submitted = Signal(str)
    chosen = Signal(str)
    opened = Signal(str)
    acted = Signal(str)
    moved = Signal(int)
    only_mine_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Reception"))
        self.search = SearchBox(_("Name, personal identity number, reserve number"), shortcut="/")
        self._day = Label("")
        self._note = Label("", quiet=True, size=Size.SMALL)
        self._before = Button("‹", small=True)
        self._before.setAccessibleName(_("The day before"))
        self._after = Button("›", small=True)
        self._after.setAccessibleName(_("The day after"))
        self._today = Button(_("Today"), small=True)
        self._whose = FilterChip(
            _("Whose"), (("all", _("Everybody's visits")), ("mine", _("Only mine")))
        )
        self.notice = Notice()
        columns = (
            Column(title=_("Time"), width=104),
            Column(title=_("Patient"), stretch=3, least=220),
            Column(title=_("Visit"), stretch=3, least=180),
            Column(title=_("With whom and where"), stretch=2, least=150, fold=1),
            Column(title=_("Fee and interpreter"), stretch=2, least=150, fold=2),
            Column(title=_("Status"), width=150, fold=3),
        )
        self.table = ListTable(_("Visits"), columns, middle=True, row_height=40)
        self._empty = Empty(
            _("No visits this day"),
            hint=_("Search for whoever comes: by name or number, then drop-in or book."),
            icon="calendar",
        )
        self.bar = ActionBar(_("With the chosen row"), _ACTIONS, keys_on=self.table)
        self.panel = FormPanel(_("Visit"))
        self._build()
        self._connect()
        self.setFocusProxy(self.search)

    def _build(self) -> None:
        self.search.setMaximumWidth(420)
        days = (self._before, self._day, self._after, self._today)
        top = Toolbar(_("Visits"), (self.search, *days), (self._whose,))
        self._stack = one_of(_("Visits"), self.table, self._empty)
        over = (self._note, self.notice)
        lay_out(self, top, over=over, lists=(self._stack,), bar=self.bar, beside=self.panel)

    def _connect(self) -> None:
        search_key(self.search, self)
        self.search.searched.connect(self.searched)
        self.search.submitted.connect(self.submitted)
        self.search.left_down.connect(self.table.setFocus)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(self.opened)
        self.bar.acted.connect(self.acted)
        self._before.clicked.connect(lambda: self.moved.emit(-1))
        self._after.clicked.connect(lambda: self.moved.emit(1))
        self._today.clicked.connect(lambda: self.moved.emit(0))
        self._whose.chosen.connect(lambda key: self.only_mine_changed.emit(key == "mine"))

    def look_for(self, text: str) -> None:
        """Search as if somebody had typed it, with the keyboard in the search."""
        self.search.setText(text)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.searched.emit(text)

    def render_state(self, state: ReceptionState) -> None:
        """Draw the day; the chosen row stays chosen and in place."""
        self._day.setText(day_words(state))
        note = summary(state)
        if state.region_failed:
            offline = _("Only patients on this computer: no contact with the region.")
            note = f"{note} · {offline}"
        self._note.setText(note)
        rows = rows_of(state)
        self.table.set_rows(rows)
        if state.chosen:
            self.table.choose(state.chosen)
        self._stack.setCurrentWidget(
            self._empty if state.visits is not None and not rows else self.table
        )
        self.bar.show_only(actions_open(state))
        self._draw_panel(state)

    def _draw_panel(self, state: ReceptionState) -> None:
        filling = state.filling
        if filling is None:
            self.panel.show_form(None, {})
            return
        names = {booking_of(v).clinician for v in state.visits or ()} - {""}
        form = visit_form(filling.what, clinicians=sorted(names))
        self.panel.show_form(
            form,
            filling.content,
            about=filling.patient,
            wrong=filling.wrong,
            problem=filling.problem,
            busy=filling.busy,
        )

    def ready_for_next(self) -> None:
        """Have the next number replace the last; whoever goes by the list alone stays in it."""
        if self.search.text() and self.isVisible():
            self.search.setFocus()
            self.search.selectAll()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)
