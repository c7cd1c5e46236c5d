"""The lines of a form: fields beside each other, which stay while the form asks the same there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.runlabel import RunLabel
from ui.shell.workspace.form import Content, FieldKind, Form, FormField
from ui.shell.workspace.inputs import Input, make_input
from ui.shell.workspace.runs import drawn

Shape = tuple[object, ...]
_MADE_ANEW = frozenset({FieldKind.READ, FieldKind.FILES})
"""What they say is settled when they are made."""


class ShownField(QWidget):
    """A field with what it means in words under it."""

    def __init__(self, field: FormField, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.input: Input = make_input(field, value, self)
        self._said: RunLabel | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.input.widget)
        self.setAccessibleName(field.label)

    def show_field(self, field: FormField, problem: str) -> None:
        """Show what changes about a field while it is filled in."""
        self.input.set_hint(field.hint)
        self.input.set_problem(problem)
        self.input.show_offers(field.offers, field.offered)
        if field.said and self._said is None:
            self._said = RunLabel(parent=self)
            self._column.addWidget(self._said)
        if self._said is not None:
            self._said.set_lines([drawn(field.said)] if field.said else [])
            self._said.setVisible(bool(field.said))


class FormLine(QWidget):
    """Fields beside each other. ``lasts``: it may stay in the next form that asks the same."""

    def __init__(
        self, fields: Sequence[FormField], shape: Shape, content: Content, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.shape = shape
        self.lasts = not any(field.kind in _MADE_ANEW for field in fields)
        self.setAccessibleName(fields[0].label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.fields: dict[str, ShownField] = {}
        for field in fields:
            shown = ShownField(field, content.get(field.key, ""), self)
            row.addWidget(shown, 1, Qt.AlignmentFlag.AlignTop)
            self.fields[field.key] = shown

    def follow(self, content: Content) -> None:
        """Say what the draft says now: the form has become another around this line."""
        for key, shown in self.fields.items():
            if shown.input.text() != content.get(key, ""):
                shown.input.set_text(content.get(key, ""))


def lines_in(form: Form) -> list[tuple[FormField, ...]]:
    """Return the fields line by line."""
    lines: list[list[FormField]] = []
    for field in form.fields:
        if field.beside and lines:
            lines[-1].append(field)
        else:
            lines.append([field])
    return [tuple(line) for line in lines]


def shape_of(fields: Sequence[FormField], form: Form) -> Shape:
    """Return what a line is made from: where it is the same, the same widgets do."""
    return tuple(
        (f.key, f.label, f.kind, f.choices, f.bundles, f.beside, f.slash and form.terms)
        for f in fields
    )


def put_in_order(parts: Sequence[QWidget]) -> None:
    """Have Tab go through ``parts`` as they stand, though some were made before others."""
    stops = [
        widget
        for part in parts
        for widget in part.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and widget.window() is part.window()
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
