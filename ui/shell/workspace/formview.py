"""A form on the screen: its fields under each other, drawn from plain data."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.focus import takes_keyboard
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.panel import Column
from ui.shell.workspace.cards import CardStack
from ui.shell.workspace.form import OFFERED, Content, FieldKind, Form, FormField
from ui.shell.workspace.formlines import (
    FormLine,
    Shape,
    ShownField,
    lines_in,
    put_in_order,
    shape_of,
)
from ui.shell.workspace.inputs import Input
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.texts import _

_SHORT = 300  # pixels
_SETTLES = 50  # milliseconds: the keyboard has gone where it goes by then
_AT_ONCE = 4
"""Fields that are made in one go: many keep the program from answering for longer than is felt."""


@guarded
class FormView(QWidget):
    """Draws a ``Form``; ``changed`` carries (field key, text), ``term_wanted`` (field, sökord).

    ``in_parts``: a long one that somebody sees is made a few fields at a time. ``making`` says so:
    whoever hears it calls ``make_more`` until it is whole, with other work in between.
    """

    changed = Signal(str, str)
    discard_confirmed = Signal()
    term_wanted = Signal(str, str)
    suggestion_taken = Signal(str, str)
    remedy_wanted = Signal(str)
    making = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, in_parts: bool = False) -> None:
        super().__init__(parent)
        self._in_parts = in_parts
        self.setAccessibleName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.notice = Notice(self)
        self._column = Column(name=name, margin=14, spacing=10, raised=True, parent=self)
        self._outer, self._scrolls = outer, False
        outer.addWidget(self.notice)
        outer.addWidget(self._column, 1)
        self._remedy = ""
        self.notice.acted.connect(self._acted)
        self._fields: dict[str, ShownField] = {}
        self._told: dict[str, str] = {}
        self._lines: list[FormLine] = []
        self._waiting: list[tuple[Shape, tuple[FormField, ...]]] = []
        self._order: dict[Shape, int] = {}
        self._drawn: tuple[Form, Content, frozenset[str]] | None = None
        self._shape: tuple[object, ...] = ()
        self._begin_in = ""
        self._said: tuple[str, ...] = ()
        self._refused = ("", "")
        self._of_one = False
        self._remark = Label("", quiet=True, size=Size.SMALL, wrap=True, parent=self._column.body)
        self.cards = CardStack(self._column.body, chord="Alt+")
        self.cards.taken.connect(self.suggestion_taken)

    def show_form(
        self,
        form: Form,
        content: Content,
        *,
        wrong: frozenset[str],
        problem: tuple[str, str],
        leaving: bool = False,
        remedy: tuple[str, str] = ("", ""),
        tone: Tone = Tone.WARNING,
    ) -> None:
        """Draw the form; fields that stay keep their cursor and their text.

        ``remedy``: (key, text) of what can be done about the problem.
        """
        self._begin_in = form.begin_in
        shape = (*(shape_of(line, form) for line in lines_in(form)), form.cards_before)
        self._drawn = (form, content, wrong)
        if problem != self._refused:
            self._refused, self._of_one = problem, len(wrong) == 1
        if shape != self._shape:
            here = self._field_with_keyboard()
            self._build(form, content)
            self._shape = shape
            if here != self._field_with_keyboard():
                self.focus_field(here)
        for field in form.fields:
            if field.key in self._fields:
                self._show_field(field, form, content, wrong)
        self.cards.show_cards(form.cards)
        self._remark.setText(form.remark)
        self._remark.setVisible(bool(form.remark))
        self._remedy = "" if leaving else remedy[0]
        if leaving:
            self.notice.show_problem(
                _("Throw the draft away?"),
                _("It is no part of the record, and cannot be brought back."),
                action=_("Throw away"),
            )
        elif problem[0]:
            self.notice.show_problem(*problem, tone=tone, action=remedy[1])
        else:
            self.notice.clear()
        self._bring_notice((*problem, str(leaving)), at_a_field=bool(wrong))

    def _bring_notice(self, said: tuple[str, ...], *, at_a_field: bool) -> None:
        """Scroll to what is new and stands among the fields, unless one of them says it itself."""
        if said != self._said and self._scrolls and not at_a_field and not self.notice.isHidden():
            QTimer.singleShot(_SETTLES, self, self._show_notice)
        self._said = said

    def _show_notice(self) -> None:
        if self._scrolls and not self.notice.isHidden():
            self._column.ensureWidgetVisible(self.notice, 0, 0)

    def _show_field(
        self, field: FormField, form: Form, content: Content, wrong: frozenset[str]
    ) -> None:
        shown = self._fields[field.key]
        asked = self._asked(field, content, wrong) if field.key in wrong else ""
        shown.show_field(field, asked)
        if field.slash:
            shown.input.offer_phrases(form.phrases)
        self._follow(field.key, content.get(field.key, ""))

    def _asked(self, field: FormField, content: Content, wrong: frozenset[str]) -> str:
        """Say at a field what to do about it; it stands where the hint stood, and says that too."""
        if not content.get(field.key, "").strip():
            return _("Fill this in.")
        if self._of_one and len(wrong) == 1:
            return self._refused[1] or self._refused[0] or _("Put this right.")
        return " ".join(filter(None, (_("Put this right."), field.hint)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._place_notice(scrolls=event.size().height() < _SHORT)

    def _place_notice(self, *, scrolls: bool) -> None:
        """In a low window the notice scrolls with the fields: cut off it could not be read."""
        if scrolls is self._scrolls:
            return
        self._scrolls, hidden = scrolls, self.notice.isHidden()
        if scrolls:
            self._column.put_first(self.notice)
        else:
            self._outer.insertWidget(0, self.notice)
        self.notice.setHidden(hidden)

    def _acted(self) -> None:
        if self._remedy:
            self.remedy_wanted.emit(self._remedy)
        else:
            self.discard_confirmed.emit()

    def _follow(self, key: str, text: str) -> None:
        """Show what one answer has made of another; where somebody writes, nothing moves."""
        before, self._told[key] = self._told.get(key, text), text
        shown = self._fields[key]
        if text == before or shown.input.text() == text or self._field_with_keyboard() == key:
            return
        shown.input.set_text(text)

    def focus_first(self) -> None:
        """Put the cursor where one begins, else in the first empty field, else in the first."""
        if self._begin_in not in self._fields and self._begin_in:
            self.make_whole()
        begin = self._fields.get(self._begin_in)
        if begin is not None and not begin.input.text():
            self.focus_field(self._begin_in)
            return
        empty = self._first_empty()
        if empty is None and self._waiting:
            self.make_whole()
            empty = self._first_empty()
        shown = self._writable()
        target = empty or (shown[0] if shown else None)
        if target is not None:
            target.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_empty(self) -> Input | None:
        return next((one for one in self._writable() if not one.text()), None)

    def _writable(self) -> list[Input]:
        """Return what takes the keyboard: a heading between the fields does not."""
        inputs = (field.input for field in self._fields.values())
        return [one for one in inputs if takes_keyboard(one.widget)]

    def focus_field(self, key: str) -> None:
        """Put the cursor in a field."""
        if key not in self._fields:
            self.make_whole()
        if key in self._fields:
            self._fields[key].input.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field_with_keyboard(self) -> str:
        focused: QWidget | None = self.window().focusWidget()
        if focused is None:
            return ""
        return next((k for k, shown in self._fields.items() if shown.isAncestorOf(focused)), "")

    def texts(self) -> dict[str, str]:
        """Return what stands in every field."""
        self.make_whole()
        return {key: shown.input.text() for key, shown in self._fields.items()}

    def set_text(self, key: str, text: str) -> None:
        """Write into a field as a person would."""
        self.make_whole()
        self._fields[key].input.set_text(text)

    def _build(self, form: Form, content: Content) -> None:
        """Put the form's lines under each other: those it had before stay as they are.

        Where somebody sees it only some of the new ones are made at once: where one begins, and
        the first.
        """
        wanted = [(shape_of(fields, form), fields) for fields in lines_in(form)]
        before = {line.shape: line for line in self._lines if line.lasts}
        stayed = [before[shape] for shape, _fields in wanted if shape in before]
        # Often asked for by one of the old fields while it still handles a key: they go later.
        old = [line for line in self._lines if line not in stayed]
        QTimer.singleShot(0, self, lambda: old.clear())
        self._lines = stayed
        self._waiting = [(shape, fields) for shape, fields in wanted if shape not in before]
        self._waiting.sort(key=lambda one: all(field.key != form.begin_in for field in one[1]))
        self._order = {shape: number for number, (shape, _fields) in enumerate(wanted)}
        known = {key for line in stayed for key in line.fields}
        self._told = {key: text for key, text in self._told.items() if key in known}
        at_once = not self._in_parts or not self.window().isVisible()
        made = self._make_some(form, content, all_of_it=at_once)
        parts = self._parts(form)
        self._column.clear(keep=parts)
        for part in parts:
            self._column.add(part)
        _show(made)
        for line in stayed:
            line.follow(content)
        if self._waiting:
            self.making.emit()
        elif stayed or form.begin_in:
            put_in_order(parts)

    def _make_some(self, form: Form, content: Content, *, all_of_it: bool) -> list[FormLine]:
        """Make some of the lines that are waited for, in their order; the others come in a moment."""
        made: list[FormLine] = []
        while self._waiting and (all_of_it or sum(len(line.fields) for line in made) < _AT_ONCE):
            shape, fields = self._waiting.pop(0)
            line = FormLine(fields, shape, content, self._column.body)
            for field in fields:
                self._listen(field, line.fields[field.key], form.terms)
            made.append(line)
        self._lines = sorted([*self._lines, *made], key=lambda line: self._order[line.shape])
        self._fields = {key: shown for line in self._lines for key, shown in line.fields.items()}
        return made

    def _go_on(self, *, all_of_it: bool = False) -> None:
        """Make more of the lines, and say in them what the draft says by now."""
        if not self._waiting or self._drawn is None:
            return
        form, content, wrong = self._drawn
        made = self._make_some(form, content, all_of_it=all_of_it)
        for line in made:
            for field in (field for field in form.fields if field.key in line.fields):
                self._show_field(field, form, content, wrong)
        parts = self._parts(form)
        for number, part in enumerate(parts):
            self._column.put_at(number, part)
        _show(made)
        if not self._waiting:
            put_in_order(parts)

    @property
    def being_made(self) -> bool:
        """Whether there are fields yet to come."""
        return bool(self._waiting)

    def make_more(self) -> None:
        """Make the next few fields."""
        self._go_on()

    def make_whole(self) -> None:
        """Make at once what is yet to come: somebody wants to go there."""
        self._go_on(all_of_it=True)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001, N802  Qt's name and shape
        """Before Tab goes anywhere, everything it may go to is there."""
        self.make_whole()
        return super().focusNextPrevChild(is_next)

    def _parts(self, form: Form) -> list[QWidget]:
        parts: list[QWidget] = [self.notice] if self._scrolls else []
        for line in self._lines:
            if form.cards_before in line.fields:
                parts.append(self.cards)
            parts.append(line)
        if self.cards not in parts:
            parts.append(self.cards)
        return [*parts, self._remark]

    def _listen(self, field: FormField, shown: ShownField, terms: tuple[str, ...]) -> None:
        key = field.key
        if field.kind is FieldKind.READ:
            return
        shown.input.changed.connect(lambda text: self.changed.emit(key, text))
        shown.input.picked.connect(lambda offer: self.suggestion_taken.emit(OFFERED, offer))
        if field.slash:
            shown.input.offer_terms(terms)
            shown.input.term_chosen.connect(lambda term: self.term_wanted.emit(key, term))


def _show(lines: list[FormLine]) -> None:
    """Show lines now: Qt would do it in a moment, and a Tab before that would pass them by."""
    for line in lines:
        line.show()
