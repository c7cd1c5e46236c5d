"""FHIR elements out of our small values: what every resource is made of."""

from __future__ import annotations

from typing import Any

from workstation.domain import clock
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.record import Author, Record
from workstation.domain.values import Concept, Quantity
from workstation.interop.fhir.source import NumberText
from workstation.interop.fhir.values import OWN

Json = dict[str, Any]
IN_ERROR = "entered-in-error"
UNSAID = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
    ]
}
"""Stands for a required element that the record says nothing of."""


def own(kind: str, /, **said: str | None) -> list[Json]:
    """Return extensions for what is said in words that R4 has no element for."""
    return [
        {"url": f"{OWN}{kind}:{name}", "valueString": text} for name, text in said.items() if text
    ]


def encounter(contact: object | None) -> Json | None:
    """Return the reference to a contact."""
    return reference("Encounter", contact) if contact else None


def notes(*texts: str) -> list[Json]:
    """Return annotations."""
    return [{"text": text} for text in texts if text]


def resource_of(state: EntityState, kind: str, **elements: Any) -> Json:
    return {"resourceType": kind, "id": str(state.id), **filled(**elements)}


def filled(**elements: Any) -> Json:
    """FHIR has no empty element: leave out what says nothing."""
    return {key: value for key, value in elements.items() if value not in (None, "", [], (), {})}


def concept(found: Concept, *, text: bool = True) -> Json:
    codings = [
        filled(system=c.system, version=c.version, code=c.code, display=c.display)
        for c in found.codings
    ]
    return filled(coding=codings, text=found.text if text else "")


def quantity(found: Quantity) -> Json:
    return filled(
        value=NumberText(found.value),
        comparator=found.comparator,
        unit=found.unit,
        system=found.system,
        code=found.code,
    )


def reference(kind: str, entity: object) -> Json:
    return {"reference": f"{kind}/{entity}"}


def patient_reference(state: EntityState) -> Json:
    return reference("Patient", state.patient)


def actor(author: Author) -> Json:
    identifier = {"system": HSA_SYSTEM.emitted, "value": author.hsa_id}
    return filled(type="Practitioner", identifier=identifier, display=author.name)


def organisation(author: Author) -> Json:
    identifier = {"system": HSA_SYSTEM.emitted, "value": author.provider}
    return filled(type="Organization", identifier=identifier, display=author.provider_name)


def written(record: Record) -> str:
    return clock.to_text(record.written_at.millis)
