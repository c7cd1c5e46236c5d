"""What of a filled-in form becomes values in the record, so that nothing is written twice."""

from __future__ import annotations

from forms.answers import Answers, Asked, asked
from forms.schema import Form, Item, ObservationCode
from forms.text import words_of
from workstation.domain.observation import Component, Observation
from workstation.domain.values import Coding, Concept, Quantity

_UCUM = "http://unitsofmeasure.org"
_NUMBERS = ("quantity", "integer", "decimal")


def observations(form: Form, answers: Answers, *, effective: str) -> tuple[Observation, ...]:
    """Return one value for each answered question that declares a code, in the order of the screen.

    A group that declares a code becomes one value whose parts are its answered questions.

    Args:
        effective: When it was measured, RFC 3339 UTC.
    """
    found: list[Observation] = []
    taken: set[str] = set()
    for question in asked(form, answers):
        item = question.item
        if not question.enabled or item.observation is None or question.path in taken:
            continue
        if item.type == "group":
            inside = {inner.link_id for inner in item.item}
            parts = [q for q in asked(form, answers) if q.item.link_id in inside]
            taken |= {part.path for part in parts}
            found += _panel(item.observation, parts, answers, effective)
        elif answer := answers.get(question.path, ""):
            found.append(_value(item, item.observation, answer, effective))
    return tuple(found)


def _panel(
    code: ObservationCode, parts: list[Asked], answers: Answers, effective: str
) -> list[Observation]:
    components = tuple(
        Component(
            concept=_concept(part.item.observation),
            quantity=_quantity(part.item, answers[part.path]),
        )
        for part in parts
        if part.enabled and part.item.observation is not None and answers.get(part.path)
    )
    if not components:
        return []
    return [
        Observation(
            concept=_concept(code),
            category="vital-signs",
            effective=effective,
            components=components,
        )
    ]


def _value(item: Item, code: ObservationCode, answer: str, effective: str) -> Observation:
    is_number = item.type in _NUMBERS
    return Observation(
        concept=_concept(code),
        category="survey" if item.calculated else "vital-signs",
        effective=effective,
        quantity=_quantity(item, answer) if is_number else None,
        coded=None if is_number else Concept(text=words_of(item, answer)),
    )


def _concept(code: ObservationCode) -> Concept:
    codings = (Coding(system=code.system, code=code.code),) if code.code else ()
    return Concept(text=code.display, codings=codings)


def _quantity(item: Item, answer: str) -> Quantity:
    ucum = item.observation.ucum if item.observation else ""
    shown = item.unit or ucum
    return Quantity(value=answer, unit=shown, code=ucum, system=_UCUM if ucum else "")
