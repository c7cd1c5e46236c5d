"""Values on the screen: the table, and the plot of what is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.empty import Empty
from ui.kit.notice import Notice
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar
from ui.kit.trend import Trend
from ui.screens.values.rows import columns, periods_of, rows_of, series_of
from ui.screens.values.state import ValuesState, actions_open
from ui.shell.actionbar import ActionBar, search_key
from ui.shell.listpage import lay_out
from ui.shell.listtable import ListTable
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_ACTIONS = (
    ("acknowledge", N_("Acknowledge"), "V"),
    ("keep", N_("Keep in the plot"), "D"),
    ("unkeep", N_("Take out of the plot"), "D"),
)
_READS = ("keep", "unkeep")
"""Of these, what writes nothing."""


class ValuesView(QWidget):
    """Draws a ``ValuesState``."""

    new_wanted = Signal()
    searched = Signal(str)
    chosen = Signal(str)
    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Values"))
        self._new = Button(_("Record value"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        self._search = SearchBox(_("Search among values"), shortcut="/")
        self.notice = Notice()
        self.table = ListTable(_("Values"), columns(), look_ahead=True)
        self.trend = Trend(_("Values over time"))
        self._plotted: tuple[object, ...] = ()
        self._empty = Empty(
            _("No values"),
            hint=_("No results or measurements are on this computer for this patient."),
            step=_("Record value"),
            icon="flask",
        )
        self.bar = ActionBar(_("With the chosen value"), _ACTIONS, keys_on=self.table, reads=_READS)
        self._build()
        self._new.clicked.connect(self.new_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self._search.searched.connect(self.searched)
        search_key(self._search, self)
        self._search.left_down.connect(self.table.setFocus)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(lambda _key: self.acted.emit("acknowledge"))
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        self._search.setMaximumWidth(240)
        top = Toolbar(_("Values"), (self._new,), (self._search,))
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setAccessibleName(_("Table and plot"))
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.trend)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([340, 260])
        self.trend.hide()
        self._empty.hide()
        lay_out(self, top, over=(self.notice,), lists=(self.splitter, self._empty), bar=self.bar)

    def render_state(self, state: ValuesState) -> None:
        """Draw the table; the plot only when what is plotted is another."""
        self.table.set_rows(rows_of(state))
        if state.chosen:
            self.table.choose(state.chosen)
        is_empty = state.rows is not None and not state.rows
        self._empty.setVisible(is_empty)
        self.splitter.setVisible(not is_empty)
        wanted = tuple((code, state.series.get(code)) for code in state.plotted)
        if wanted != self._plotted:
            self._plotted = wanted
            series = series_of(state)
            self.trend.show_series(series, periods_of(state))
            self.trend.setVisible(any(len(one.points) > 0 for one in series))
        self.bar.show_only(actions_open(state))

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the table."""
        self.notice.show_problem(problem.message, problem.advice)
