"""Conditions as FHIRPath over a bundle of one patient's facts: the same three answers.

Variables: ``%bundle`` is the bundle that ``patient.bundle_of`` makes, ``%asOf`` the day. An
expression is true, false or empty, and empty is our *unknown*: FHIRPath's own logic is the same.
A predicate that FHIRPath cannot say (kidney function is computed) gives no expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.rows import Rule
from workstation.decision_support.situation import Limit, limit, limits, strings
from workstation.decision_support.units import amount_in
from workstation.decision_support.view import Library

AGE, WEIGHT = "30525-0", "29463-7"
"""LOINC: age, body weight."""
_OPERATORS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "="}


class NotSaid(Exception):
    """FHIRPath has no words for this; the message names the predicate."""


def resources(kind: str, where: str = "") -> str:
    """Return the path of the bundle's resources of one kind."""
    more = f" and {where}" if where else ""
    return f"%bundle.entry.resource.where(resourceType = '{kind}'{more})"


def in_set(drugs: DrugSet) -> str:
    """Return the condition on one MedicationRequest that its drug belongs to a set."""
    code = "medicationCodeableConcept.coding"
    wanted = f"{code}.code.where({_prefixes(drugs.include, drugs.exclude)}).exists()"
    parts = [wanted]
    if drugs.exclude:
        parts.append(f"{code}.first().code.where({_prefixes(drugs.exclude)}).exists().not()")
    if drugs.use != "any":
        parts.append(f"category.coding.code = '{drugs.use}'")
    if drugs.routes:
        routes = " or ".join(f"dosageInstruction.route.text = '{one}'" for one in drugs.routes)
        parts.append(f"({routes})")
    return " and ".join(parts)


def applies(rule: Rule, library: Library) -> str:
    """Return the condition that the rule's drugs are there: one of them is being ordered."""
    if not rule.drug:
        return f"{resources('MedicationRequest')}.exists()"
    first = in_set(library.sets[rule.drug])
    order, listed = "status = 'draft'", "status = 'active'"
    if not rule.with_:
        return f"{resources('MedicationRequest', f'{order} and {first}')}.exists()"
    second = in_set(library.sets[rule.with_])
    both = (
        f"({resources('MedicationRequest', f'{new} and {one}')}.exists()"
        f" and {resources('MedicationRequest', f'{listed} and {other}')}.exists())"
        for new, one, other in ((order, first, second), (order, second, first))
    )
    return f"({' or '.join(both)})"


def condition(spec: Mapping[str, Any], rule: Rule, library: Library) -> str:
    """Return a condition as FHIRPath; nothing asked is true.

    Raises:
        NotSaid: It asks what FHIRPath cannot say.
    """
    if not spec:
        return "true"
    return " and ".join(f"({_one(name, part, rule, library)})" for name, part in spec.items())


def _one(name: str, spec: Any, rule: Rule, library: Library) -> str:
    if name in ("any", "all"):
        joint = " or " if name == "any" else " and "
        return joint.join(f"({condition(part, rule, library)})" for part in spec)
    if name == "not":
        return f"({condition(spec, rule, library)}).not()"
    if name not in _SAID:
        raise NotSaid(name)
    return _SAID[name](spec, rule, library)


def _prefixes(codes: tuple[str, ...], but: tuple[str, ...] = ()) -> str:
    found = " or ".join(f"startsWith('{code}')" for code in codes)
    if not but:
        return found
    left = " or ".join(f"startsWith('{code}')" for code in but)
    return f"({found}) and ({left}).not()"


def _compared(path: str, wanted: tuple[Limit, ...]) -> str:
    return " and ".join(f"({path} {_OPERATORS[one.operator]} {one.value})" for one in wanted)


def _observed(code: str) -> Callable[[Any, Rule, Library], str]:
    coded = f"code.coding.code = '{code}'"
    path = f"{resources('Observation', coded)}.valueQuantity.value"
    return lambda spec, rule, library: _compared(path, limits(spec))


def _sex(spec: Any, rule: Rule, library: Library) -> str:
    return f"{resources('Patient')}.gender = '{'female' if spec == 'F' else 'male'}'"


def _diagnosis(statuses: str) -> Callable[[Any, Rule, Library], str]:
    def say(spec: Any, rule: Rule, library: Library) -> str:
        codes = tuple(code.replace(".", "") for code in strings(spec))
        where = f"{statuses}code.coding.code.where({_prefixes(codes)}).exists()"
        return f"{resources('Condition', where)}.exists()"

    return say


def _on_drug(spec: Any, rule: Rule, library: Library) -> str:
    sets = " or ".join(f"({in_set(library.sets[name])})" for name in strings(spec))
    return f"{resources('MedicationRequest', f'({sets})')}.exists()"


def _subject(rule: Rule, library: Library) -> str:
    return f"{resources('MedicationRequest', in_set(library.sets[rule.drug]))}.first()"


def _dose(spec: Any, rule: Rule, library: Library) -> str:
    wanted = limit(spec)
    milligrams = amount_in(wanted.value, wanted.unit, "mg")
    if milligrams is None:
        raise NotSaid("dose")
    path = f"{_subject(rule, library)}.dosageInstruction.doseAndRate.doseQuantity"
    in_mg = Limit(operator=wanted.operator, value=milligrams.normalize(), unit="mg")
    text = _compared(f"{path}.where(code = 'mg').value", (in_mg,))
    return text.replace(str(in_mg.value), f"{milligrams:f}")


def _route(spec: Any, rule: Rule, library: Library) -> str:
    words = " | ".join(f"'{word.casefold()}'" for word in strings(spec))
    return f"{_subject(rule, library)}.dosageInstruction.route.text in ({words})"


def _schedule(spec: Any, rule: Rule, library: Library) -> str:
    words = " | ".join(f"'{word.casefold()}'" for word in strings(spec))
    return f"{_subject(rule, library)}.dosageInstruction.timing.code.text in ({words})"


def _prn(spec: Any, rule: Rule, library: Library) -> str:
    answer = "true" if spec else "false"
    return f"{_subject(rule, library)}.dosageInstruction.asNeededBoolean = {answer}"


def _results(spec: Any) -> str:
    recent = f"effectiveDateTime.toDate() >= %asOf.toDate() - {int(spec.get('within', 365))} days"
    return resources("Observation", f"code.coding.code = '{spec['code']}' and {recent}")


def _lab(spec: Any, rule: Rule, library: Library) -> str:
    found = _results(spec)
    newest = (
        f"{found}.effectiveDateTime.aggregate(iif($total.empty() or $this > $total, $this, $total))"
    )
    value = f"{found}.where(effectiveDateTime = {newest}).first().valueQuantity.value"
    return _compared(value, limits(spec["is"]))


def _lab_missing(spec: Any, rule: Rule, library: Library) -> str:
    return f"{_results(spec)}.empty()"


_SAID: Mapping[str, Callable[[Any, Rule, Library], str]] = {
    "age": _observed(AGE),
    "weight": _observed(WEIGHT),
    "sex": _sex,
    "dx": _diagnosis("clinicalStatus.coding.code = 'active' and "),
    "dx_ever": _diagnosis(""),
    "on_drug": _on_drug,
    "lab": _lab,
    "lab_missing": _lab_missing,
    "dose": _dose,
    "route": _route,
    "schedule": _schedule,
    "prn": _prn,
}
