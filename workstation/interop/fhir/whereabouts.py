"""Where a patient with protected identity is: cut out of a document before anything is kept of it.

Nobody may see such whereabouts (care rules section 4), and a record's bytes go to every
workstation of a unit; so they must not be in them, not even in the source text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workstation.interop.fhir.people import is_protected
from workstation.interop.fhir.source import Resource, exact_json

_SAYS_WHERE = frozenset(
    {"address", "telecom", "contact", "photo", "valueAddress", "valueContactPoint"}
)
_OF_PEOPLE = ("Patient", "RelatedPerson", "Person")


def without_whereabouts(resource: Resource, *, several: bool) -> Resource:
    """Return a resource of a document with a protected patient without the patient's whereabouts.

    A document with such a patient is about that patient: relatives in it are taken for theirs.

    Args:
        several: Patients who are not protected are in the document as well.
    """
    if resource.type == "Patient" and several and not is_protected(resource.value):
        return resource
    return _cut(resource)


def _cut(resource: Resource) -> Resource:
    value = _without(resource.value, resource.type in _OF_PEOPLE)
    if value == resource.value:
        return resource
    return replace(resource, value=value, raw=exact_json(value))


def _without(value: Any, person: bool) -> Any:
    """Return the value without what says where a person is; a narrative says it in words."""
    if isinstance(value, list):
        return [_without(item, person) for item in value]
    if not isinstance(value, dict):
        return value
    person = person or value.get("resourceType") in _OF_PEOPLE
    return {
        key: _without(inner, person)
        for key, inner in value.items()
        if not (person and (key in _SAYS_WHERE or _is_narrative(key, inner)))
    }


def _is_narrative(key: str, value: Any) -> bool:
    return key == "text" and isinstance(value, dict) and "div" in value
