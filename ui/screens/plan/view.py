"""The plan on the screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.empty import Empty
from ui.kit.notice import Notice
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.toolbar import Toolbar
from ui.screens.plan.state import PlanState, actions_open
from ui.screens.plan.writers import TYPES
from ui.shell.actionbar import ActionBar
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.shell.when import shown
from ui.theme.typography import Size
from workstation.domain.plan import CarePlan, PlannedAction
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.domain.values import millis_of
from workstation.operations.ports import Listed

_ACTIONS = (("done", N_("Mark as done"), "K"), ("cancelled", N_("Cancel action"), ""))
_STATUS = {"planned": N_("Planned"), "done": N_("Done"), "cancelled": N_("Cancelled")}
_PLAN_STATUS = {
    "active": N_("Ongoing"),
    "completed": N_("Finished"),
    "draft": N_("Draft"),
    "on-hold": N_("Paused"),
    "revoked": N_("Cancelled"),
}


class PlanView(QWidget):
    """Draws a ``PlanState``."""

    new_wanted = Signal()
    chosen = Signal(str)
    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Plan"))
        self._new = Button(_("New action"), kind=ButtonKind.PRIMARY, shortcut="N", writes=True)
        self.notice = Notice()
        columns = (
            Column(title=_("What"), stretch=3, least=240, most=620),
            Column(title=_("When"), width=120, fold=3),
            Column(title=_("By whom"), stretch=1, least=140, most=260, fold=1),
            Column(title=_("Status"), width=130, fold=2),
        )
        self.table = ListTable(_("Plan"), columns, look_ahead=True)
        self._empty = Empty(
            _("Nothing is planned"),
            hint=_("What is decided here the patient sees on their own page."),
            step=_("New action"),
            icon="calendar",
        )
        self.bar = ActionBar(_("With the chosen action"), _ACTIONS, keys_on=self.table)
        self._build()
        self._new.clicked.connect(self.new_wanted)
        self._empty.next_step.connect(self.new_wanted)
        self.table.picked.connect(self.chosen)
        self.bar.acted.connect(self.acted)
        self.setFocusProxy(self.table)

    def _build(self) -> None:
        top = Toolbar(_("Plan"), (self._new,))
        self._stack = one_of(_("Plan"), self.table, self._empty)
        lay_out(self, top, over=(self.notice,), lists=(self._stack,), bar=self.bar)

    def render_state(self, state: PlanState) -> None:
        """Draw the plan; the chosen row stays chosen and in place."""
        self.table.set_rows(_rows(state))
        key = str(state.chosen) if state.chosen else ""
        if key:
            self.table.choose(key)
        is_empty = state.actions is not None and not state.actions and not state.plans
        self._stack.setCurrentWidget(self._empty if is_empty else self.table)
        self.bar.show_only(actions_open(state.chosen_action))

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the plan."""
        self.notice.show_problem(problem.message, problem.advice)


def _rows(state: PlanState) -> list[Group | Row]:
    entries: list[Group | Row] = []
    actions = state.actions or ()
    for title, is_current in ((_("Planned actions"), True), (_("Done or cancelled"), False)):
        under = [a for a in actions if (a.row.group == "current") is is_current]
        if under:
            entries.append(Group(title=title, count=len(under)))
            entries.extend(_action(one, state.now) for one in under)
    if state.plans:
        entries.append(Group(title=_("Care plans"), count=len(state.plans)))
        entries.extend(_plan(one) for one in state.plans)
    return entries


def _action(listed: Listed, now: int) -> Row:
    body = listed.state.current.body
    assert isinstance(body, PlannedAction)
    author = listed.state.current.author
    what: list[Line] = [(strong(body.title), quiet(f"  {_(TYPES[body.type])}"))]
    if body.comment:
        what.append((quiet(body.comment),))
    when: list[Line] = [(Run(shown(body.due) or "—", keep=True),)]
    if body.status == "planned" and body.due and millis_of(body.due) + 86_400_000 < now:
        when.append((Run("▲ " + _("overdue"), ink=Ink.WARNING),))
    status: list[Line] = [
        (strong(_("Voided") if listed.state.voided else _(_STATUS[body.status])),)
    ]
    if body.done:
        status.append((Run(shown(body.done), ink=Ink.QUIET, size=Size.SMALL, keep=True),))
    who = body.responsible or author.unit_name
    return Row(
        key=str(listed.state.id),
        cells=(text_cell(*what), text_cell(*when), text_cell(who), text_cell(*status)),
        name=body.title,
        faded=listed.row.group != "current",
    )


def _plan(listed: Listed) -> Row:
    body = listed.state.current.body
    assert isinstance(body, CarePlan)
    lines: list[Line] = [(strong(listed.row.title or _("Care plan")),)]
    for activity in body.activities:
        lines.append((Run(activity.concept.label or activity.text),))
    for goal in body.goals:
        lines.append((quiet(f"{_('Goal')}: {goal}"),))
    known = _PLAN_STATUS.get(body.status)
    return Row(
        key=str(listed.state.id),
        cells=(
            text_cell(*lines),
            text_cell((body.start or "—")[:10]),
            text_cell(listed.state.current.author.unit_name),
            text_cell((strong(_(known) if known else body.status or "—"),)),
        ),
        name=listed.row.title,
        faded=listed.row.group != "current",
    )
