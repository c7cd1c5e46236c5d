"""Warnings an order was written in spite of: contained DetectedIssues, each with its mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workstation.domain.medication import Override

REASONS = "urn:ronden:fhir:override-reason"
RULES = "urn:ronden:fhir:rule"
_SEVERITY = {"critical": "high", "warning": "moderate", "info": "low"}


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
    if one.facts:
        issue["detail"] = "; ".join(one.facts)
    return issue


def _id(number: int) -> str:
    return f"override-{number}"
