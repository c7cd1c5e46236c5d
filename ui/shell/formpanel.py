"""A form beside a list, on a place about no patient: what is filled in leaves the list in sight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from ui.kit.button import Button, ButtonKind
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.panel import Panel, Rule
from ui.shell.people import list_name, shown_number
from ui.shell.workspace.form import Form
from ui.shell.workspace.formview import FormView
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine

_WIDTH, _LEAST = 360, 260  # pixels


@guarded
class FormPanel(Panel):
    """Shows a ``Form`` with its actions as buttons; ``acted`` carries an action's key.

    What it asks stands above the fields. ``stays``: it is always there and cannot be closed; then
    its name does.
    """

    acted = Signal(str)
    closed = Signal()

    def __init__(self, name: str, *, stays: bool = False) -> None:
        super().__init__()
        self._stays = stays
        self._name = name
        self.setAccessibleName(name)
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.form = FormView(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(Rule(Qt.Orientation.Vertical))
        column = QVBoxLayout()
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(8)
        self._head, self._whom = (
            Label("", strong=True, wrap=True),
            Label("", strong=True, wrap=True),
        )
        for said in (self._head, self._whom):
            said.setContentsMargins(14, 0, 14, 0)
            column.addWidget(said)
        column.addWidget(self.form, 1)
        self._bar = QHBoxLayout()
        self._bar.setContentsMargins(14, 0, 14, 0)
        self._close = Button(_("Close"))
        self._close.clicked.connect(self.closed)
        self._close.setVisible(not stays)
        self._bar.addWidget(self._close)
        self._bar.addStretch(1)
        column.addLayout(self._bar)
        row.addLayout(column, 1)
        self._buttons: dict[str, Button] = {}
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(_WIDTH, super().sizeHint().height())

    def show_form(
        self,
        form: Form | None,
        content: Mapping[str, str],
        *,
        about: PatientLine | None = None,
        wrong: frozenset[str] = frozenset(),
        problem: tuple[str, str] = ("", ""),
        busy: bool = False,
    ) -> None:
        """Draw the form, or hide the panel; the first empty field has the cursor when it opens.

        ``about``: whose it is, named above the fields.
        """
        was_hidden = self.isHidden()
        self.setVisible(form is not None)
        if form is None:
            return
        self._head.setText(self._name if self._stays else form.title or self._name)
        self._whom.setText(f"{list_name(about)}  {shown_number(about)}" if about else "")
        self._whom.setVisible(about is not None)
        self._show_buttons(form)
        self.form.show_form(form, content, wrong=wrong, problem=problem)
        self.setEnabled(not busy)
        if was_hidden and not self._stays:
            self.form.focus_first()

    def _show_buttons(self, form: Form) -> None:
        for action in form.actions:
            if action.key not in self._buttons:
                kind = ButtonKind.PRIMARY if action.main else ButtonKind.SECONDARY
                button = Button(action.text, kind=kind, shortcut=action.shortcut)
                button.clicked.connect(lambda _checked=False, key=action.key: self.acted.emit(key))
                self._buttons[action.key] = button
                self._bar.addWidget(button)
        shown = {action.key for action in form.actions}
        for key, button in self._buttons.items():
            button.setVisible(key in shown)
