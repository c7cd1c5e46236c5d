"""One face for every kind of field: text in, text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.checkbox import CheckBox
from ui.kit.choicefield import ChoiceField
from ui.kit.datefield import DateField
from ui.kit.field import Field, TextField
from ui.kit.label import Label
from ui.kit.textarea import ReadingText, TextAreaField
from ui.shell.workspace.filelist import FileList
from ui.shell.workspace.findfield import FindField
from ui.shell.workspace.form import FieldKind, FormField, Offer
from ui.shell.workspace.phrases import Phrases
from ui.shell.workspace.picklist import PickField
from ui.shell.workspace.slash import SlashMenu
from ui.theme.typography import Size


class Input(QObject):
    """A field as the form sees it. ``changed`` carries the whole text."""

    changed = Signal(str)
    term_chosen = Signal(str)
    picked = Signal(str)

    def __init__(
        self, widget: QWidget, read: Callable[[], str], write: Callable[[str], None]
    ) -> None:
        super().__init__(widget)
        self.widget = widget
        self.text = read
        self._phrases: Phrases | None = None
        self.set_text = write

    def set_hint(self, hint: str) -> None:
        """Explain under the field."""
        if isinstance(self.widget, Field):
            self.widget.set_hint(hint)

    def set_problem(self, problem: str) -> None:
        """Say what is wrong under the field."""
        if isinstance(self.widget, Field) and self.widget.problem() != problem:
            self.widget.set_problem(problem)

    def show_offers(self, offers: tuple[Offer, ...], said: str) -> None:
        """Show what is found so far under a field that finds."""
        if isinstance(self.widget, FindField):
            self.widget.show_offers(offers, said)

    def offer_terms(self, terms: tuple[str, ...]) -> None:
        """Let ``/`` at the start of a line offer these sökord."""
        if isinstance(self.widget, TextAreaField):
            menu = SlashMenu(self.widget.edit, terms)
            menu.chosen.connect(self.term_chosen)

    def offer_phrases(self, phrases: Mapping[str, str]) -> None:
        """Let ``.name`` and a space become the sentence of that name."""
        if self._phrases is not None:
            self._phrases.offer(phrases)
        elif phrases and isinstance(self.widget, TextAreaField):
            self._phrases = Phrases(self.widget.edit, phrases)


def make_input(field: FormField, value: str, parent: QWidget) -> Input:
    """Return the input for a field, filled with ``value``, as a child of ``parent``.

    Made where it stands: a widget that is put elsewhere later is dressed anew with all in it.
    """
    return _MAKERS[field.kind](field, value, parent)


def _line(field: FormField, value: str, parent: QWidget) -> Input:
    widget = TextField(
        field.label, text=value, placeholder=field.placeholder, hint=field.hint, parent=parent
    )
    made = Input(widget, widget.text, widget.set_text)
    widget.changed.connect(lambda *_args: made.changed.emit(widget.text()))
    return made


def _area(field: FormField, value: str, parent: QWidget) -> Input:
    widget = TextAreaField(
        field.label,
        text=value,
        placeholder=field.placeholder,
        hint=field.hint,
        rows=field.rows,
        parent=parent,
    )
    made = Input(widget, widget.text, widget.set_text)
    widget.changed.connect(lambda: made.changed.emit(widget.text()))
    return made


def _choice(field: FormField, value: str, parent: QWidget) -> Input:
    widget = ChoiceField(
        field.label,
        field.choices,
        key=value,
        placeholder=field.placeholder,
        hint=field.hint,
        parent=parent,
    )
    # A long choice takes more lines in the box; it never widens the form.
    widget.edit.setSizeAdjustPolicy(
        QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
    widget.edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    made = Input(
        widget, widget.key, lambda key: widget.edit.setCurrentIndex(widget.edit.findData(key))
    )
    widget.changed.connect(made.changed)
    return made


def _date(field: FormField, value: str, parent: QWidget) -> Input:
    widget = DateField(field.label, hint=field.hint, parent=parent)
    widget.edit.setText(value)
    made = Input(widget, widget.text, widget.edit.setText)
    widget.changed.connect(made.changed)
    return made


def _check(field: FormField, value: str, parent: QWidget) -> Input:
    widget = CheckBox(field.label, checked=value == "yes", parent=parent)
    made = Input(
        widget,
        lambda: "yes" if widget.isChecked() else "",
        lambda text: widget.setChecked(text == "yes"),
    )
    widget.toggled.connect(lambda on: made.changed.emit("yes" if on else ""))
    return made


def _read(field: FormField, value: str, parent: QWidget) -> Input:
    reading = ReadingText(value, name=field.label)
    lines = min(12, max(1, sum(1 + len(line) // 46 for line in value.split("\n"))))
    reading.setFixedHeight(lines * 18 + 18)
    widget = QWidget(parent)
    widget.setAccessibleName(field.label)
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(Label(field.label, quiet=True, size=Size.SMALL, wrap=True))
    column.addWidget(reading)
    reading.setVisible(bool(value))  # a score says itself in words under its name
    return Input(widget, lambda: value, reading.set_text)


def _pick(field: FormField, value: str, parent: QWidget) -> Input:
    widget = PickField(
        field.label,
        field.choices,
        bundles=field.bundles,
        chosen=value,
        placeholder=field.placeholder,
        hint=field.hint,
        parent=parent,
    )
    made = Input(widget, widget.text, widget.set_text)
    widget.changed.connect(made.changed)
    return made


def _find(field: FormField, value: str, parent: QWidget) -> Input:
    widget = FindField(
        field.label, text=value, placeholder=field.placeholder, hint=field.hint, parent=parent
    )
    made = Input(widget, widget.text, widget.set_text)
    widget.changed.connect(lambda *_args: made.changed.emit(widget.text()))
    widget.picked.connect(made.picked)
    return made


def _files(field: FormField, value: str, parent: QWidget) -> Input:
    shown = [(key, text) for key, text in field.choices if key in value.split()]
    widget = FileList(field.label, shown, hint=field.hint, parent=parent)
    made = Input(widget, widget.text, widget.set_text)
    widget.changed.connect(made.changed)
    return made


_MAKERS: dict[FieldKind, Callable[[FormField, str, QWidget], Input]] = {
    FieldKind.LINE: _line,
    FieldKind.AREA: _area,
    FieldKind.CHOICE: _choice,
    FieldKind.DATE: _date,
    FieldKind.CHECK: _check,
    FieldKind.READ: _read,
    FieldKind.PICK: _pick,
    FieldKind.FILES: _files,
    FieldKind.FIND: _find,
}
