"""The Riktlinjer place on the screen: a list, and what is read beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.cell import Column as TableColumn
from ui.kit.chip import FilterChip
from ui.kit.field import TextField
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.link import Link
from ui.kit.notice import Notice
from ui.kit.panel import Column
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar
from ui.screens.guidelines.part import Part
from ui.screens.guidelines.reading import page_of
from ui.screens.guidelines.rows import rows_of
from ui.screens.guidelines.state import GuidelinesState
from ui.shell.actionbar import search_key
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_LIST, _PAGE = 360, 700
_ROOM_FOR_BOTH = 700  # pixels


@guarded
class GuidelinesView(QWidget):
    """Draws a ``GuidelinesState``."""

    searched = Signal(str)
    chosen = Signal(str)
    showing = Signal(str)
    approve_wanted = Signal(str)
    return_wanted = Signal(str)
    save_wanted = Signal()
    record_wanted = Signal()

    def __init__(self, *, sees_figures: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("Guidelines"))
        kinds = [("guidelines", _("Guidelines")), ("versions", _("Versions of the content"))]
        if sees_figures:
            kinds.append(("figures", _("What became of the rules")))
        self._kind = FilterChip(_("Show"), tuple(kinds))
        self._save = Button(_("Save as CSV"), small=True)
        self._save.hide()
        self._back = Button(_("Back to the list"), icon="chevron-left", small=True)
        self._record = Button(
            _("To the record"), icon="chevron-left", small=True, shortcut="Alt+Left"
        )
        self._record.hide()
        self._is_reading = False
        self._search = SearchBox(_("Search guidelines"), shortcut="/")
        self._label = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.notice = Notice()
        columns = (TableColumn(title="", stretch=1, least=140),)
        self.table = ListTable(_("Guidelines"), columns, header=False)
        self.page = Column(name=_("Guideline"), margin=18, spacing=8, raised=True)
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # read to its end by keys alone
        self._parts: tuple[Part, ...] = ()
        self._passage: Label | None = None
        self._read = ""
        self._decision = TextField(_("Number of the decision, or why it is returned"))
        self._return = Button(_("Return"))
        self._approve = Button(_("Approve"), kind=ButtonKind.PRIMARY)
        self._build()
        self._connect()
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        self._search.setMaximumWidth(280)
        self._back.hide()
        top = Toolbar(
            _("Guidelines"), (self._back, self._record, self._kind), (self._search, self._save)
        )
        both = QSplitter()
        both.setAccessibleName(_("Guidelines"))
        both.setChildrenCollapsible(False)
        both.addWidget(self.table)
        reading = self._reading = QWidget()
        reading.setAccessibleName(_("Guideline"))
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page, 1)
        self._approving = QWidget()
        self._approving.setAccessibleName(_("Approve"))
        row = QHBoxLayout(self._approving)
        row.addWidget(self._decision, 1)
        row.addWidget(self._return, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._approve, 0, Qt.AlignmentFlag.AlignBottom)
        column.addWidget(self._approving)
        both.addWidget(reading)
        both.setSizes([_LIST, _PAGE])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 10, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(top)
        whole.addWidget(self._label)
        whole.addWidget(self.notice)
        whole.addWidget(both, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self._back_to_list)
        self._kind.chosen.connect(self.showing)
        self._search.searched.connect(self.searched)
        search_key(self._search, self)
        self._search.left_down.connect(self.table.setFocus)
        self.table.picked.connect(self.chosen)
        bar = self.page.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, _most: self._bring())
        bar.actionTriggered.connect(lambda _action: self._let_go())
        self._save.clicked.connect(self.save_wanted)
        self._record.clicked.connect(self.record_wanted)
        self._approve.clicked.connect(lambda: self._judged(self.approve_wanted))
        self._return.clicked.connect(lambda: self._judged(self.return_wanted))

    def _judged(self, wanted: SignalInstance) -> None:
        self.notice.clear()
        wanted.emit(self._decision.text())

    def render_state(self, state: GuidelinesState) -> None:
        """Draw the list and the page; a passage somebody came for is brought into sight."""
        if (read := f"{state.shown} {state.chosen}") != self._read:
            self._read = read
            self._decision.set_text("")  # a number is of one decision about one version
            self.notice.clear()
        self.table.set_rows(rows_of(state))
        if state.chosen:
            self.table.choose(state.chosen)
        self._kind.choose(state.shown)
        self._search.setVisible(state.shown == "guidelines")
        self._label.setText("\n".join(part for part in (state.whose, state.label) if part))
        version = state.version if state.shown == "versions" else None
        self._approving.setVisible(version is not None and version.may_approve)
        for button in (self._approve, self._return):
            button.setEnabled(not state.judging)
        self._record.setVisible(state.patient is not None)
        self._save.setVisible(state.shown == "figures" and bool(state.figures))
        self._draw(page_of(state))
        self._is_reading = bool(state.chosen)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """List and page beside each other where they fit; else the page once something is chosen."""
        alone = self.width() < _ROOM_FOR_BOTH
        self.table.setVisible(not alone or not self._is_reading)
        self._reading.setVisible(not alone or self._is_reading)
        self._back.setVisible(alone and self._is_reading)

    def _back_to_list(self) -> None:
        self.table.choose("")  # the same one can be chosen again
        self.chosen.emit("")
        self.table.setFocus()

    def _draw(self, parts: tuple[Part, ...]) -> None:
        if parts == self._parts:
            return
        self._parts, self._passage = parts, None
        self.page.verticalScrollBar().setValue(0)
        self.page.clear()
        for part in parts:
            if part.opens:
                self.page.add(self._link(part))
                continue
            label = _label(part)
            self.page.add(label)
            if part.kind == "passage":
                self._passage = label
        self._bring()

    def _link(self, part: Part) -> Link:
        link = Link(part.text)
        link.clicked.connect(lambda: self.chosen.emit(part.opens))
        return link

    def _bring(self) -> None:
        """Bring the passage into sight, whenever the page is laid out anew until somebody scrolls."""
        if self._passage is not None:
            above = min(120, self.page.viewport().height() // 4)
            self.page.ensureWidgetVisible(self._passage, 0, above)

    def _let_go(self) -> None:
        self._passage = None

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _label(part: Part) -> Label:
    text = f"▶ {part.text}" if part.kind == "passage" else part.text
    bold = part.kind in ("title", "heading", "key", "passage")
    size = {"title": Size.NAME, "quiet": Size.SMALL}.get(part.kind, Size.BODY)
    return Label(text, strong=bold, quiet=part.kind == "quiet", size=size, wrap=True)
