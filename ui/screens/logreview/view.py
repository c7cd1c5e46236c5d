"""The access log on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button
from ui.kit.cell import Column
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar
from ui.screens.logreview.rows import ACTIVITIES, name_of, rows_of
from ui.screens.logreview.state import LogState, actions_open
from ui.shell.actionbar import ActionBar, search_key
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("patient", N_("Everything about the patient"), "P"),
    ("person", N_("Everything by this person"), "M"),
    ("extract", N_("The patient's own extract"), "U"),
    ("everything", N_("Show everybody"), "A"),
    ("more", N_("Show more"), "F"),
)
_PERIODS = (
    ("week", N_("Last 7 days")),
    ("day", N_("Today")),
    ("month", N_("Last 30 days")),
    ("all", N_("The whole log")),
)
_CHOICES = (
    ("all", N_("All lines")),
    ("flagged", N_("Flagged lines")),
    ("sample", N_("A random sample")),
)


@guarded
class LogView(QWidget):
    """Draws a ``LogState``."""

    searched = Signal(str)
    period_chosen = Signal(str)
    activity_chosen = Signal(str)
    lines_chosen = Signal(str)
    read_wanted = Signal()
    chosen = Signal(str)
    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Log review"))
        self.search = SearchBox(_("The patient's number or name"), shortcut="/")
        self._period = FilterChip(_("Period"), tuple((key, _(text)) for key, text in _PERIODS))
        self._activity = FilterChip(
            _("What was done"), tuple((key, _(text)) for key, text in ACTIVITIES)
        )
        self._lines = FilterChip(_("Which lines"), tuple((key, _(text)) for key, text in _CHOICES))
        self._again = Button(_("Read again"), small=True)
        self._note = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.notice = Notice()
        columns = (
            Column(title=_("Time"), width=84),
            Column(title=_("Who"), stretch=2, least=180),
            Column(title=_("What and why"), stretch=2, least=160),
            Column(title=_("Whose record"), stretch=2, least=180, fold=1),
            Column(title=_("To look at"), width=190, fold=2),
        )
        self.table = ListTable(_("Log review"), columns, row_height=40)
        self._empty = Empty(
            _("No lines"),
            hint=_("Nothing in the log fits what is asked for."),
            icon="search",
        )
        self.bar = ActionBar(_("With the chosen line"), _ACTIONS, keys_on=self.table)
        self._build()
        self._connect()
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        self.search.setMaximumWidth(320)
        filters = (self._again, self._period, self._activity, self._lines)
        top = Toolbar(_("Log review"), (self.search,), filters)
        self._stack = one_of(_("Log review"), self.table, self._empty)
        lay_out(self, top, over=(self._note, self.notice), lists=(self._stack,), bar=self.bar)

    def _connect(self) -> None:
        search_key(self.search, self)
        self.search.submitted.connect(self.searched)
        self.search.textChanged.connect(lambda text: None if text else self.searched.emit(""))
        self.search.left_down.connect(self.table.setFocus)
        self._period.chosen.connect(self.period_chosen)
        self._activity.chosen.connect(self.activity_chosen)
        self._lines.chosen.connect(self.lines_chosen)
        self._again.clicked.connect(self.read_wanted)
        self.table.picked.connect(self.chosen)
        self.bar.acted.connect(self.acted)

    def render_state(self, state: LogState) -> None:
        """Draw the lines; the chosen one stays chosen and in place."""
        rows = rows_of(state)
        self.table.set_rows(rows)
        if state.chosen:
            self.table.choose(state.chosen)
        is_empty = state.lines is not None and not state.lines and not state.reading
        self._stack.setCurrentWidget(self._empty if is_empty else self.table)
        self._lines.choose("sample" if state.sampled else "flagged" if state.flagged else "all")
        self._note.setText(_narrowed(state))
        if state.failed[0]:
            self.notice.show_problem(*state.failed)
        elif not state.reading:
            self.notice.clear()
        self.bar.show_only(actions_open(state))

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _narrowed(state: LogState) -> str:
    parts = [_("What you look at here is itself logged.")]
    if state.patient is not None:
        parts.insert(0, _("Only {name}").format(name=name_of(state.patient)))
    if state.person[0]:
        parts.insert(0, _("Only {name}").format(name=state.person[1] or state.person[0]))
    return " · ".join(parts)
