"""A referral's draft and its form: which questions are asked, what they begin with, what they say.

The question has the field ``question``; every other question of the form the field ``f_<linkId>``.
What came from the record stands in the draft from the start (``@pre``), each with its source.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from forms.answers import Asked, asked, faults
from forms.load import referral_forms, shipped
from forms.schema import Form, Item, Prefill
from forms.text import as_text, label_of
from ui.shell.workspace.form import Content, FormField
from ui.shell.workspace.questions import answers_of, field_key, kind_of
from workstation.domain.directory import Unit
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.operations.referral_background import FromRecord

QUESTION = "question"
_FORM_PREFIX = "form:"
_ROWS = {"question": 3, "medication": 6, "results": 6, "problems": 4}


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What a question begins with, as a draft keeps it."""

    text: str = ""
    answer: str = ""
    caution: str = ""


def specialties_of(unit: Unit | None) -> tuple[str, ...]:
    """Return the forms a unit takes, in its own order."""
    receives = unit.receives if unit else ()
    return tuple(r.removeprefix(_FORM_PREFIX) for r in receives if r.startswith(_FORM_PREFIX))


def accepts(unit: Unit, type_: str) -> bool:
    """Whether the unit takes that kind of referral; one that says nothing takes all but samples."""
    kinds = [r for r in unit.receives if not r.startswith(_FORM_PREFIX)]
    return type_ in kinds if kinds else type_ not in ("laboratory", "imaging")


def kept_background(found: Mapping[Prefill, FromRecord]) -> str:
    """Return what was read from the record as a draft keeps it."""
    begun: dict[str, Begun] = {
        name: Begun(text=one.text, answer=one.answer, caution=one.caution)
        for name, one in found.items()
    }
    return msgspec.json.encode(begun).decode()


def begun_in(content: Content) -> dict[str, Begun]:
    """Return what the draft's questions begin with."""
    kept = content.get("@pre", "")
    return msgspec.json.decode(kept, type=dict[str, Begun]) if kept else {}


def forms_in(content: Content) -> tuple[Form, ...]:
    """Return the forms that may be used for the draft's kind and receiver."""
    kept = content.get("@units", "")
    units = msgspec.json.decode(kept, type=dict[str, tuple[str, ...]]) if kept else {}
    chosen = units.get(content.get("to_unit", ""), ())
    return referral_forms(content.get("type", "consultation"), chosen)


def form_in(content: Content) -> Form | None:
    """Return the draft's form; None for a referral that was written without one."""
    return shipped().get(content.get("form", ""))


def key_of(item: Item) -> str:
    """Return the field of a question."""
    return QUESTION if item.link_id == QUESTION else field_key(item.link_id)


def with_form(content: Content, form: Form) -> dict[str, str]:
    """Return the draft under a form: what was written stays, empty questions begin from the record."""
    begun = begun_in(content)
    filled = {**content, "form": form.name}
    for question in asked(form, {}):
        item, key = question.item, key_of(question.item)
        if item.initial and key not in content:
            filled[key] = content.get("@today", "") if item.initial == "today" else item.initial
        start = begun.get(item.prefill)
        if start is None or content.get(key):
            continue
        filled[key] = start.answer if item.type == "choice" else start.text
        if item.type == "quantity":
            filled[key] = start.answer.replace(".", ",")
    return filled


def answers_in(form: Form, content: Content) -> dict[str, str]:
    """Return the form's answers as it keeps them; amounts with a point."""
    return answers_of(form, {**content, field_key(QUESTION): content.get(QUESTION, "")})


def background_in(form: Form, content: Content) -> str:
    """Return everything but the question as one text that stands alone."""
    return as_text(form, answers_in(form, content), without=frozenset({QUESTION}))


def wrong_in(form: Form, content: Content) -> tuple[tuple[str, str], ...]:
    """Return (field, label) of what must be answered or cannot be so."""
    items = {q.path: q.item for q in asked(form, {})}
    return tuple(
        (key_of(items[fault.path]), label_of(items[fault.path]))
        for fault in faults(form, answers_in(form, content))
        if fault.stops and fault.path in items
    )


def form_fields(form: Form, content: Content) -> list[FormField]:
    """Return the form's questions as they are asked now."""
    begun = begun_in(content)
    answers = answers_in(form, content)
    odd = {fault.path: fault.message for fault in faults(form, answers) if not fault.stops}
    return [
        _field(question, content, begun.get(question.item.prefill), odd.get(question.path, ""))
        for question in asked(form, answers)
        if question.enabled
    ]


def _field(question: Asked, content: Content, begun: Begun | None, odd: str) -> FormField:
    item = question.item
    label = (
        label_of(item) if item.required else _("{label} (optional)").format(label=label_of(item))
    )
    kind, choices = kind_of(item)
    return FormField(
        key=key_of(item),
        label=f"{label}, {item.unit}" if item.unit else label,
        kind=kind,
        choices=choices,
        rows=_ROWS.get(item.link_id, 2),
        hint=_hint(item, content, begun) or odd,
        said=_caution(begun),
    )


def _hint(item: Item, content: Content, begun: Begun | None) -> str:
    if begun is None or not (begun.text or begun.answer):
        return ""
    at = content.get("@pre_at", "")
    now = content.get(key_of(item), "")
    if item.type in ("choice", "quantity"):
        return _("From the record {time}: {text}").format(time=at, text=begun.text)
    if now == begun.text:
        return _("From the record {time}, as text. Change it freely.").format(time=at)
    return _("From the record {time}, changed by you.").format(time=at)


def _caution(begun: Begun | None) -> tuple[Run, ...]:
    return (Run(f"▲ {begun.caution}", "strong"),) if begun is not None and begun.caution else ()
