"""A package as a FHIR R4 bundle: one Library, a ValueSet for each set, a PlanDefinition for each rule.

The first line that holds decides: each line is an action whose condition denies the lines
before it. What FHIRPath cannot say is carried as our own JSON, with its own language code, and
counted, never dropped.
"""

from __future__ import annotations

from typing import Any

import msgspec

from workstation.content.export import fhirpath
from workstation.content.source import Content
from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.findings import RANK
from workstation.decision_support.rows import Level, Rule
from workstation.decision_support.view import Library

BASE = "https://ronden.example/fhir"
INTERRUPTS = f"{BASE}/StructureDefinition/interrupts"
OWN_LANGUAGE = "application/x-ronden+json"
_PRIORITY = {"info": "routine", "warning": "urgent", "critical": "stat"}
_VERBS = {"replace": "update", "add": "create", "order_lab": "create", "stop": "remove"}


def bundle_of(content: Content, library: Library) -> tuple[dict[str, Any], list[str]]:
    """Return the package as a collection bundle, and what FHIRPath could not say of which rule."""
    unsaid: list[str] = []
    used = sorted({name for rule in content.rules for name in (rule.drug, rule.with_) if name})
    resources = [_library(content)]
    resources += [_value_set(library.sets[name], content) for name in used]
    for rule in content.rules:
        plan, lost = plan_of(rule, content, library)
        resources.append(plan)
        unsaid += [f"{rule.id}: {name}" for name in lost]
    entries = [{"fullUrl": one["url"], "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}, unsaid


def plan_of(rule: Rule, content: Content, library: Library) -> tuple[dict[str, Any], list[str]]:
    """Return one rule as a PlanDefinition, and the predicates that FHIRPath could not say."""
    lost: list[str] = []
    plan: dict[str, Any] = _head("PlanDefinition", rule.id, rule.version, content) | {
        "title": rule.text[:250],
        "description": rule.text,
        "status": rule.status,
        "type": {"coding": [{"code": "eca-rule"}]},
        "library": [f"{BASE}/Library/{content.manifest.name}|{content.manifest.version}"],
        "relatedArtifact": [{"type": "citation", "citation": rule.source}],
        "action": [
            {
                "trigger": [
                    {"type": "named-event", "name": name}
                    for name in (("order-select", "order-sign") if rule.drug else ("patient-view",))
                ],
                "condition": [_applicable(fhirpath.applies(rule, library))],
                "groupingBehavior": "logical-group",
                "selectionBehavior": "at-most-one",
                "action": [
                    action
                    for number, level in enumerate(rule.levels)
                    if (action := _action(rule, number, level, library, lost)) is not None
                ],
            }
        ],
    }
    if not plan["action"][0]["action"]:  # everything decided to be silent
        del plan["action"][0]["action"]
        plan["action"][0]["documentation"] = [{"type": "documentation", "label": "silent"}]
    return plan, list(dict.fromkeys(lost))


def expression(rule: Rule, number: int, library: Library) -> str:
    """Return the condition of one line: the rule's own, this line's, and none before it.

    Raises:
        NotSaid: FHIRPath has no words for it.
    """
    own = [fhirpath.condition(spec, rule, library) for spec in (rule.when, rule.levels[number].if_)]
    before = [
        f"({fhirpath.condition(level.if_, rule, library)}).not()" for level in rule.levels[:number]
    ]
    return " and ".join(f"({part})" for part in (*own, *before))


def _action(
    rule: Rule, number: int, level: Level, library: Library, lost: list[str]
) -> dict[str, Any] | None:
    if level.severity not in RANK:
        return None
    try:
        condition = _applicable(expression(rule, number, library))
    except fhirpath.NotSaid as unsaid:
        lost.append(str(unsaid))
        own = {"when": rule.when, "levels": [one.if_ for one in rule.levels[: number + 1]]}
        condition = _applicable(msgspec.json.encode(own).decode(), OWN_LANGUAGE)
    action: dict[str, Any] = {
        "extension": [{"url": INTERRUPTS, "valueBoolean": level.interrupts}],
        "id": str(number + 1),
        "title": (level.text or rule.text)[:140],
        "priority": _PRIORITY[level.severity],
        "condition": [condition],
    }
    if offered := [_suggestion(written) for written in rule.suggest]:
        action["action"] = offered
    return action


def _applicable(text: str, language: str = "text/fhirpath") -> dict[str, Any]:
    return {"kind": "applicability", "expression": {"language": language, "expression": text}}


def _suggestion(written: str) -> dict[str, Any]:
    verb, _colon, code = written.partition(":")
    kind = _VERBS.get(verb.split("_")[0] if verb != "order_lab" else verb, "update")
    coded = [{"coding": [{"code": code}]}] if code else []
    return {"title": verb, "type": {"coding": [{"code": kind}]}} | (
        {"code": coded} if coded else {}
    )


def _head(kind: str, name: str, version: str, content: Content) -> dict[str, Any]:
    manifest = content.manifest
    plain = name.replace(".", "-").replace("_", "-")
    return {
        "resourceType": kind,
        "id": plain,
        "url": f"{BASE}/{kind}/{plain}",
        "version": version,
        "name": "".join(part.capitalize() for part in plain.split("-")),
        "status": "active",
        "experimental": True,
        "publisher": manifest.title,
        "effectivePeriod": {"start": manifest.effective_from, "end": manifest.review_by},
    }


def _library(content: Content) -> dict[str, Any]:
    manifest = content.manifest
    return _head("Library", manifest.name, str(manifest.version), content) | {
        "title": manifest.title,
        "description": f"{manifest.status}. {manifest.provenance}",
        "type": {"coding": [{"code": "logic-library"}]},
        "parameter": [
            {"name": "asOf", "use": "in", "type": "date"},
            {"name": "bundle", "use": "in", "type": "Bundle"},
        ],
    }


def _value_set(drugs: DrugSet, content: Content) -> dict[str, Any]:
    head = _head("ValueSet", f"set-{drugs.name}", str(content.manifest.version), content)
    head.pop("effectivePeriod")  # a ValueSet has none
    compose: dict[str, Any] = {"include": [_codes(code) for code in drugs.include]}
    if drugs.exclude:
        compose["exclude"] = [_codes(code) for code in drugs.exclude]
    return head | {"title": drugs.name, "description": f"use: {drugs.use}", "compose": compose}


def _codes(prefix: str) -> dict[str, Any]:
    """Return a whole branch of ATC, or one substance."""
    if len(prefix) == 7:
        return {"system": "http://www.whocc.no/atc", "concept": [{"code": prefix}]}
    branch = {"property": "concept", "op": "is-a", "value": prefix}
    return {"system": "http://www.whocc.no/atc", "filter": [branch]}
