"""A form of ``forms/`` as fields of a draft: what is asked now, what is wrong, what follows.

A question has the field ``f_<path>``. Amounts may be typed with a comma; answers have a point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forms.answers import Answers, Asked, Fault, asked, calculated, faults
from forms.schema import Form, Item
from forms.text import label_of, words_of
from ui.shell.workspace.form import Content, FieldKind, FormField
from workstation.domain.runs import Run
from workstation.domain.texts import _

_PREFIX = "f_"
_SHORT = 32
_NUMBERS = ("quantity", "decimal", "integer")
Said = Callable[[Item, Answers], tuple[Run, ...]]
"""What a calculated answer means, in words."""


def field_key(path: str) -> str:
    """Return the field of the question at ``path``."""
    return _PREFIX + path


def answers_of(form: Form, content: Content) -> dict[str, str]:
    """Return what is answered of what is asked, with everything that follows from it."""
    found: dict[str, str] = {}
    # Which questions are asked depends on answers: once for each level of dependence is enough.
    for question in asked(form, _typed(content)):
        answer = content.get(field_key(question.path), "")
        if question.item.type in _NUMBERS:
            answer = answer.strip().replace(",", ".")
        if answer and question.item.calculated is None:
            found[question.path] = answer
    while True:
        whole = calculated(form, found)
        shut = {q.path for q in asked(form, whole) if not q.enabled} & found.keys()
        if not shut:
            return whole
        found = {path: answer for path, answer in found.items() if path not in shut}


def _typed(content: Content) -> dict[str, str]:
    return {k.removeprefix(_PREFIX): v for k, v in content.items() if k.startswith(_PREFIX)}


def fields_of(form: Form, content: Content, *, means: Said) -> tuple[FormField, ...]:
    """Return the fields of what is asked now. ``means`` explains calculated answers."""
    answers = answers_of(form, content)
    said = {fault.path: fault for fault in faults(form, answers)}
    shown = [question for question in asked(form, answers) if question.enabled]
    fields: list[FormField] = []
    for question in shown:
        field = _field(question, answers, said.get(question.path), means)
        # Two short answers share a line, so that a score stays in sight while it is typed.
        alone = not fields or fields[-1].beside or not _is_short(fields[-1])
        fields.append(field if alone or not _is_short(field) else replace(field, beside=True))
    return tuple(fields)


def _is_short(field: FormField) -> bool:
    if field.kind is FieldKind.CHOICE:
        return all(len(text) <= _SHORT for _key, text in field.choices)
    return field.kind is FieldKind.LINE and len(field.label) <= _SHORT


def wrong_in(form: Form, content: Content) -> tuple[tuple[str, Fault, str], ...]:
    """Return (field, fault, label) of everything that must be mended before saving."""
    answers = answers_of(form, content)
    items = {question.path: question.item for question in asked(form, answers)}
    return tuple(
        (field_key(fault.path), fault, label_of(items[fault.path]))
        for fault in faults(form, answers)
        if fault.stops and fault.path in items
    )


def _field(question: Asked, answers: Answers, fault: Fault | None, means: Said) -> FormField:
    item = question.item
    kind, choices = kind_of(item)
    typed = answers.get(question.path, "")
    return FormField(
        key=field_key(question.path),
        label=_label(item),
        kind=kind,
        choices=choices,
        rows=2,
        # An empty field is not wrong before somebody tries to save.
        hint=fault.message if fault is not None and typed else "",
        said=_said(item, answers, typed, means),
    )


def _said(item: Item, answers: Answers, typed: str, means: Said) -> tuple[Run, ...]:
    if item.calculated is None:
        return ()
    if not typed:
        return (Run(_("Shown when everything it needs is filled in."), "quiet"),)
    return (Run(words_of(item, typed), "strong"), *means(item, answers))


def _label(item: Item) -> str:
    label = (
        f"{label_of(item)}, {item.unit}" if item.unit and not item.calculated else label_of(item)
    )
    is_free = not item.required and item.type not in ("group", "display") and not item.calculated
    return _("{label} (optional)").format(label=label) if is_free else label


def kind_of(item: Item) -> tuple[FieldKind, tuple[tuple[str, str], ...]]:
    """Return how a question is filled in, and what there is to choose: (answer, text)."""
    if item.type in ("group", "display") or item.calculated is not None or item.read_only:
        return FieldKind.READ, ()
    if item.type == "text":
        return FieldKind.AREA, ()
    if item.type == "date":
        return FieldKind.DATE, ()
    if item.type == "choice":
        return FieldKind.CHOICE, tuple(
            (o.value, words_of(item, o.value)) for o in item.answer_option
        )
    if item.type == "boolean":
        return FieldKind.CHOICE, (("true", _("Yes")), ("false", _("No")))
    return FieldKind.LINE, ()
