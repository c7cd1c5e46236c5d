"""The journal on the screen: one continuous text, its filters, and what may be done with an entry."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.empty import Empty
from ui.kit.entry import Entry
from ui.kit.label import Label
from ui.kit.link import Link
from ui.kit.menubutton import MenuButton
from ui.kit.notice import Notice
from ui.kit.recordlist import RecordList
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar
from ui.screens.journal.filterbar import FilterBar
from ui.screens.journal.form_writer import fillable, title_of
from ui.screens.journal.state import JournalState, actions_open
from ui.shell.actionbar import ActionBar, search_key
from ui.shell.record_entries import entry_of
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _, ngettext
from workstation.operations.ports import Listed

_ACTIONS = (
    ("sign", N_("Sign"), "S"),
    ("edit", N_("Change"), "E"),
    ("countersign", N_("Countersign"), "V"),
    ("correct", N_("Correct"), "R"),
    ("acknowledge", N_("Acknowledge"), "V"),
    ("decide", N_("Decide"), "A"),
    ("void", N_("Void"), ""),
    ("versions", N_("Versions"), "H"),
    ("print", N_("Print"), "P"),
)
_READS = ("versions", "print")
"""Of these, what writes nothing."""


class JournalView(QWidget):
    """Draws a ``JournalState``. Signals carry what was pressed; entities as text."""

    searched = Signal(str)
    page_wanted = Signal(int, int)
    chosen = Signal(str)
    opened = Signal(str)
    acted = Signal(str)
    new_wanted = Signal()
    form_wanted = Signal(str)
    waiting_wanted = Signal()
    scrolled = Signal(bool)

    def __init__(self, *, person: str, provider: str, can_print: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("Journal"))
        self._person, self._provider, self._can_print = person, provider, can_print
        self._generation = -1
        self._marked = ""
        self._shown_pages: dict[int, object] = {}
        self._shown_hits: object = None
        self._opened: frozenset[object] = frozenset()
        self._search = SearchBox(_("Search in the journal"), shortcut="/")
        self.found = Label("", quiet=True, size=Size.SMALL)
        self.filter_bar = FilterBar(self)
        self._new = Button(_("New note"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        forms = tuple((form.name, title_of(form)) for form in fillable())
        self._forms = MenuButton(_("Fill in a form"), forms, shortcut="F", writes=True)
        self._waiting = Link("")
        self.list = RecordList(_("Journal"))
        self._empty = Empty(
            _("No notes yet"),
            hint=_("Nothing has been written about this patient on the units you may read."),
            step=_("Write the first note"),
        )
        self.bar = ActionBar(_("With the chosen note"), _ACTIONS, keys_on=self.list, reads=_READS)
        self.notice = Notice()
        self._build()
        self._connect()
        self.setFocusProxy(self.list)

    def _build(self) -> None:
        self._search.setMaximumWidth(320)
        commands = (self._new, self._forms, self._search, self.found, self._waiting)
        top = Toolbar(_("Journal"), commands)
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 8)
        head.addWidget(top)
        self._stack = QStackedWidget()
        self._stack.setAccessibleName(_("Journal"))
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.filter_bar)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)
        self._waiting.hide()

    def _connect(self) -> None:
        self._search.searched.connect(self.searched)
        search_key(self._search, self)
        self._search.left_down.connect(self.list.setFocus)
        self._new.clicked.connect(self.new_wanted)
        self._forms.chosen.connect(self.form_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self._waiting.clicked.connect(self.waiting_wanted)
        self.list.page_wanted.connect(self.page_wanted)
        self.list.current_changed.connect(self.chosen)
        self.list.opened.connect(self.opened)
        self.bar.acted.connect(self._act)
        self.list.verticalScrollBar().valueChanged.connect(
            lambda value: self.scrolled.emit(value <= 0)
        )

    def render_state(self, state: JournalState) -> None:
        """Draw the list from its top when it begins anew, else only what changed in it."""
        if state.generation != self._generation:
            self._begin_anew(state)
        self._draw_pages(state)
        searching = state.hits is not None
        wanted = state.search if searching else ""
        if wanted != self._marked:
            self._marked = wanted
            self.list.set_search(wanted)
        self.found.setText(_found_words(state) if searching else "")
        self.filter_bar.show_state(state)
        is_empty = not state.total and not state.loading and not searching
        self._stack.setCurrentWidget(self._empty if is_empty else self.list)
        self._waiting.setVisible(state.waiting > 0)
        text = ngettext("{count} new note: show", "{count} new notes: show", state.waiting)
        self._waiting.setText(text.format(count=state.waiting))
        self._draw_actions(state)

    def _begin_anew(self, state: JournalState) -> None:
        self._generation = state.generation
        self._shown_pages = {}
        self._opened = state.opened
        self._shown_hits = state.hits
        if self._marked and not state.search:
            self._search.setText("")  # the search was put away, not by typing
        if state.hits is not None:
            self.list.set_entries([self._entry(listed, state) for listed in state.hits])
        else:
            self.list.set_count(state.count)

    def _entry(self, listed: Listed, state: JournalState) -> Entry:
        return entry_of(
            listed,
            with_versions=listed.state.id in state.opened,
            own_provider=self._provider,
            results=state.results.get(listed.state.id, ()),
        )

    def _draw_pages(self, state: JournalState) -> None:
        if state.hits is not None:
            self._draw_hits(state.hits, state)
            return
        for first, entries in state.pages.items():
            if self._shown_pages.get(first) is entries and self._opened == state.opened:
                continue
            self._shown_pages[first] = entries
            self.list.put_page(first, [self._entry(e, state) for e in entries])
        self._opened = state.opened

    def _draw_hits(self, hits: tuple[Listed, ...], state: JournalState) -> None:
        if self._shown_hits is not hits or self._opened != state.opened:
            self.list.put_page(0, [self._entry(e, state) for e in hits])
        self._shown_hits, self._opened = hits, state.opened

    def _draw_actions(self, state: JournalState) -> None:
        may = actions_open(state.chosen_entry, self._person)
        self.bar.show_only([key for key in may if key != "print" or self._can_print])

    def _act(self, key: str) -> None:
        """Let a note be signed once all of it has been shown; until then show it and say so."""
        current = self.list.current()
        if key in ("sign", "countersign") and not self._has_read(current):
            if not self.list.is_in_sight(current):
                self.list.show_row(current)
            self.notice.show_problem(
                _("Read to the end before you sign: space scrolls."), _("Nothing has been signed.")
            )
            return
        self.notice.clear()
        self.acted.emit(key)

    def _has_read(self, number: int) -> bool:
        return self.list.is_in_sight(number) and self.list.was_shown_whole(number)

    def bring_into_sight(self, number: int) -> None:
        """Show the entry with that number at the top."""
        self.list.show_row(number)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)

    def focus_search(self) -> None:
        """Put the cursor in the search."""
        self._search.setFocus()


def _found_words(state: JournalState) -> str:
    count = len(state.hits or ())
    text = ngettext("{count} hit", "{count} hits", count)
    if state.hits_cut:
        text = _("the {count} newest hits")
    found = text.format(count=count)
    if not state.hits_hidden:
        return found
    hidden = _("{count} hidden by the filter").format(count=state.hits_hidden)
    return f"{found} · {hidden}"
