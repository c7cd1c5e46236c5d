"""A form and its answers as FHIR R4 Questionnaire and QuestionnaireResponse."""

from __future__ import annotations

from typing import Any

from forms.answers import Answers, Asked, asked
from forms.schema import Form, Item

CANONICAL = "urn:ronden:form:{name}"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
_NUMBERS = {"integer": "valueInteger", "decimal": "valueDecimal"}


class NumberText(str):
    """A number to be written into JSON with exactly these digits."""


def questionnaire(form: Form) -> dict[str, Any]:
    """Return the form as a Questionnaire resource of plain JSON values."""
    return {
        "resourceType": "Questionnaire",
        "url": CANONICAL.format(name=form.name),
        "version": str(form.version),
        "name": form.name,
        "title": form.title,
        "status": "active",
        "item": [_question(item) for item in form.item],
    }


def _question(item: Item) -> dict[str, Any]:
    plain: dict[str, Any] = {"linkId": item.link_id, "text": item.text, "type": item.type}
    if item.unit:
        plain["extension"] = [{"url": _UNIT, "valueCoding": {"display": item.unit}}]
    if item.enable_when:
        plain["enableWhen"] = [
            _condition(w.question, w.operator, w.answer) for w in item.enable_when
        ]
        plain["enableBehavior"] = item.enable_behavior
    flags = {"required": item.required, "repeats": item.repeats, "readOnly": item.read_only}
    plain |= {name: True for name, is_set in flags.items() if is_set}
    if item.max_length:
        plain["maxLength"] = item.max_length
    if item.answer_option:
        plain["answerOption"] = [
            {"valueCoding": {"code": o.value, "display": o.text}} for o in item.answer_option
        ]
    if item.item:
        plain["item"] = [_question(inner) for inner in item.item]
    return plain


def _condition(question: str, operator: str, answer: str | bool | int) -> dict[str, Any]:
    name = {bool: "answerBoolean", int: "answerInteger", str: "answerString"}[type(answer)]
    return {"question": question, "operator": operator, name: answer}


def response(form: Form, answers: Answers, *, authored: str) -> dict[str, Any]:
    """Return the answers as a QuestionnaireResponse; numbers are :class:`NumberText`."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{CANONICAL.format(name=form.name)}|{form.version}",
        "status": "completed",
        "authored": authored,
        "item": [
            {"linkId": q.item.link_id, "text": q.item.text, "answer": [_answer(q, answers[q.path])]}
            for q in asked(form, answers)
            if q.enabled and answers.get(q.path)
        ],
    }


def _answer(question: Asked, answer: str) -> dict[str, Any]:
    item = question.item
    if item.type == "quantity":
        return {"valueQuantity": {"value": NumberText(answer), "unit": item.unit}}
    if item.type in _NUMBERS:
        return {_NUMBERS[item.type]: NumberText(answer)}
    if item.type == "boolean":
        return {"valueBoolean": answer == "true"}
    if item.type == "choice":
        return {"valueCoding": {"code": answer}}
    if item.type in ("date", "dateTime"):
        return {"valueDate" if item.type == "date" else "valueDateTime": answer}
    return {"valueString": answer}
