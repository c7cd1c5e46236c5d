"""A filled-in form as words: the sections of the note it becomes."""

from __future__ import annotations

from forms.answers import Answers, asked, number
from forms.schema import Form, Item
from workstation.domain.note import Section
from workstation.domain.texts import _, current_language


def label_of(item: Item) -> str:
    """Return the question in the current language."""
    return item.en if current_language() == "en" and item.en else item.text


def words_of(item: Item, answer: str) -> str:
    """Return an answer as a person reads it: option text, decimal comma, unit; free text as it is."""
    if item.type == "choice":
        option = next((o for o in item.answer_option if o.value == answer), None)
        if option is None:
            return answer
        return option.en if current_language() == "en" and option.en else option.text
    if item.type == "boolean":
        return _("Yes") if answer == "true" else _("No")
    if item.type in ("decimal", "quantity", "integer") and number(answer) is not None:
        shown = answer if current_language() == "en" else answer.replace(".", ",")
        return f"{shown} {item.unit}".strip()
    return answer


def sections(form: Form, answers: Answers) -> tuple[Section, ...]:
    """Return one section per answered question that is asked, in the order of the screen.

    What was typed as text stands there byte for byte.
    """
    return tuple(
        Section(
            term=label_of(question.item),
            code=question.item.link_id,
            text=words_of(question.item, answers[question.path]),
        )
        for question in asked(form, answers)
        if question.enabled and answers.get(question.path)
    )


def as_text(form: Form, answers: Answers, *, without: frozenset[str] = frozenset()) -> str:
    """Return the answered questions as one text, each question on a line of its own over its answer."""
    return "\n\n".join(
        f"{section.term}\n{section.text}"
        for section in sections(form, answers)
        if section.code not in without
    )
