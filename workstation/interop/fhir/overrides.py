"""Warnings an order was written in spite of: contained DetectedIssues, each with its mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workstation.domain.medication import Override
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.values import concept_at

REASONS = "urn:ronden:fhir:override-reason"
RULES = "urn:ronden:fhir:rule"
BASIS = "urn:ronden:fhir:override-basis"
"""Our own digest of the facts it rested on: while they are the same the warning stays quiet."""
_SEVERITY = {"critical": "high", "warning": "moderate", "info": "low"}
_TIER = {severity: tier for tier, severity in _SEVERITY.items()}


def issues(overrides: Sequence[Override]) -> list[dict[str, Any]]:
    """Return one DetectedIssue for each, to stand inside the MedicationRequest."""
    return [_issue(number, one) for number, one in enumerate(overrides, 1)]


def references(overrides: Sequence[Override]) -> list[dict[str, str]]:
    """Return what the MedicationRequest says of them."""
    return [{"reference": f"#{_id(number)}"} for number in range(1, len(overrides) + 1)]


def _issue(number: int, one: Override) -> dict[str, Any]:
    action: dict[str, Any] = {"text": one.reason}
    if one.reason_code:
        action["coding"] = [{"system": REASONS, "code": one.reason_code}]
    issue: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "id": _id(number),
        "identifier": [{"system": RULES, "value": f"{one.rule}|{one.version}"}],
        "status": "final",
        "mitigation": [{"action": action}],
    }
    if one.tier in _SEVERITY:
        issue["severity"] = _SEVERITY[one.tier]
    if one.basis:
        issue["extension"] = [{"url": BASIS, "valueString": one.basis}]
    if one.facts:
        issue["detail"] = "; ".join(one.facts)
    return issue


def _id(number: int) -> str:
    return f"override-{number}"


def read(node: Node) -> tuple[Override, ...]:
    """Return the warnings that an order says it was written in spite of.

    Read is what stands inside the order and tells what was done about it: our own, and others'
    that name what they detected. An issue that nobody answered stays among what was not
    understood.
    """
    if "detectedIssue" not in node:
        return ()
    inside = {
        str(inner.plain().get("id")): inner
        for inner in node.children("contained")
        if inner.plain().get("resourceType") == "DetectedIssue"
    }
    found: list[Override] = []
    for reference in node.children("detectedIssue"):
        target = str(reference.plain().get("reference", ""))
        issue = inside.get(target.removeprefix("#")) if target.startswith("#") else None
        one = _read(issue) if issue is not None else None
        if one is not None:
            reference.read_all("reference", "display")
            found.append(one)
    return tuple(found)


def _read(issue: Node) -> Override | None:
    mitigations = issue.children("mitigation")
    action = concept_at(mitigations[0], "action") if len(mitigations) == 1 else None
    rule, _bar, version = _rule(issue).rpartition("|")
    if action is None or not action.label or not (rule or version):
        return None
    issue.read_all("resourceType", "id", "status")
    detail = issue.text("detail")
    return Override(
        rule=rule or version,
        version=version if rule else "",
        reason_code=action.code_in(REASONS),
        reason=action.label,
        tier=issue.code("severity", _TIER, ""),
        basis=_basis(issue),
        facts=tuple(detail.split("; ")) if detail else (),
    )


def _rule(issue: Node) -> str:
    """Return what was detected: our rule with its version, else what the other system calls it."""
    for inner in issue.children("identifier"):
        if inner.plain().get("system") == RULES:
            inner.read_all("system")
            return inner.text("value")
    concept = concept_at(issue, "code")
    return concept.label if concept is not None else ""


def _basis(issue: Node) -> str:
    for inner in issue.children("extension"):
        if inner.plain().get("url") == BASIS:
            inner.read_all("url")
            return inner.text("valueString")
    return ""
