"""The medication list on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.panel import Column
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import LOW, Toolbar
from ui.screens.medication.doses_view import DosesView
from ui.screens.medication.rows import columns, risk_columns, risk_rows, rows_of
from ui.screens.medication.state import MedicationState, actions_open
from ui.shell.actionbar import ActionBar, search_key
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.shell.workspace.cards import CardStack
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import local_text

_CARDS_HEIGHT = 210
_CARDS_LEAST = 64
_CARDS_SHARE = 0.3  # of the height of the whole
_LISTS = ("current", "past")
_ACTIONS = (
    ("decide", N_("Decide"), "A"),
    ("change", N_("Change"), "E"),
    ("renew", N_("Renew"), "F"),
    ("pause", N_("Pause"), "P"),
    ("resume", N_("Resume"), "I"),
    ("stop", N_("Stop medicine"), "U"),
    ("give", N_("Record dose"), "G"),
    ("chain", N_("History"), "H"),
    ("void", N_("Void"), ""),
)
_READS = ("chain",)
"""Of these, what writes nothing."""


@guarded
class MedicationView(QWidget):
    """Draws a ``MedicationState``."""

    new_wanted = Signal()
    grouped = Signal(str)
    searched = Signal(str)
    chosen = Signal(str)
    acted = Signal(str)
    print_wanted = Signal()
    account_wanted = Signal()
    suggested = Signal(str, str)

    def __init__(self, *, can_print: bool, prescriber: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("Medication"))
        self._new = Button(_("New order"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        self._new.setVisible(prescriber)
        self._prescriber = prescriber
        self._print = Button(_("Print list"))
        self._print.setVisible(can_print)
        self._account = Button(_("Print account"))
        self._account.setVisible(can_print)
        self._group = FilterChip(
            _("Group"),
            (
                ("current", _("Current medication")),
                ("past", _("Past medication")),
                ("doses", _("Administration list")),
                ("risks", _("Risk profile")),
            ),
        )
        self._search = SearchBox(_("Search in the list"), shortcut="/")
        self._tells_checked = False
        self._must_say = False  # that medicines may be missing
        self._has_cards, self._is_whole = False, False  # of the chosen order
        self._version = Label("", quiet=True, size=Size.SMALL)
        self.notice = Notice()
        self.table = ListTable(
            _("Medication list"), columns(), look_ahead=True, counted=self._counted
        )
        self.risks = ListTable(_("Risk profile"), risk_columns(), look_ahead=True)
        self._empty = Empty(
            _("No medicines in this list"),
            hint=_("Nothing is recorded here. It does not prove that the patient takes nothing."),
            step=_("New order") if prescriber else "",
            icon="pill",
        )
        self.doses = DosesView()
        self.bar = ActionBar(_("With the chosen order"), _ACTIONS, keys_on=self.table, reads=_READS)
        self.cards = CardStack()
        self._said = Column(name=_("What the rules say"), margin=0, spacing=6)
        self._said.add(self.cards)
        self._said.hide()
        self._checked = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self._build()
        self._connect()
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        self._search.setMaximumWidth(190)
        commands = (self._new, self._print, self._account)
        top = Toolbar(_("Medication"), commands, (self._group, self._search))
        self._stack = one_of(_("Medication list"), self.table, self._empty, self.doses, self.risks)
        lists = (self._list_and_rules(),)
        lay_out(self, top, over=(self._version, self.notice), lists=lists, bar=self.bar)

    def _list_and_rules(self) -> QWidget:
        """The list takes the room; what the rules say of the chosen order stands under it."""
        both = QWidget()
        both.setAccessibleName(_("Medication list"))
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._stack, 1)
        column.addWidget(self._said)
        column.addWidget(self._checked)
        return both

    def _connect(self) -> None:
        self._new.clicked.connect(self.new_wanted)
        self._print.clicked.connect(self.print_wanted)
        self._account.clicked.connect(self.account_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self._group.chosen.connect(self.grouped)
        self._search.searched.connect(self.searched)
        search_key(self._search, self)
        self._search.left_down.connect(self.table.setFocus)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(lambda _key: self.acted.emit("chain"))
        self.bar.acted.connect(self.acted)
        self.cards.taken.connect(self.suggested)

    def render_state(self, state: MedicationState) -> None:
        """Draw the list; the chosen row stays chosen and in place."""
        self._group.choose(state.group)
        self.table.set_rows(rows_of(state))
        self.risks.set_rows(risk_rows(state) if state.group == "risks" else ())
        key = str(state.chosen) if state.chosen else ""
        if key:
            self.table.choose(key)
        is_empty = state.lines is not None and not state.lines and state.group in _LISTS
        shown = {"doses": self.doses, "risks": self.risks}.get(state.group, self.table)
        self._stack.setCurrentWidget(self._empty if is_empty else shown)
        self.setFocusProxy(shown)
        self.cards.show_cards(state.chosen_cards)
        self._has_cards = bool(state.chosen_cards)
        self._is_whole = state.chosen in state.chains
        self._checked.setText(state.checked)
        self._tells_checked = bool(state.checked) and not is_empty and shown is not self.doses
        self._search.setVisible(shown is self.table)
        self._version.setText(_version(state))
        self._must_say = not state.complete
        self.bar.show_only(actions_open(state.chosen_line, prescriber=self._prescriber))
        self._share_room()

    def _counted(self, count: int) -> str:
        text = ngettext("{count} more medicine", "{count} more medicines", count)
        return text.format(count=count)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """The list has the greater part of the room; what the rules say is scrolled in the rest."""
        # The administration list says it for itself; in a low window the medicines have its room.
        small = self.window().height() < LOW
        low = small and not self._must_say
        # In a low window the row counts its warnings; they are read with the row as a whole.
        self._said.setVisible(self._has_cards and (self._is_whole or not small))
        self._checked.setVisible(self._tells_checked and not low)
        self._version.setVisible(self._stack.currentWidget() is not self.doses and not low)
        most = min(_CARDS_HEIGHT, int(self.height() * _CARDS_SHARE))
        wanted = self.cards.sizeHint().height() + 8
        self._said.setMinimumHeight(min(_CARDS_LEAST, wanted))
        self._said.setMaximumHeight(max(_CARDS_LEAST, min(most, wanted)))

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _version(state: MedicationState) -> str:
    if state.lines is None:
        return _("Reading the list…")
    parts = [
        _("{current} current, {past} past").format(
            current=state.current_count, past=state.past_count
        ),
        _("last updated {time}").format(time=local_text(state.as_of)[11:]),
    ]
    if not state.complete:
        line = state.patient
        blocked = line is not None and line.complete and line.withheld
        yet = _("The whole record is not on this computer yet: medicines may be missing")
        parts.insert(
            0, _("There is blocked information: medicines may be missing") if blocked else yet
        )
    return " · ".join(parts)
