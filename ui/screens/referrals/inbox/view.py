"""The inbox on the screen: the list, the chosen referral in full beside it, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.recordlist import RecordList
from ui.kit.toolbar import Toolbar
from ui.screens.referrals.inbox.lists import LISTS
from ui.screens.referrals.inbox.rows import (
    answer_rows,
    columns,
    rows_of,
    settle_content,
    settle_form,
)
from ui.screens.referrals.inbox.stand_in import stand_in_form
from ui.screens.referrals.inbox.state import PRIORITY_KEYS, Deciding, InboxState, inbox_actions
from ui.screens.referrals.inbox.statistics_page import StatisticsPage
from ui.screens.referrals.reading import reading_of
from ui.screens.referrals.steps import MORE, SELDOM, STEPS
from ui.shell.actionbar import ActionBar
from ui.shell.formpanel import FormPanel
from ui.shell.listtable import ListTable
from ui.shell.people import list_name, number_label, shown_number
from ui.shell.workspace.form import Form
from ui.theme.typography import Size
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import local_text
from workstation.operations.referral_lists import ReferralLine

_LETTERS = {
    "BEK": "M", "accepted": "A", "prioritised": "P", "assigned": "T", "booked": "O",
    "KOM": "K", "VID": "F", "AVV": "V", "performed": "U",
}  # fmt: skip
_ACTIONS = (
    *((key, text, _LETTERS.get(key, "")) for key, text in STEPS.items() if key not in SELDOM),
    (MORE, N_("More steps"), ""),
    ("answer", N_("Answer the referral"), "B"),
    ("acknowledge", N_("Acknowledge"), ""),
    ("decide", N_("Decide"), ""),
    ("complete", N_("Complete or change"), ""),
    ("watch", N_("Take over the watch"), ""),
    ("attachment", N_("Show attachments"), ""),
    ("tick", N_("Tick"), "X"),
    ("untick", N_("Untick all"), ""),
    ("open", N_("Open the record"), ""),
    ("attach", N_("Attach to an order"), "L"),
    ("aside", N_("Set aside"), "S"),
)
_READING_WIDTH = 430
_PANEL_WIDTH = 360
_ROOM_TO_READ = 620
"""Pixels that list and reading need beside each other; with less the list stands alone."""
_ROOM_FOR_KEYS = 900


@guarded
class InboxView(QWidget):
    """Draws an ``InboxState``. ``form_of`` says what is asked while something is decided."""

    list_wanted = Signal(str)
    whose_wanted = Signal(str)
    chosen = Signal(str)
    opened = Signal(str)
    acted = Signal(str)
    deputy_wanted = Signal()

    def __init__(
        self,
        *,
        unit: HsaId,
        person: HsaId,
        form_of: Callable[[Deciding], Form],
        can_name: bool = False,
    ) -> None:
        super().__init__()
        self.setAccessibleName(_("Referrals of the unit"))
        self._unit, self._person, self._form_of = unit, person, form_of
        self.lists = FilterChip(_("List"), tuple((one.key, _(one.text)) for one in LISTS))
        self.whose = FilterChip(
            _("Whose"),
            (("all", _("Everybody's")), ("mine", _("Only mine")), ("free", _("Nobody's yet"))),
        )
        self._deputy = Button(_("Stand-in"), small=True)
        self._deputy.setVisible(can_name)
        self._said = Label("", quiet=True, size=Size.SMALL)
        self.notice = Notice()
        self.table = ListTable(_("Referrals of the unit"), columns(), middle=True, row_height=48)
        self._empty = Empty(
            _("Nothing waits in this list"),
            hint=_("Referrals to the unit come here by themselves, also while you read."),
            icon="check",
        )
        self.statistics = StatisticsPage()
        self._whom = Label("", strong=True, wrap=True)
        self.reading = RecordList(_("Referral"))
        self.bar = ActionBar(_("With the chosen referral"), _ACTIONS, keys_on=self.table)
        self.panel = FormPanel(_("Decision"))
        self._state = InboxState()
        self._build()
        self._connect()
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        top = Toolbar(
            _("Referrals of the unit"), (self.lists, self.whose, self._said), (self._deputy,)
        )
        self._stack = QStackedWidget()
        self._stack.setAccessibleName(_("Referrals of the unit"))
        for page in (self.table, self._empty, self.statistics):
            self._stack.addWidget(page)
        self._beside = QWidget()
        self._beside.setAccessibleName(_("Referral"))
        self._beside.setMinimumWidth(_READING_WIDTH - 90)
        reading = QVBoxLayout(self._beside)
        reading.setContentsMargins(0, 0, 0, 0)
        reading.setSpacing(6)
        reading.addWidget(self._whom)
        reading.addWidget(self.reading, 1)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self._stack, 5)
        middle.addWidget(self._beside, 4)
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 10, 16, 8)
        inner.setSpacing(8)
        inner.addWidget(top)
        inner.addWidget(self.notice)
        inner.addLayout(middle, 1)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(inner, 1)
        left.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        row.addWidget(self.panel)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give what is being done the room: a form alone on a small screen, the reading where it fits."""
        width, asked = self.width(), not self.panel.isHidden()
        alone = asked and width < _PANEL_WIDTH + _ROOM_TO_READ // 2
        self._left.setVisible(not alone)
        self.panel.setFixedWidth(width if alone else _PANEL_WIDTH)
        room = width - (_PANEL_WIDTH if asked else 0)
        self._beside.setVisible(self._reads() and room >= _ROOM_TO_READ)
        self._said.setText(_summary(self._state, keys=room >= _ROOM_FOR_KEYS))

    def _reads(self) -> bool:
        state = self._state
        return state.referral is not None and state.list not in ("statistics", "unmatched")

    def _connect(self) -> None:
        self._deputy.clicked.connect(self.deputy_wanted)
        self.lists.chosen.connect(self.list_wanted)
        self.whose.chosen.connect(self.whose_wanted)
        self.table.picked.connect(self.chosen)
        self.table.opened.connect(self.opened)
        self.bar.acted.connect(self.acted)
        for key in PRIORITY_KEYS:
            self._bind(key, key)
        self._bind("Space", "tick")

    def _bind(self, keys: str, action: str) -> None:
        shortcut = QShortcut(QKeySequence(keys), self.table)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self.acted.emit(action))

    def render_state(self, state: InboxState) -> None:
        """Draw the list; what is done leaves it, and the one that stands in its place is chosen."""
        self._state = state
        self.lists.choose(state.list)
        self.whose.choose(state.whose)
        unmatched = state.list == "unmatched"
        self.whose.setVisible(state.list not in ("statistics", "unmatched"))
        self.table.set_rows(answer_rows(state) if unmatched else rows_of(state, self._person))
        if state.chosen:
            self.table.choose(state.chosen)
        self._stack.setCurrentWidget(self._page(state))
        self.statistics.show_cases(state.cases)
        self._draw_reading(state)
        self.bar.show_only(inbox_actions(state, self._unit))
        self._draw_notice(state)
        self._draw_panel(state)
        self._arrange()

    def _draw_notice(self, state: InboxState) -> None:
        if state.list == "unmatched" and state.answers_at is not None:
            said = _("No contact: the list is as it was {time}.")
            self.notice.show_problem(
                said.format(time=local_text(state.answers_at)),
                _("Answers are settled when the network is back. Nothing of it is lost."),
            )
        elif state.outcome[0]:
            self.notice.show_problem(*state.outcome) if state.outcome[1] else self.notice.clear()
        elif state.list == "unmatched":
            self.notice.clear()

    def _page(self, state: InboxState) -> QWidget:
        if state.list == "statistics":
            return self.statistics
        waits = state.answers if state.list == "unmatched" else state.lines
        return self._empty if waits is not None and not waits else self.table

    def _draw_reading(self, state: InboxState) -> None:
        referral, line = state.referral, state.chosen_line
        if referral is None or line is None or state.opened is None:
            return
        # The same words as in the banner: nobody is taken for another while a referral is judged.
        self._whom.setText(_whom(line))
        self.reading.set_entries(
            reading_of(state.opened, referral, state.now, protected=line.patient.protected)
        )

    def _draw_panel(self, state: InboxState) -> None:
        deciding = state.deciding
        if (naming := state.naming) is not None:
            form = stand_in_form(naming.people)
            self.panel.show_form(form, naming.content, wrong=naming.wrong, problem=naming.problem)
            return
        if (settling := state.settling) is not None:
            self.panel.show_form(
                settle_form(settling),
                settle_content(settling),
                wrong=settling.wrong,
                problem=settling.problem,
                busy=settling.busy,
            )
            return
        if deciding is None:
            was_open = self.panel.isVisible()
            self.panel.show_form(None, {})
            if was_open:
                self.table.setFocus()
            return
        form = self._form_of(deciding)
        if self.width() >= _PANEL_WIDTH + _ROOM_TO_READ:  # else the question stands in the form
            form = replace(form, fields=tuple(f for f in form.fields if f.key != "what"))
        self.panel.show_form(
            form,
            deciding.content,
            about=deciding.line.patient,
            wrong=deciding.wrong,
            problem=deciding.problem,
            busy=deciding.busy,
        )

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _whom(line: ReferralLine) -> str:
    number = f"{number_label(line.patient)} {shown_number(line.patient)}".strip()
    return f"{list_name(line.patient)}   {number}"


def _summary(state: InboxState, *, keys: bool) -> str:
    if state.list == "statistics":
        return ""
    if state.list == "unmatched":
        return _("{count} answers without an order").format(count=len(state.answers))
    if state.ticked:
        return _("{count} ticked: what is done is done with all of them").format(
            count=len(state.ticked)
        )
    late = state.counts.get("overdue", 0)
    said = [
        _("{count} to assess").format(count=state.counts.get("assess", 0)),
        ngettext("{count} late answer", "{count} late answers", late).format(count=late)
        if late
        else "",
        _keys(state) if keys and state.lines else "",
    ]
    return " · ".join(part for part in said if part)


def _keys(state: InboxState) -> str:
    """Return what the keys do in this very list: nothing is accepted where one only watches."""
    if any(line.reason == "assess" for line in state.lines or ()):
        return _("keys: 1–4 accept with that priority, X ticks, Enter opens")
    return _("key: Enter opens the record")
