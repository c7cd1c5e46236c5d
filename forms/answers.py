"""Answers to a form: which are asked, which follow from others, what is wrong with them.

Answers are texts by path. A path is the linkId; inside a repeating group ``group/0/linkId``.
Numbers are decimal text exactly as typed (with a point), dates ``yyyy-MM-dd``, yes and no
``true`` and ``false``, a choice its option's value. An empty text is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import get_args

from forms.load import split_check
from forms.schema import EnableWhen, Form, Item
from workstation.domain.dosage_words import number_words
from workstation.domain.scores import Consciousness, News2, bmi, news2
from workstation.domain.texts import _, current_language

Answers = Mapping[str, str]
GREATEST_TEXT = 200_000
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,15})?")
_BEYOND = 10  # times the greatest plausible value: a slip of the key, whatever is measured


@dataclass(frozen=True, kw_only=True, repr=False)
class Fault:
    """Something to mend before the form can be saved. ``stops`` False: only look again."""

    path: str
    message: str
    stops: bool = True


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as it stands on the screen now."""

    path: str
    item: Item
    enabled: bool


def asked(form: Form, answers: Answers) -> tuple[Asked, ...]:
    """Return all questions in order, repeating groups once per repetition answered (at least one)."""
    return tuple(_walk(form.item, "", True, answers))


def _walk(items: tuple[Item, ...], prefix: str, enabled: bool, answers: Answers) -> Iterator[Asked]:
    for item in items:
        here = enabled and _enabled(item, prefix, answers)
        path = prefix + item.link_id
        yield Asked(path=path, item=item, enabled=here)
        if item.type == "group":
            for n in range(_repetitions(item, path, answers)):
                inner = f"{path}/{n}/" if item.repeats else prefix
                yield from _walk(item.item, inner, here, answers)


def _repetitions(group: Item, path: str, answers: Answers) -> int:
    if not group.repeats:
        return 1
    numbers = [
        p[len(path) + 1 :].split("/")[0]
        for p, v in answers.items()
        if v and p.startswith(f"{path}/")
    ]
    return max((int(n) + 1 for n in numbers if n.isdecimal()), default=1)


def _enabled(item: Item, prefix: str, answers: Answers) -> bool:
    if not item.enable_when:
        return True
    met = [_met(when, _near(when.question, prefix, answers)) for when in item.enable_when]
    return all(met) if item.enable_behavior == "all" else any(met)


def _near(question: str, prefix: str, answers: Answers) -> str:
    """Look for the answer in the same repetition first, then at the top of the form."""
    return answers.get(prefix + question, "") or answers.get(question, "")


def _met(when: EnableWhen, answer: str) -> bool:
    if when.operator == "exists":
        return bool(answer) is bool(when.answer)
    if not answer:
        return False
    wanted = str(when.answer).lower() if isinstance(when.answer, bool) else str(when.answer)
    if when.operator in ("=", "!="):
        return (answer == wanted) is (when.operator == "=")
    left, right = number(answer), number(wanted)
    return left is not None and right is not None and compare(left, when.operator, right)


def compare(left: Decimal, comparison: str, right: Decimal) -> bool:
    """Return whether two numbers stand in that order."""
    return {
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[comparison]


def number(text: str) -> Decimal | None:
    """Return a number written as records carry it, or None.

    Digits before the point and after it, no exponent, no sign but minus, no blanks: ``.5`` may be
    a 5 whose point was a slip, and no record would take it.
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def calculated(form: Form, answers: Answers) -> dict[str, str]:
    """Return the answers with every calculated one as it follows from the others, or left out."""
    whole = dict(answers)
    for question in asked(form, answers):
        rule = question.item.calculated
        if rule is None:
            continue
        value = _calculate(question.item, form, whole)
        if value is None:
            whole.pop(question.path, None)
        else:
            whole[question.path] = value
    return whole


def _calculate(item: Item, form: Form, answers: Answers) -> str | None:
    rule = item.calculated
    assert rule is not None
    given = {name: answers.get(link, "") for name, link in rule.of.items()}
    if rule.by == "news2":
        score = news2_of(given)
        return str(score.total) if score is not None else None
    if rule.by == "bmi":
        weight, height = number(given["weight"]), number(given["height"])
        if weight is None or height is None or height <= 0:
            return None
        return str(bmi(weight_kg=weight, height_cm=height))
    return _sum(rule.items, form, answers)


def news2_of(given: Mapping[str, str]) -> News2 | None:
    """Return the score of answers by the names of its parameters; None until all are known."""
    numbers = {
        n: number(given[n]) for n in ("respiration", "spo2", "systolic", "pulse", "temperature")
    }
    if any(value is None for value in numbers.values()) or given["oxygen"] not in ("true", "false"):
        return None
    consciousness = next((c for c in get_args(Consciousness) if c == given["consciousness"]), None)
    if consciousness is None:
        return None
    known = {name: value for name, value in numbers.items() if value is not None}
    return news2(
        respiration_per_min=known["respiration"],
        spo2_percent=known["spo2"],
        on_oxygen=given["oxygen"] == "true",
        systolic_mmhg=known["systolic"],
        pulse_per_min=known["pulse"],
        consciousness=consciousness,
        temperature_celsius=known["temperature"],
        hypercapnic=given.get("scale", "") == "2",
    )


def _sum(items: tuple[str, ...], form: Form, answers: Answers) -> str | None:
    by_path = {question.path: question.item for question in asked(form, answers)}
    total = 0
    for link in items:
        option = next(
            (o for o in by_path[link].answer_option if o.value == answers.get(link)), None
        )
        if option is None:
            return None
        total += option.points
    return str(total)


def faults(form: Form, answers: Answers) -> tuple[Fault, ...]:
    """Return what is wrong, in the order of the screen; empty when the form can be saved."""
    found: list[Fault] = []
    paths = set()
    for question in asked(form, answers):
        paths.add(question.path)
        answer = answers.get(question.path, "")
        if question.enabled and question.item.required and not answer:
            found.append(Fault(path=question.path, message=_("This must be answered.")))
        elif answer:
            found += _answer_faults(question, answer)
    found += [
        Fault(path=path, message=_("The form does not ask this."))
        for path, answer in answers.items()
        if answer and path not in paths
    ]
    return (*found, *_check_faults(form, answers))


def _answer_faults(question: Asked, answer: str) -> list[Fault]:
    item = question.item
    message = ""
    if item.type in ("integer", "decimal", "quantity"):
        return _number_faults(question, answer)
    if item.type == "choice" and answer not in {option.value for option in item.answer_option}:
        message = _("Choose one of the answers.")
    elif item.type == "boolean" and answer not in ("true", "false"):
        message = _("Answer yes or no.")
    elif item.type in ("date", "dateTime") and not _is_date(answer, item.type):
        message = _("Write the date as yyyy-mm-dd.")
    elif len(answer) > (item.max_length or GREATEST_TEXT):
        message = _("The text is longer than {most} characters.").format(
            most=item.max_length or GREATEST_TEXT
        )
    return [Fault(path=question.path, message=message)] if message else []


def _number_faults(question: Asked, answer: str) -> list[Fault]:
    item = question.item
    value = number(answer)
    if value is None or (item.type == "integer" and value != value.to_integral_value()):
        return [Fault(path=question.path, message=_("Write a number."))]
    if item.plausible and not item.plausible[0] <= value <= item.plausible[1]:
        low, high = item.plausible
        message = _("Not plausible: usually {low} to {high} {unit}.").format(
            low=number_words(low), high=number_words(high), unit=item.unit
        )
        slip = value < 0 <= low or value > high * _BEYOND
        return [Fault(path=question.path, message=message.strip(), stops=slip)]
    return []


def _is_date(text: str, kind: str) -> bool:
    try:
        if kind == "date":
            return date.fromisoformat(text).isoformat() == text
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _check_faults(form: Form, answers: Answers) -> list[Fault]:
    found = []
    for check in form.check:
        parts = split_check(check)
        assert parts is not None  # a form that says otherwise is not loaded
        left, right = number(answers.get(parts[0], "")), number(answers.get(parts[2], ""))
        if left is not None and right is not None and not compare(left, parts[1], right):
            message = check.en if current_language() == "en" and check.en else check.or_else
            found.append(Fault(path=parts[0], message=message))
    return found
