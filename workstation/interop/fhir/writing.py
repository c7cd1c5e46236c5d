"""Records out as FHIR R4 resources, with the elements of the Swedish base profiles.

Numbers leave digit for digit as the record has them, texts byte for byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from workstation.domain.attention import overruled
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.ids import EntityId
from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus, order_state
from workstation.domain.note import Note
from workstation.domain.observation import Component, Observation, ReferenceRange
from workstation.domain.patient import Patient
from workstation.domain.referral import Referral, referral_state, requisition_number
from workstation.interop.fhir import answers_out, attention_out, care_out, overrides, people_out
from workstation.interop.fhir.documents import NOTE_TYPES
from workstation.interop.fhir.dosages_out import instructions
from workstation.interop.fhir.elements import (
    UNSAID,
    Json,
    actor,
    concept,
    encounter,
    filled,
    notes,
    organisation,
    own,
    patient_reference,
    quantity,
    reference,
    resource_of,
    written,
)
from workstation.interop.fhir.medications import DRUG_EXTENSION
from workstation.interop.fhir.requisitions import REQUISITION
from workstation.interop.fhir.source import NumberText, exact_json

_NO_PATIENT = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "NOPATIENT",
}
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_PRIORITIES = {"routine": "routine", "soon": "urgent", "urgent": "asap", "immediate": "stat"}
_RESULT = {"partial": "registered", "corrected": "corrected"}


class NotExported(ValueError):
    """There is no FHIR form for this family of records; the message names the family."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Around:
    """What a resource must know of the rest of the record.

    ``drugs``: what each medication order is for, by its entity. ``overruled``: statements of no
    known hypersensitivity that something recorded stands against. ``protected``: where the patient
    can be reached may not leave.
    """

    drugs: Mapping[UUID, Json] = field(default_factory=dict)
    overruled: frozenset[EntityId] = frozenset()
    protected: bool = True


ALONE = Around()


def around(states: Iterable[EntityState]) -> Around:
    """Return what a whole record says of its parts."""
    every = tuple(states)
    orders = [one for one in every if one.family == "medication_order"]
    drugs: dict[UUID, Json] = {one.id: _drug(order_state(one).effective.content) for one in orders}
    people = [one.current.body for one in every if isinstance(one.current.body, Patient)]
    return Around(
        drugs=drugs,
        overruled=frozenset(overruled(every)),
        protected=not people or any(person.protected for person in people),
    )


def to_fhir(state: EntityState) -> Json:
    """Return the main resource for what holds of an entity now; numbers are ``NumberText``.

    Raises:
        NotExported: No mapping for its family.
    """
    return resources(state)[0]


def resources(state: EntityState, known: Around = ALONE) -> list[Json]:
    """Return every resource that an entity is, its main one first.

    Raises:
        NotExported: No mapping for its family.
    """
    made = _made(state, known)
    if not all(version.approved_for_patient for version in state.line.versions):
        for resource in made:
            resource.setdefault("meta", {}).setdefault("security", []).append(_NO_PATIENT)
    return made


def _made(state: EntityState, known: Around) -> list[Json]:
    match state.family:
        case "attention":
            return attention_out.resources(state, overruled=state.id in known.overruled)
        case "administration":
            return [answers_out.administration(state, known.drugs)]
        case "referral":
            return [_referral(state, known), *answers_out.way(state)]
    writer = _WRITERS.get(state.family)
    made = writer(state) if writer is not None else None
    if made is None:
        raise NotExported(state.family)
    return [made]


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
    signature = state.signature_of(state.current.id)
    contents = [{"attachment": _attachment(s.term, s.text)} for s in body.for_patient()]
    context = filled(
        encounter=[reference("Encounter", body.contact)] if body.contact else None,
        period={"start": body.contact_time} if body.contact_time else None,
    )
    return resource_of(
        state,
        "DocumentReference",
        status="entered-in-error" if state.voided else "current",
        docStatus="final" if state.signed else "preliminary",
        type={"coding": [{"system": NOTE_TYPES, "code": body.type}]},
        subject=patient_reference(state),
        date=written(state.current),
        author=[actor(state.current.author)],
        authenticator=actor(signature.author) if signature else None,
        custodian=organisation(state.current.author),
        description=body.title,
        content=contents,
        context=context,
    )


def _attachment(title: str, text: str) -> Json:
    raw = text.encode()
    data = b64encode(raw).decode("ascii")  # an empty text has no data, only a size
    kind = "text/plain; charset=utf-8"
    return filled(contentType=kind, data=data, size=NumberText(len(raw)), title=title)


def _medication(state: EntityState) -> Json:
    order = order_state(state)
    body = order.effective.content
    why = str(getattr(order.effective.step.body, "why", ""))
    statuses = {OrderStatus.ACTIVE: "active", OrderStatus.STOPPED: "stopped"}
    drug = body.drug
    details = (
        [("brand", drug.brand), ("form", drug.form), ("strength", drug.strength)] if drug else []
    )
    return resource_of(
        state,
        "MedicationRequest",
        contained=overrides.issues(body.overrides) or None,
        extension=[
            *(
                {"url": DRUG_EXTENSION + name, "valueString": text}
                for name, text in details
                if text
            ),
            *_ordered(body, order),
        ],
        status="entered-in-error" if order.voided else statuses.get(order.status, "on-hold"),
        intent="order",
        statusReason={"text": why} if why else None,
        medicationCodeableConcept=_drug(body) or UNSAID,
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        authoredOn=written(order.first),
        requester=actor(order.effective.step.author),
        reasonCode=[concept(body.reason)] if body.reason else None,
        dosageInstruction=instructions(body),
        priorPrescription=reference("MedicationRequest", body.replaces) if body.replaces else None,
        detectedIssue=overrides.references(body.overrides) or None,
    )


def _drug(body: MedicationOrder) -> Json:
    drug = body.drug
    return {"text": drug.name, **concept(drug.concept, text=False)} if drug else {}


def _ordered(body: MedicationOrder, order: OrderState) -> list[Json]:
    """What an order says beyond dosing: from where the drug comes, why, when it is looked at."""
    return own(
        "order",
        source=body.source,
        purpose=body.purpose,
        follow_up=body.follow_up,
        follow_up_how=body.follow_up_how,
        start=body.start,
        planned_stop=body.planned_stop,
        until=getattr(order.effective.step.body, "until", ""),
        undecided="yes" if order.undecided else "",
        reference=body.drug.reference if body.drug else "",
    )


def _referral(state: EntityState, known: Around) -> Json:
    referral = referral_state(state)
    body: Referral = referral.request
    over = referral.status in ("cancelled", "rejected", "obsolete")
    ended = "revoked" if over else "active"
    status = "completed" if referral.status == "final" else ended
    receiver = {"system": HSA_SYSTEM.emitted, "value": referral.receiver}
    requisition = body.requisition or requisition_number(state.id)
    return resource_of(
        state,
        "ServiceRequest",
        extension=own(
            "referral",
            type=body.type,
            number=str(body.number) if body.number != 1 else "",
            owner=body.owner,
            owner_name=body.owner_name,
            phone=body.phone,
            interpreter=body.interpreter,
            patient_phone="" if known.protected else body.patient_phone,
            form=f"{body.form}|{body.form_version}" if body.form else "",
            answers=body.answers,
            specimen_at=body.specimen_at,
            attached="; ".join(f"{one.title} {one.hash}" for one in body.attachments),
            by=body.by,
        ),
        identifier=[{"system": REQUISITION, "value": requisition}],
        status="entered-in-error" if state.voided else status,
        intent="order",
        category=[{"text": body.type}],
        priority=_PRIORITIES[body.priority],
        code=concept(body.requested[0]) if body.requested else None,
        orderDetail=[concept(item) for item in body.requested[1:]],
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        occurrencePeriod={"end": body.due} if body.due else None,
        authoredOn=written(referral.request_record),
        requester=actor(referral.request_record.author),
        performer=[filled(identifier=receiver, display=referral.receiver_name)],
        reasonCode=[concept(body.diagnosis)] if body.diagnosis else None,
        note=notes(body.question, body.background),
    )


def _observation(state: EntityState) -> Json:
    body = state.current.body
    assert isinstance(body, Observation)
    category = {"coding": [{"system": _CATEGORIES, "code": body.category}]}
    flag = {"coding": [{"system": _FLAGS, "code": body.interpretation}]}
    return resource_of(
        state,
        "Observation",
        extension=own(
            "observation",
            delta=body.delta,
            answers_to=body.answers_to,
            answers_to_unit=body.answers_to_unit,
            report=str(body.report) if body.report else "",
        ),
        basedOn=[reference("ServiceRequest", body.order)] if body.order else None,
        status="entered-in-error" if state.voided else _RESULT.get(body.status, body.status),
        category=[category] if body.category else None,
        code=concept(body.concept),
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        effectiveDateTime=body.effective,
        issued=body.issued,
        **_value(body),
        dataAbsentReason=concept(body.absent) if body.absent else None,
        interpretation=[flag] if body.interpretation else None,
        note=notes(body.comment),
        method={"text": body.method} if body.method else None,
        specimen={"display": body.specimen} if body.specimen else None,
        referenceRange=[_range(body.reference)] if body.reference else None,
        component=[filled(code=concept(c.concept), **_value(c)) for c in body.components],
    )


def _value(body: Observation | Component) -> Json:
    return {
        "valueQuantity": quantity(body.quantity) if body.quantity else None,
        "valueCodeableConcept": concept(body.coded) if body.coded else None,
        "valueString": body.text or None,
    }


def _range(found: ReferenceRange) -> Json:
    return filled(
        low=quantity(found.low) if found.low else None,
        high=quantity(found.high) if found.high else None,
        text=found.text,
    )


def _diagnosis(state: EntityState) -> Json:
    body = state.current.body
    assert isinstance(body, Diagnosis)
    return care_out.family_history(state) if body.subject == "family" else _condition(state, body)


def _condition(state: EntityState, body: Diagnosis) -> Json:
    wrong = state.voided or body.verification == "entered_in_error"
    verified = "entered-in-error" if wrong else body.verification
    clinical = {"coding": [{"system": _CLINICAL, "code": body.status}]}
    return resource_of(
        state,
        "Condition",
        extension=own("diagnosis", type=body.type if body.type != "problem" else ""),
        clinicalStatus=clinical if body.status != "unknown" and not wrong else None,
        verificationStatus={"coding": [{"system": _VERIFIED, "code": verified}]},
        code=concept(body.concept),
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        onsetDateTime=body.onset,
        abatementDateTime=body.abated,
        recordedDate=body.recorded,
        note=notes(body.comment),
    )


_WRITERS: dict[str, Callable[[EntityState], Json | None]] = {
    "note": _note,
    "medication_order": _medication,
    "observation": _observation,
    "diagnosis": _diagnosis,
    "patient": people_out.patient,
    "identity_link": care_out.identity_link,
    "contact": care_out.contact,
    "booking": care_out.booking,
    "planned_action": care_out.planned_action,
    "care_plan": care_out.care_plan,
    "procedure": care_out.procedure,
    "immunization": care_out.immunization,
    "imaging_study": care_out.imaging,
    "diagnostic_report": answers_out.report,
    "medication_review": answers_out.review,
    "unmatched_answer": answers_out.unmatched,
    "imported_resource": answers_out.imported,
}
"""Not here: attention, administration, referral (see ``_made``), and what steers access to the
record itself (blocks, consents): that is no care and leaves with the records only."""
