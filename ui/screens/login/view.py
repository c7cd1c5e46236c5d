"""The way in, on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.cell import Column, Row, text_cell
from ui.kit.field import SecretField, TextField
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.panel import Page, Panel
from ui.kit.table import Table
from ui.kit.textrun import quiet, strong
from ui.screens.login.state import LoginState
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_WIDTH = 400


class LoginView(QWidget):
    """Draws a ``LoginState``; ``admitted`` carries (user, password)."""

    admitted = Signal(str, str)
    chosen = Signal(str)
    back_wanted = Signal()
    remedy_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Log in"))
        self.setAutoFillBackground(True)
        self._title = Label("Ronden", strong=True, size=Size.NAME)
        self._lead = Label("", quiet=True, wrap=True)
        self.notice = Notice()
        self.user = TextField(_("User name"))
        self.password = SecretField(_("Password"))
        self.enter = Button(_("Log in"), kind=ButtonKind.PRIMARY)
        self.choices = Table(_("Assignment"), (Column(title="", stretch=1),), header=False)
        self._back = Button(_("Somebody else"))
        self._secrets, self._assignments = QWidget(), QWidget()
        self._build()
        self.user.edit.returnPressed.connect(self.password.edit.setFocus)
        self.password.edit.returnPressed.connect(self._submit)
        self.enter.clicked.connect(self._submit)
        self.choices.opened.connect(self.chosen)
        self._back.clicked.connect(self.back_wanted)
        self.notice.acted.connect(self.remedy_wanted)

    def _build(self) -> None:
        self._secrets.setAccessibleName(_("User name and password"))
        self._assignments.setAccessibleName(_("Assignment"))
        secrets = QVBoxLayout(self._secrets)
        secrets.setContentsMargins(0, 0, 0, 0)
        secrets.setSpacing(12)
        for field in (self.user, self.password):
            secrets.addWidget(field)
        secrets.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignRight)
        assignments = QVBoxLayout(self._assignments)
        assignments.setContentsMargins(0, 0, 0, 0)
        assignments.setSpacing(12)
        assignments.addWidget(self.choices, 1)
        assignments.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        self._assignments.setMinimumHeight(300)
        panel = Panel(outlined=True)
        panel.setAccessibleName(_("Log in"))
        panel.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(28, 24, 28, 24)
        inner.setSpacing(12)
        for widget in (self._title, self._lead, self.notice, self._secrets, self._assignments):
            inner.addWidget(widget)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(panel)
        middle.addStretch(1)
        page = Page(_("Log in"))
        column = QVBoxLayout(page.body)
        column.addStretch(2)
        column.addLayout(middle)
        column.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)

    def render_state(self, state: LoginState) -> None:
        """Draw the fields, or the assignments to choose among."""
        choosing = state.admitted is not None
        self._secrets.setVisible(not choosing)
        self._assignments.setVisible(choosing)
        self._secrets.setEnabled(not state.busy)
        self.user.set_text(state.user)
        self._lead.setText(_lead(state))
        if state.problem[0]:
            self.notice.show_problem(*state.problem, action=state.remedy)
            self.password.edit.selectAll()
        else:
            self.notice.clear()
        if state.admitted is not None:
            rows = [
                Row(
                    key=choice.assignment.hsa_id,
                    cells=(
                        text_cell(
                            (strong(choice.unit.name),), (quiet(_unit_kind(choice.unit.type)),)
                        ),
                    ),
                    name=choice.unit.name,
                )
                for choice in state.admitted.choices
            ]
            self.choices.set_rows(rows)
            self.choices.setFocus()

    def begin(self) -> None:
        """Empty the secret and put the cursor where typing begins."""
        self.password.edit.clear()
        field = self.password if self.user.text() else self.user
        field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        if self.user.text().strip() and self.password.text():
            self.admitted.emit(self.user.text().strip(), self.password.text())
            self.password.edit.clear()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong."""
        self.notice.show_problem(problem.message, problem.advice)


def _lead(state: LoginState) -> str:
    if state.admitted is not None:
        return _("Choose where you work now, {name}.").format(name=state.admitted.person.name)
    if state.locked_for:
        return _("Locked by {name}. Everything is kept.").format(name=state.locked_for)
    return _("Log in to your unit's workstation.")


def _unit_kind(kind: str) -> str:
    return {
        "ward": _("Ward"),
        "outpatient": _("Outpatient clinic"),
        "primary_care": _("Primary care"),
        "municipal": _("Municipal care"),
        "laboratory": _("Laboratory"),
        "imaging": _("Imaging and physiology"),
        "emergency": _("Emergency department"),
    }.get(kind, "")
