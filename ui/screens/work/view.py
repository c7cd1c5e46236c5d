"""Everything that waits, on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from ui.kit.button import Button
from ui.kit.cell import Cell, Column, Group, Row, button_cell, icon_cell, text_cell
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.guard import guarded
from ui.kit.notice import Notice
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.toolbar import Toolbar
from ui.screens.work.now_view import NowView
from ui.screens.work.signing_state import SigningState, unsigned_notes
from ui.screens.work.signing_view import SigningView
from ui.screens.work.state import WaitingDraft, WorkState, key_of
from ui.shell.actionbar import ActionBar
from ui.shell.formpanel import FormPanel
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.shell.people import list_name, shown_number
from ui.shell.value_words import mark, range_text, value_text
from ui.shell.when import near
from ui.shell.workspace.form import FieldKind, Form, FormAction, FormField
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.observation import Observation
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.value_words import corrected_text
from workstation.domain.values import local_date
from workstation.operations.ports import WorkLine

_ROOM_FOR_NOW = 1080  # pixels of the list with the panel beside it
_GROUPS = {
    "critical": (N_("Critical results"), "critical", Tone.CRITICAL),
    "worse": (N_("Worse since it was ordered"), "warning", Tone.CRITICAL),
    "undecided": (N_("Changed in two places"), "fork", Tone.WARNING),
    "acknowledge": (N_("To acknowledge"), "flask", Tone.NEUTRAL),
    "unmatched": (N_("Answers without an order"), "warning", Tone.WARNING),
    "overdue": (N_("Referrals past their day"), "warning", Tone.WARNING),
    "assess": (N_("Referrals to assess"), "letter", Tone.NEUTRAL),
    "complete": (N_("Referrals to complete"), "letter", Tone.WARNING),
    "book": (N_("Referrals to book"), "letter", Tone.NEUTRAL),
    "answer": (N_("Referrals to answer"), "letter", Tone.NEUTRAL),
    "unsigned": (N_("Unsigned"), "unsigned", Tone.NEUTRAL),
}
_BUTTONS = {
    "critical": N_("Open"),
    "worse": N_("Assess"),
    "undecided": N_("Decide"),
    "acknowledge": N_("Acknowledge"),
    "unmatched": N_("Open"),
    "overdue": N_("Open"),
    "assess": N_("Assess"),
    "complete": N_("Complete"),
    "book": N_("Open"),
    "answer": N_("Answer"),
    "unsigned": N_("Sign"),
}
_FAMILIES = {
    "note": N_("Note"),
    "medication_order": N_("Medication order"),
    "referral": N_("Referral"),
    "observation": N_("Result"),
    "diagnostic_report": N_("Answer"),
    "unmatched_answer": N_("Answer"),
}
_WRITERS = {
    "note": N_("Note"),
    "order": N_("Medication order"),
    "order_step": N_("Medication order"),
    "administration": N_("Recorded dose"),
    "referral": N_("Referral"),
    "referral_event": N_("Referral"),
    "referral_answer": N_("Answer"),
    "observation": N_("Value"),
    "decide": N_("Decision"),
    "plan": N_("Planned action"),
}


@guarded
class WorkView(QWidget):
    """Draws a ``WorkState``; ``opened`` and ``acknowledged`` carry a row's key."""

    opened = Signal(str)
    acknowledged = Signal(str)
    only_mine_changed = Signal(bool)
    together_wanted = Signal()
    signing_wanted = Signal()
    now_seen = Signal()

    def __init__(self, provider: str = "", unit: str = "") -> None:
        super().__init__()
        self.setAccessibleName(_("To do"))
        columns = (
            Column(title="", width=22),
            Column(title="", width=214, narrow=150),
            Column(title="", stretch=1, least=190, most=640),
            Column(title="", width=130, fold=1),
            Column(title="", width=128, narrow=104),
        )
        self.notice = Notice()
        self.table = ListTable(_("To do"), columns, header=False, middle=True, row_height=48)
        self.bar = ActionBar(
            _("With the chosen result"),
            (("acknowledge", N_("Acknowledge"), "V"),),
            keys_on=self.table,
        )
        self._state = WorkState()
        self._undrawn = False  # what the list shows is older than the state
        self._next = ""  # where one goes on when the row that was acknowledged has gone
        self._whose = FilterChip(
            _("Whose"), (("all", _("Mine and the unit's")), ("mine", _("Only mine")))
        )
        self._empty, self._not_yet = _nothing_waits(), _not_told()
        self._normal = Button("", shortcut="Ctrl+Shift+V")
        self._normal.hide()
        self._unsigned = Button("", shortcut="Ctrl+Shift+S")
        self._unsigned.hide()
        self.signing = SigningView(provider)
        self.panel = FormPanel(_("Normal results"))
        top = Toolbar(_("To do"), (self._unsigned, self._normal), (self._whose,))
        self._stack = one_of(_("To do"), self.table, self._empty, self._not_yet)
        self._list = QWidget()
        self._list.setAccessibleName(_("To do"))
        over = (self.notice,)
        lay_out(self._list, top, over=over, lists=(self._stack,), bar=self.bar, beside=self.panel)
        self.now = NowView(unit)
        self.now.hide()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        left = QWidget()
        left.setAccessibleName(_("To do"))
        whole.addWidget(left, 1)
        whole.addWidget(self.now)
        self._pages = QStackedLayout(left)
        self._pages.addWidget(self._list)
        self._pages.addWidget(self.signing)
        self.bar.acted.connect(lambda _action: self._acknowledge())
        self.table.picked.connect(lambda _key: self._offer())
        self.table.opened.connect(self.opened)
        self._normal.clicked.connect(self.together_wanted)
        self._unsigned.clicked.connect(self.signing_wanted)
        self._whose.chosen.connect(lambda key: self.only_mine_changed.emit(key == "mine"))
        self.setFocusProxy(self.table)

    def render_state(self, state: WorkState) -> None:
        """Draw what waits; a list that nobody sees is drawn when it is shown, before it is seen."""
        self._state = state
        self._undrawn = True
        if self.isVisible():
            self._draw_list()
        nothing = state.groups is not None and not state.groups and not state.drafts
        empty = self._not_yet if state.fetching else self._empty
        self._stack.setCurrentWidget(empty if nothing else self.table)
        self._draw_together(state)
        count = len(unsigned_notes(state.lines, state.person))
        self._unsigned.setVisible(count > 0)
        text = ngettext("Read and sign {count} note", "Read and sign {count} notes", count)
        self._unsigned.setText(text.format(count=count))
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """The unit stands beside the list where there is room for both, and nothing else is done."""
        done = self._state.confirming or self._pages.currentWidget() is self.signing
        wanted = not done and self.width() >= _ROOM_FOR_NOW
        if wanted is self.now.isHidden():
            self.now.setVisible(wanted)
            if wanted:
                self.now_seen.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        if self._undrawn:
            self._draw_list()
        if not self.now.isHidden():
            self.now_seen.emit()

    def _draw_list(self) -> None:
        """Draw the rows; what is done leaves them, the chosen row stays in place."""
        self._undrawn = False
        before = self.table.current_key()
        self.table.set_rows(_rows(self._state))
        if self._next and before and not self.table.current_key():
            self.table.choose(self._next)
            self._next = ""
        self._offer()

    def render_signing(self, state: SigningState) -> None:
        """Draw the note that is read to be signed in place of the list, or the list again."""
        was_signing = self._pages.currentWidget() is self.signing
        self.setFocusProxy(self.signing if state.going_on else self.table)
        self._pages.setCurrentWidget(self.signing if state.going_on else self._list)
        self.signing.render_state(state)
        self._share()
        if was_signing is not state.going_on and self.isVisible():
            self.setFocus()

    def _draw_together(self, state: WorkState) -> None:
        count = len(state.together)
        self._normal.setVisible(count > 1 and not state.confirming)
        self._normal.setText(_("Acknowledge {count} normal results").format(count=count))
        was_open = self.panel.isVisible()
        if not state.confirming:
            self.panel.show_form(None, {})
            if was_open:
                self.table.setFocus()
            return
        form, content = together_form(state)
        self.panel.show_form(form, content)

    def _offer(self) -> None:
        line = self._state.may_acknowledge(self.table.current_key())
        self.bar.show_only(("acknowledge",) if line is not None else ())

    def _acknowledge(self) -> None:
        key = self.table.current_key()
        keys = [key_of(line.reason, str(line.entity)) for line in self._state.lines]
        after = keys[keys.index(key) + 1 :] if key in keys else []
        self._next = next((k for k in after if self._state.may_acknowledge(k)), "")
        self.acknowledged.emit(key)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over what is shown."""
        if self._pages.currentWidget() is self.signing:
            self.signing.show_problem(problem)
            return
        self.notice.show_problem(problem.message, problem.advice)


def _nothing_waits() -> Empty:
    return Empty(
        _("Nothing waits"),
        hint=_("New results, referrals and unsigned notes appear here by themselves."),
        icon="check",
    )


def _not_told() -> Empty:
    return Empty(
        _("The list cannot be told yet"),
        hint=_(
            "Records of the unit's patients are being fetched, or none is on this computer:"
            " that nothing is shown does not mean that nothing waits."
        ),
        icon="offline",
    )


def summary(state: WorkState, unit: str) -> str:
    """Return ``12 for me · 31 for Avd 12``."""
    return _("{mine} for me · {all} for {unit}").format(
        mine=state.mine, all=len(state.lines), unit=unit
    )


def _rows(state: WorkState) -> list[Group | Row]:
    entries: list[Group | Row] = []
    for reason, lines in state.groups or ():
        title, icon, tone = _GROUPS[reason]
        entries.append(Group(title=_(title), count=len(lines), icon=icon, tone=tone))
        entries.extend(_row(reason, line, state) for line in lines)
    if state.drafts:
        entries.append(Group(title=_("My drafts"), count=len(state.drafts), icon="pencil"))
        entries.extend(_draft(waiting, state.now) for waiting in state.drafts)
    return entries


def _row(reason: str, line: WorkLine, state: WorkState) -> Row:
    title, icon, tone = _GROUPS[reason]
    return Row(
        key=key_of(line.reason, str(line.entity)),
        cells=(
            icon_cell(icon, tone, _(title)),
            text_cell((strong(list_name(line.patient)),), (quiet(shown_number(line.patient)),)),
            text_cell(*_what(reason, line, state)),
            text_cell(*_since(reason, line, state.now)),
            button_cell(_(_BUTTONS[reason])),
        ),
        name=list_name(line.patient),
    )


def _what(reason: str, line: WorkLine, state: WorkState) -> list[Line]:
    known = _FAMILIES.get(line.row.family)
    kind = _(known) if known else _("Note")
    if (detail := state.details.get(line.entity)) is not None:
        before = state.earlier.get(line.entity)
        value = _value(detail) if before is None else _corrected(before, detail)
        return [value, (quiet(f"{kind} · {_why(line, state)}"),)]
    what = " ".join(line.row.title.split())[:120]
    why = _why(line, state)
    if not what:
        return [(Run(kind),), (quiet(why),)]
    ink = Ink.CRITICAL if reason == "critical" else Ink.TEXT
    return [
        (Run(what, strong=reason in ("critical", "worse", "undecided"), ink=ink),),
        (quiet(f"{kind} · {why}"),),
    ]


def _why(line: WorkLine, state: WorkState) -> str:
    whom = _("waits for you") if line.person == state.person else _("waits for the unit")
    if not (sides := state.sides.get(line.entity)):
        return whom
    return f"{_('changed by {names}').format(names=' ⇄ '.join(sides))} · {whom}"


def _corrected(before: Observation, body: Observation) -> Line:
    ink = Ink.CRITICAL if body.critical else Ink.WARNING
    return (Run(f"{body.concept.label}  "), strong(corrected_text(before, body), ink=ink))


def together_form(state: WorkState) -> tuple[Form, dict[str, str]]:
    """Return the summary of the normal results: every one of them, by patient, as it is read."""
    by_patient: dict[str, list[str]] = {}
    for line in state.confirming:
        whom = f"{list_name(line.patient)}  {shown_number(line.patient)}"
        body = state.details[line.entity]
        limits = range_text(body.reference)
        said = f"{body.concept.label} {value_text(body)}"
        by_patient.setdefault(whom, []).append(f"{said} ({limits})" if limits else said)
    count = len(state.confirming)
    fields = tuple(
        FormField(key=f"p{n}", label=whom, kind=FieldKind.READ) for n, whom in enumerate(by_patient)
    )
    content = {f"p{n}": "\n".join(values) for n, values in enumerate(by_patient.values())}
    done = FormAction(
        key="acknowledge",
        text=_("Acknowledge {count}").format(count=count),
        shortcut="Ctrl+Return",
        main=True,
    )
    remark = _("All are final, inside their reference range and never corrected.")
    form = Form(title=_("Normal results"), fields=fields, actions=(done,), remark=remark)
    return form, content


def _value(body: Observation) -> Line:
    ink = Ink.CRITICAL if body.critical else Ink.WARNING if body.abnormal else Ink.TEXT
    said = f"{value_text(body)} {mark(body)}".rstrip()
    limits = range_text(body.reference)
    value: Line = (Run(f"{body.concept.label}  "), strong(said, ink=ink))
    if not limits:
        return value
    tail = _("reference {range}").format(range=limits)
    return (*value, quiet("  "), Run(tail, ink=Ink.QUIET, size=Size.SMALL, keep=True))


def _since(reason: str, line: WorkLine, now: int) -> list[Line]:
    if reason == "overdue" and line.due is not None:
        day = local_date(line.due).isoformat()
        return [(Run("▲ " + _("was due {date}").format(date=day), ink=Ink.WARNING),)]
    lines: list[Line] = [(quiet(near(line.since, now)),)]
    if line.due is not None and reason in ("assess", "answer"):
        late = line.due < now
        day = local_date(line.due).isoformat()
        text = (_("was due {date}") if late else _("due {date}")).format(date=day)
        lines.append((Run("▲ " + text, ink=Ink.WARNING),) if late else (quiet(text),))
    return lines


def _draft(waiting: WaitingDraft, now: int) -> Row:
    patient = waiting.patient
    name = list_name(patient) if patient else _("Patient not on this computer")
    number = shown_number(patient) if patient else ""
    known = _WRITERS.get(waiting.draft.writer)
    what = _(known) if known else _("Draft")
    return Row(
        key=f"draft:{waiting.draft.id}",
        cells=(
            icon_cell("pencil", Tone.NEUTRAL, _("My drafts")),
            text_cell((strong(name),), (quiet(number),)),
            text_cell((Run(what),), (quiet(_("only you see it; no part of the record yet")),)),
            text_cell((quiet(near(waiting.draft.kept_at, now)),)),
            button_cell(_("Go on writing")) if patient else Cell(),
        ),
        name=name,
    )
