"""Reading a form's declaration, and refusing one that could not work, with the place of the fault."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from forms.declared import declared
from forms.schema import Calculated, Check, Form, Item, questions
from workstation.domain.problem import Problem
from workstation.domain.texts import _

COMPARISONS = ("<=", ">=", "<", ">")
NEWS2_NEEDS = frozenset(
    {"respiration", "spo2", "oxygen", "systolic", "pulse", "consciousness", "temperature"}
)
BMI_NEEDS = frozenset({"weight", "height"})


class BadForm(Problem):
    """A declaration that cannot work; the message names the form and the place."""


@cache
def shipped() -> dict[str, Form]:
    """Return the forms inside the product, by name, in the order of their titles."""
    folder = files("forms").joinpath("definitions")
    found = [
        form_from(part.read_text(encoding="utf-8"), place=part.name)
        for part in folder.iterdir()
        if part.name.endswith(".yaml")
    ]
    return {form.name: form for form in sorted(found, key=lambda form: form.title)}


GENERAL = "general"
"""What a unit says it takes when it takes the form that is for no specialty."""


def referral_forms(type_: str, specialties: Sequence[str] = ()) -> tuple[Form, ...]:
    """Return the forms of a kind of referral that a unit takes, its first choice first.

    Args:
        specialties: What the unit says it takes, in its order; one that is for another kind of
            referral is passed over. Without any for this kind: the general form.
    """
    fitting = [form for form in shipped().values() if form.referral_type == type_]
    named = [
        form
        for specialty in specialties
        for form in fitting
        if form.specialty == ("" if specialty == GENERAL else specialty)
    ]
    return tuple(named or [form for form in fitting if not form.specialty])


def form_from(text: str, *, place: str) -> Form:
    """Return the form that YAML declares.

    Raises:
        BadForm: It is no YAML, says something unknown, or refers to what it does not ask.
    """
    try:
        form = msgspec.convert(declared(text), Form, strict=False)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadForm(_("{place}: no YAML, line {line}.").format(place=place, line=line)) from None
    except msgspec.ValidationError as error:
        raise BadForm(f"{place}: {error}") from None
    for fault in _faults(form):
        raise BadForm(f"{place}: {fault}")
    return form


def split_check(check: Check) -> tuple[str, str, str] | None:
    """Return (left linkId, comparison, right linkId), or None when it does not say so."""
    words = check.that.split()
    if len(words) == 3 and words[1] in COMPARISONS:
        return words[0], words[1], words[2]
    return None


def _faults(form: Form) -> list[str]:
    items = questions(form)
    names = [item.link_id for item in items]
    faults = [f"linkId {n} is used twice" for n in sorted({n for n in names if names.count(n) > 1})]
    for item in items:
        faults += _item_faults(item, frozenset(names))
    for check in form.check:
        parts = split_check(check)
        if parts is None or not {parts[0], parts[2]} <= set(names):
            faults.append(f"check {check.that!r} compares no two questions")
    return faults


def _item_faults(item: Item, names: frozenset[str]) -> list[str]:
    where = f"item {item.link_id}"
    faults = [
        f"{where}: enableWhen asks {when.question}, which is not in the form"
        for when in item.enable_when
        if when.question not in names
    ]
    if item.type == "choice" and not item.answer_option:
        faults.append(f"{where}: a choice without answerOption")
    if item.type == "quantity" and not item.unit:
        faults.append(f"{where}: a quantity without unit")
    if item.item and item.type != "group":
        faults.append(f"{where}: only a group has items")
    if item.plausible and item.plausible[0] > item.plausible[1]:
        faults.append(f"{where}: plausible is from high to low")
    if item.calculated:
        faults += [f"{where}: {fault}" for fault in _calculation_faults(item.calculated, names)]
    return faults


def _calculation_faults(calculated: Calculated, names: frozenset[str]) -> list[str]:
    needs = {"news2": NEWS2_NEEDS, "bmi": BMI_NEEDS, "sum": frozenset[str]()}[calculated.by]
    faults = [f"{calculated.by} needs {name}" for name in sorted(needs - calculated.of.keys())]
    asked = {*calculated.of.values(), *calculated.items}
    return faults + [
        f"it counts {name}, which is not in the form" for name in sorted(asked - names)
    ]
