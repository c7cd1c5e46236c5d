"""Records out as FHIR R4 resources, with the elements of the Swedish base profiles.

Numbers leave digit for digit as the record has them, texts byte for byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from workstation.domain import clock
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.note import Note
from workstation.domain.observation import Component, Observation, ReferenceRange
from workstation.domain.patient import Address, Identifier, Patient
from workstation.domain.record import Author, Record
from workstation.domain.referral import Referral, referral_state, requisition_number
from workstation.domain.values import Concept, Quantity
from workstation.interop.fhir import overrides
from workstation.interop.fhir.documents import NOTE_TYPES
from workstation.interop.fhir.dosages_out import instructions
from workstation.interop.fhir.medications import DRUG_EXTENSION
from workstation.interop.fhir.requisitions import REQUISITION
from workstation.interop.fhir.source import NumberText, exact_json

Json = dict[str, Any]
_NO_PATIENT = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "NOPATIENT",
}
_PROTECTED = "http://electronichealth.se/fhir/CodeSystem/SecurityLabelCS"
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_PRIORITIES = {"routine": "routine", "soon": "urgent", "urgent": "asap", "immediate": "stat"}
_RESULT = {"partial": "registered", "corrected": "corrected"}


class NotExported(ValueError):
    """There is no FHIR form for this family of records; the message names the family."""


def to_fhir(state: EntityState) -> Json:
    """Return the resource for what holds of an entity now; numbers are ``NumberText``.

    Raises:
        NotExported: No mapping for its family.
    """
    writer = _WRITERS.get(state.family)
    if writer is None:
        raise NotExported(state.family)
    resource = writer(state)
    if not all(version.approved_for_patient for version in state.line.versions):
        resource.setdefault("meta", {}).setdefault("security", []).append(_NO_PATIENT)
    return resource


def fhir_bytes(resource: Json) -> bytes:
    """Return a resource as JSON text, numbers digit for digit."""
    return exact_json(resource).encode()


def bundle(resources: list[Json]) -> Json:
    """Return a collection of resources."""
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _note(state: EntityState) -> Json:
    """Sections under sökord that no export shows are left out."""
    body = state.current.body
    assert isinstance(body, Note)
    contents = [{"attachment": _attachment(s.term, s.text)} for s in body.for_patient()]
    context = _filled(
        encounter=[_reference("Encounter", body.contact)] if body.contact else None,
        period={"start": body.contact_time} if body.contact_time else None,
    )
    return _resource(
        state,
        "DocumentReference",
        status="entered-in-error" if state.voided else "current",
        docStatus="final" if state.signed else "preliminary",
        type={"coding": [{"system": NOTE_TYPES, "code": body.type}]},
        subject=_patient_reference(state),
        date=_written(state.current),
        author=[_actor(state.current.author)],
        custodian=_organisation(state.current.author),
        description=body.title,
        content=contents,
        context=context,
    )


def _attachment(title: str, text: str) -> Json:
    raw = text.encode()
    data = b64encode(raw).decode("ascii")  # an empty text has no data, only a size
    kind = "text/plain; charset=utf-8"
    return _filled(contentType=kind, data=data, size=NumberText(len(raw)), title=title)


def _medication(state: EntityState) -> Json:
    order = order_state(state)
    body = order.effective.content
    statuses = {OrderStatus.ACTIVE: "active", OrderStatus.STOPPED: "stopped"}
    drug = body.drug
    named = {"text": drug.name, **_concept(drug.concept, text=False)} if drug else {}
    details = (
        [("brand", drug.brand), ("form", drug.form), ("strength", drug.strength)] if drug else []
    )
    return _resource(
        state,
        "MedicationRequest",
        contained=overrides.issues(body.overrides) or None,
        extension=[
            {"url": DRUG_EXTENSION + name, "valueString": text} for name, text in details if text
        ],
        status="entered-in-error" if order.voided else statuses.get(order.status, "on-hold"),
        intent="order",
        medicationCodeableConcept=named,
        subject=_patient_reference(state),
        encounter=_reference("Encounter", body.contact) if body.contact else None,
        authoredOn=_written(order.first),
        requester=_actor(order.effective.step.author),
        reasonCode=[_concept(body.reason)] if body.reason else None,
        dosageInstruction=instructions(body),
        priorPrescription=_reference("MedicationRequest", body.replaces) if body.replaces else None,
        detectedIssue=overrides.references(body.overrides) or None,
    )


def _referral(state: EntityState) -> Json:
    referral = referral_state(state)
    body: Referral = referral.request
    over = referral.status in ("cancelled", "rejected", "obsolete")
    ended = "revoked" if over else "active"
    status = "completed" if referral.status == "final" else ended
    receiver = {"system": HSA_SYSTEM.emitted, "value": referral.receiver}
    requisition = body.requisition or requisition_number(state.id)
    return _resource(
        state,
        "ServiceRequest",
        identifier=[{"system": REQUISITION, "value": requisition}],
        status="entered-in-error" if state.voided else status,
        intent="order",
        category=[{"text": body.type}],
        priority=_PRIORITIES[body.priority],
        code=_concept(body.requested[0]) if body.requested else None,
        orderDetail=[_concept(item) for item in body.requested[1:]],
        subject=_patient_reference(state),
        encounter=_reference("Encounter", body.contact) if body.contact else None,
        occurrencePeriod={"end": body.due} if body.due else None,
        authoredOn=_written(referral.request_record),
        requester=_actor(referral.request_record.author),
        performer=[_filled(identifier=receiver, display=referral.receiver_name)],
        reasonCode=[_concept(body.diagnosis)] if body.diagnosis else None,
        note=[{"text": text} for text in (body.question, body.background) if text],
    )


def _observation(state: EntityState) -> Json:
    body = state.current.body
    assert isinstance(body, Observation)
    category = {"coding": [{"system": _CATEGORIES, "code": body.category}]}
    flag = {"coding": [{"system": _FLAGS, "code": body.interpretation}]}
    return _resource(
        state,
        "Observation",
        status="entered-in-error" if state.voided else _RESULT.get(body.status, body.status),
        category=[category] if body.category else None,
        code=_concept(body.concept),
        subject=_patient_reference(state),
        encounter=_reference("Encounter", body.contact) if body.contact else None,
        effectiveDateTime=body.effective,
        issued=body.issued,
        **_value(body),
        dataAbsentReason=_concept(body.absent) if body.absent else None,
        interpretation=[flag] if body.interpretation else None,
        note=[{"text": body.comment}] if body.comment else None,
        method={"text": body.method} if body.method else None,
        specimen={"display": body.specimen} if body.specimen else None,
        referenceRange=[_range(body.reference)] if body.reference else None,
        component=[_filled(code=_concept(c.concept), **_value(c)) for c in body.components],
    )


def _value(body: Observation | Component) -> Json:
    return {
        "valueQuantity": _quantity(body.quantity) if body.quantity else None,
        "valueCodeableConcept": _concept(body.coded) if body.coded else None,
        "valueString": body.text or None,
    }


def _range(found: ReferenceRange) -> Json:
    return _filled(
        low=_quantity(found.low) if found.low else None,
        high=_quantity(found.high) if found.high else None,
        text=found.text,
    )


def _condition(state: EntityState) -> Json:
    body = state.current.body
    assert isinstance(body, Diagnosis)
    wrong = state.voided or body.verification == "entered_in_error"
    verified = "entered-in-error" if wrong else body.verification
    clinical = {"coding": [{"system": _CLINICAL, "code": body.status}]}
    return _resource(
        state,
        "Condition",
        clinicalStatus=clinical if body.status != "unknown" and not wrong else None,
        verificationStatus={"coding": [{"system": _VERIFIED, "code": verified}]},
        code=_concept(body.concept),
        subject=_patient_reference(state),
        encounter=_reference("Encounter", body.contact) if body.contact else None,
        onsetDateTime=body.onset,
        abatementDateTime=body.abated,
        recordedDate=body.recorded,
        note=[{"text": body.comment}] if body.comment else None,
    )


def _patient(state: EntityState) -> Json:
    """Whereabouts of a protected patient are never sent."""
    body = state.current.body
    assert isinstance(body, Patient)
    names = [
        _filled(
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
    return _resource(
        state,
        "Patient",
        meta={"security": [label]} if body.protected else None,
        identifier=[_identifier(item) for item in body.identifiers],
        name=names,
        telecom=[
            _filled(system=t.system, value=t.value, use=t.use) for t in body.telecoms if shown
        ],
        gender=body.sex,
        birthDate=body.birth_date,
        deceasedDateTime=body.deceased,
        deceasedBoolean=True if body.is_deceased and not body.deceased else None,
        address=[_address(item) for item in body.addresses if shown],
        contact=[
            _filled(
                relationship=[{"text": r.relation}] if r.relation else None,
                name={"text": r.name},
                telecom=[{"system": "phone", "value": r.phone}] if r.phone else None,
            )
            for r in body.relatives
            if shown
        ],
        communication=[_language(body)] if body.language else None,
    )


def _language(body: Patient) -> Json:
    return {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": body.language}]}}


def _identifier(item: Identifier) -> Json:
    period = _filled(start=item.period.start, end=item.period.end) if item.period else None
    kind = _concept(item.type) if item.type else None
    return _filled(type=kind, system=item.system, value=item.value, period=period)


def _address(item: Address) -> Json:
    return _filled(
        line=item.lines,
        city=item.city,
        state=item.state,
        postalCode=item.postal_code,
        country=item.country,
    )


def _resource(state: EntityState, kind: str, **elements: Any) -> Json:
    return {"resourceType": kind, "id": str(state.id), **_filled(**elements)}


def _filled(**elements: Any) -> Json:
    """FHIR has no empty element: leave out what says nothing."""
    return {key: value for key, value in elements.items() if value not in (None, "", [], (), {})}


def _concept(concept: Concept, *, text: bool = True) -> Json:
    codings = [
        _filled(system=c.system, version=c.version, code=c.code, display=c.display)
        for c in concept.codings
    ]
    return _filled(coding=codings, text=concept.text if text else "")


def _quantity(found: Quantity) -> Json:
    return _filled(
        value=NumberText(found.value),
        comparator=found.comparator,
        unit=found.unit,
        system=found.system,
        code=found.code,
    )


def _reference(kind: str, entity: object) -> Json:
    return {"reference": f"{kind}/{entity}"}


def _patient_reference(state: EntityState) -> Json:
    return _reference("Patient", state.patient)


def _actor(author: Author) -> Json:
    identifier = {"system": HSA_SYSTEM.emitted, "value": author.hsa_id}
    return _filled(type="Practitioner", identifier=identifier, display=author.name)


def _organisation(author: Author) -> Json:
    identifier = {"system": HSA_SYSTEM.emitted, "value": author.provider}
    return _filled(type="Organization", identifier=identifier, display=author.provider_name)


def _written(record: Record) -> str:
    return clock.to_text(record.written_at.millis)


_WRITERS: dict[str, Callable[[EntityState], Json]] = {
    "note": _note,
    "medication_order": _medication,
    "referral": _referral,
    "observation": _observation,
    "diagnosis": _condition,
    "patient": _patient,
}
