"""Demographics out as the Swedish base profile of Patient has them."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.patient import Address, Identifier, Patient
from workstation.domain.values import Concept
from workstation.interop.fhir.elements import Json, concept, filled, own, resource_of
from workstation.interop.fhir.people import INTERPRETER

_PROTECTED = "http://electronichealth.se/fhir/CodeSystem/SecurityLabelCS"
_INTERPRETER = {"url": INTERPRETER, "valueBoolean": True}


def patient(state: EntityState) -> Json:
    """Whereabouts of a protected patient are never sent."""
    body = state.current.body
    assert isinstance(body, Patient)
    names = [
        filled(
            extension=own("name", preferred=body.preferred),
            use="official",
            family=body.family,
            given=body.given,
            prefix=[body.prefix] if body.prefix else None,
        )
    ]
    if body.former_family:
        names.append({"use": "maiden", "family": body.former_family})
    labels = {"skyddad_folkbokforing": "skyddadFolkbokforing"}
    label = {"system": _PROTECTED, "code": labels.get(body.protection, body.protection)}
    shown = not body.protected
    extra = concept(Concept(codings=body.extra)).get("coding")
    return resource_of(
        state,
        "Patient",
        meta={"security": [label]} if body.protected else None,
        extension=[_INTERPRETER] if body.interpreter else None,
        identifier=[_identifier(item) for item in body.identifiers],
        name=names,
        telecom=[filled(system=t.system, value=t.value, use=t.use) for t in body.telecoms if shown],
        gender=body.sex,
        birthDate=body.birth_date,
        deceasedDateTime=body.deceased,
        deceasedBoolean=True if body.is_deceased and not body.deceased else None,
        address=[_address(item) for item in body.addresses if shown],
        contact=[
            filled(
                relationship=[{"text": r.relation}] if r.relation else None,
                name={"text": r.name},
                telecom=[{"system": "phone", "value": r.phone}] if r.phone else None,
            )
            for r in body.relatives
            if shown
        ],
        communication=[_language(body)] if body.language else None,
        maritalStatus={"coding": extra} if extra else None,
        generalPractitioner=[_unit(body.listed_unit)] if body.listed_unit and shown else None,
    )


def _unit(number: str) -> Json:
    return {"type": "Organization", "identifier": {"system": HSA_SYSTEM.emitted, "value": number}}


def _language(body: Patient) -> Json:
    return {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": body.language}]}}


def _identifier(item: Identifier) -> Json:
    period = filled(start=item.period.start, end=item.period.end) if item.period else None
    kind = concept(item.type) if item.type else None
    return filled(type=kind, system=item.system, value=item.value, period=period)


def _address(item: Address) -> Json:
    return filled(
        line=item.lines,
        city=item.city,
        state=item.state,
        postalCode=item.postal_code,
        country=item.country,
    )
