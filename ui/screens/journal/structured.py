"""What is entered once in a note and becomes data: values, diagnosis, attention, planned action.

Each kind says how it is filled in, how it reads in the note, and what record it becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import msgspec

from forms.answers import Answers, faults
from forms.load import shipped
from forms.schema import Form, Item
from forms.text import label_of, words_of
from forms.values import observations
from ui.shell.code_words import code_words
from ui.shell.workspace.form import FieldKind, FormField
from workstation.domain.attention import CATEGORIES, CERTAINTIES, SEVERITIES, Attention
from workstation.domain.attention_words import CERTAINTY, SEVERITY
from workstation.domain.diagnosis import DIAGNOSIS_TYPES, ICD10SE, Diagnosis, typed_diagnosis
from workstation.domain.known_words import one_of
from workstation.domain.plan import PLAN_TYPES, PlannedAction
from workstation.domain.runs import Run
from workstation.domain.texts import N_, _
from workstation.domain.values import Concept, utc_text
from workstation.operations.record_entry import Entry
from workstation.operations.writing import Incomplete

Given = Mapping[str, str]
"""What is filled in, by the field's own name."""


@dataclass(frozen=True, kw_only=True)
class EntryKind:
    """A kind of entry. ``offer``: how ``/`` offers it; ``becomes``: where it is read as data.

    ``named``: a body's attribute, where something is missing, to the field that says it.
    """

    key: str
    term: str
    offer: str
    becomes: str
    fields: Callable[[Given], tuple[FormField, ...]]
    text: Callable[[Given], str]
    body: Callable[[Given, datetime], Entry]
    named: Mapping[str, str] = field(default_factory=dict)


def _measured(link: str) -> Form:
    """The question of the declared vital signs, alone: one code, unit and range everywhere."""
    whole = shipped()["vital_signs"]
    item = next(item for item in whole.item if item.link_id == link)
    item = msgspec.structs.replace(item, required=item.type != "group")
    return msgspec.structs.replace(whole, item=(item,), check=whole.check if item.item else ())


def _parts(form: Form) -> tuple[Item, ...]:
    (item,) = form.item
    return item.item or (item,)


def _answers(given: Given) -> Answers:
    return {name: text.strip().replace(",", ".") for name, text in given.items() if text.strip()}


def _value_fields(link: str, given: Given) -> tuple[FormField, ...]:
    form = _measured(link)
    odd = {fault.path: fault.message for fault in faults(form, _answers(given))}
    return tuple(
        FormField(
            key=item.link_id,
            label=_value_label(form, item),
            hint=odd.get(item.link_id, "") if given.get(item.link_id) else "",
            beside=number > 0,
        )
        for number, item in enumerate(_parts(form))
    )


def _value_label(form: Form, part: Item) -> str:
    (whole,) = form.item
    said = label_of(part) if part is whole else f"{label_of(whole)}, {label_of(part).lower()}"
    return f"{said}, {part.unit}"


def _value_text(link: str, given: Given) -> str:
    answers = _answers(given)
    parts = _parts(_measured(link))
    if len(parts) == 1:
        return words_of(parts[0], answers[link]) if link in answers else ""
    said = [answers.get(item.link_id, "") for item in parts]
    return f"{'/'.join(said)} {parts[0].unit}" if all(said) else ""


def _value_body(link: str, given: Given, now: datetime) -> Entry:
    form, answers = _measured(link), _answers(given)
    wrong = [fault for fault in faults(form, answers) if fault.stops]
    if wrong:
        what = label_of(form.item[0])
        raise Incomplete(
            f"{what}: {wrong[0].message}",
            _("What you have filled in is kept."),
            [fault.path for fault in wrong],
        )
    (value,) = observations(form, answers, effective=utc_text(now))
    return value


def _value(link: str, offer: str) -> EntryKind:
    return EntryKind(
        key=link,
        term=_measured(link).item[0].text,
        offer=offer,
        becomes=N_("Values"),
        fields=partial(_value_fields, link),
        text=partial(_value_text, link),
        body=partial(_value_body, link),
    )


_TYPES = (
    ("main", N_("Main diagnosis")),
    ("secondary", N_("Secondary diagnosis")),
    ("problem", N_("Lasting problem")),
)


def _diagnosis_fields(given: Given) -> tuple[FormField, ...]:
    kinds = tuple((key, _(text)) for key, text in _TYPES)
    return (
        FormField(key="text", label=_("Diagnosis")),
        FormField(key="code", label=_("ICD-10-SE code"), hint=code_words(given.get("code", ""))),
        FormField(key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=kinds, beside=True),
    )


def _diagnosis_text(given: Given) -> str:
    kind = dict(_TYPES).get(given.get("type", ""))
    concept = typed_diagnosis(given.get("code", ""), given.get("text", ""))
    said = f"{concept.code_in(ICD10SE)} {concept.text}".strip()
    return f"{said} ({_(kind).lower()})" if said and kind else said


def _diagnosis(given: Given, now: datetime) -> Entry:
    return Diagnosis(
        concept=typed_diagnosis(given.get("code", ""), given.get("text", "")),
        type=one_of(given.get("type", ""), DIAGNOSIS_TYPES, "problem"),
        recorded=utc_text(now),
    )


_CATEGORIES = (
    ("C", N_("Hypersensitivity")),
    ("A", N_("Medical condition or treatment")),
    ("B", N_("Communicable disease")),
    ("D", N_("Special care routine")),
)


def _attention_fields(given: Given) -> tuple[FormField, ...]:
    is_allergy = given.get("category") == "C"
    fields = [
        FormField(
            key="category",
            label=_("Attention information"),
            kind=FieldKind.CHOICE,
            choices=tuple((key, _(text)) for key, text in _CATEGORIES),
        ),
        FormField(key="text", label=_("Substance") if is_allergy else _("What it is about")),
    ]
    if is_allergy:
        fields += [
            FormField(
                key=key,
                label=label,
                kind=FieldKind.CHOICE,
                choices=tuple((k, _(text).capitalize()) for k, text in words.items()),
                beside=key == "certainty",
            )
            for key, label, words in (
                ("severity", _("Severity"), SEVERITY),
                ("certainty", _("Certainty"), CERTAINTY),
            )
        ]
    return tuple(fields)


def _attention_text(given: Given) -> str:
    what = given.get("text", "").strip()
    category = dict(_CATEGORIES).get(given.get("category", ""))
    if not what or not category:
        return what
    words = [SEVERITY.get(given.get("severity", "")), CERTAINTY.get(given.get("certainty", ""))]
    said = [what, *(_(word) for word in words if word and given.get("category") == "C")]
    return f"{_(category)}: {', '.join(said)}"


def _attention(given: Given, now: datetime) -> Entry:
    category = next((each for each in CATEGORIES if each == given.get("category")), None)
    if category is None:
        raise Incomplete(
            _("Say what kind of attention information it is."),
            _("Choose the category."),
            ["category"],
        )
    is_allergy = category == "C"
    return Attention(
        category=category,
        concept=Concept(text=given.get("text", "").strip()),
        severity=one_of(given.get("severity", ""), SEVERITIES, "") if is_allergy else "",
        certainty=one_of(given.get("certainty", ""), CERTAINTIES, "") if is_allergy else "",
        verified=utc_text(now),
    )


_ACTIONS = (
    ("visit", N_("Visit")),
    ("test", N_("Test")),
    ("nursing", N_("Nursing action")),
    ("treatment", N_("Treatment")),
    ("goal", N_("Goal")),
    ("other", N_("Other")),
)


def _plan_fields(_given: Given) -> tuple[FormField, ...]:
    kinds = tuple((key, _(text)) for key, text in _ACTIONS)
    return (
        FormField(key="title", label=_("Planned action: what is to be done")),
        FormField(key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=kinds),
        FormField(key="due", label=_("When"), kind=FieldKind.DATE, beside=True),
    )


def _plan_text(given: Given) -> str:
    title, due = given.get("title", "").strip(), given.get("due", "").strip()
    kind = dict(_ACTIONS).get(given.get("type", ""))
    said = f"{_(kind)}: {title}" if kind and title else title
    return f"{said}, {due}" if said and due else said


def _plan(given: Given, _now: datetime) -> Entry:
    return PlannedAction(
        type=one_of(given.get("type", ""), PLAN_TYPES, "other"),
        title=given.get("title", "").strip(),
        due=given.get("due") or None,
    )


KINDS: tuple[EntryKind, ...] = (
    _value("pressure", N_("Blood pressure – as a value")),
    _value("pulse", N_("Pulse – as a value")),
    _value("temperature", N_("Temperature – as a value")),
    _value("weight", N_("Weight – as a value")),
    _value("height", N_("Height – as a value")),
    EntryKind(
        key="diagnosis",
        term="Diagnos",
        offer=N_("Diagnosis – to the diagnoses"),
        becomes=N_("the diagnoses"),
        fields=_diagnosis_fields,
        text=_diagnosis_text,
        body=_diagnosis,
        named={"concept": "text"},
    ),
    EntryKind(
        key="attention",
        term="Uppmärksamhetsinformation",
        offer=N_("Attention information – to the banner"),
        becomes=N_("attention information"),
        fields=_attention_fields,
        text=_attention_text,
        body=_attention,
        named={"concept": "text"},
    ),
    EntryKind(
        key="plan",
        term="Planerad åtgärd",
        offer=N_("Planned action – to the plan"),
        becomes=N_("Plan"),
        fields=_plan_fields,
        text=_plan_text,
        body=_plan,
    ),
)
_BY_KEY = {kind.key: kind for kind in KINDS}


def kind_called(key: str) -> EntryKind | None:
    """Return the kind of that key."""
    return _BY_KEY.get(key)


def kind_offered_as(offer: str) -> EntryKind | None:
    """Return the kind that ``/`` offers in these words, in the current language."""
    return next((kind for kind in KINDS if _(kind.offer) == offer), None)


def offers() -> tuple[str, ...]:
    """Return what ``/`` offers of entries, in the current language."""
    return tuple(_(kind.offer) for kind in KINDS)


def drawn(kind: EntryKind, number: str, given: Given) -> tuple[FormField, ...]:
    """Return the fields of an entry in the draft; under the first typed one what the note says."""
    fields = [replace(each, key=field_key(number, each.key)) for each in kind.fields(given)]
    if said := kind.text(given):
        becomes = _("{text}   goes to {place}").format(text=said, place=_(kind.becomes))
        typed = next(n for n, each in enumerate(fields) if each.kind is FieldKind.LINE)
        fields[typed] = replace(fields[typed], said=(Run(becomes, "quiet"),))
    return tuple(fields)


def field_key(number: str, name: str) -> str:
    """Return the field of the draft for one of an entry's own fields."""
    return f"e{number}_{name}"


def given_in(content: Mapping[str, str], number: str) -> dict[str, str]:
    """Return what is filled in of the entry with that number."""
    prefix = field_key(number, "")
    return {k.removeprefix(prefix): v for k, v in content.items() if k.startswith(prefix) and v}
