"""Answers, doses given, reviews, a referral's way, and what came from elsewhere, out as FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.medication import Administration, MedicationReview
from workstation.domain.observation import DiagnosticReport
from workstation.domain.procedure import ImportedResource
from workstation.domain.record import Record
from workstation.domain.referral import (
    ReferralAnswer,
    ReferralEvent,
    ReferralWatch,
    referral_state,
)
from workstation.domain.unmatched import UnmatchedAnswer
from workstation.domain.values import Quantity
from workstation.interop.fhir.elements import (
    IN_ERROR,
    UNSAID,
    Json,
    actor,
    concept,
    encounter,
    filled,
    notes,
    own,
    patient_reference,
    quantity,
    reference,
    resource_of,
    written,
)
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.source import read_document
from workstation.interop.fhir.values import OWN

STEP = OWN + "referral-step"
REVIEW = OWN + "medication-review"
REFUSED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "PATOBJ"}
REPORT_CATEGORIES = "http://terminology.hl7.org/CodeSystem/v2-0074"
_GIVEN = {"given": "completed", "not_given": "not-done", "refused": "not-done"}
_ANSWER = {"DSV": "partial", "PSV": "preliminary", "SSV": "final"}


def report(state: EntityState) -> Json:
    """DiagnosticReport."""
    body = state.current.body
    assert isinstance(body, DiagnosticReport)
    category = {"coding": [{"system": REPORT_CATEGORIES, "code": body.category}]}
    return resource_of(
        state,
        "DiagnosticReport",
        extension=own("answer", to=body.answers_to, to_unit=body.answers_to_unit),
        basedOn=[reference("ServiceRequest", body.order)] if body.order else None,
        status=IN_ERROR if state.voided else body.status,
        category=[category] if body.category else None,
        code=concept(body.concept) or UNSAID,
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        effectiveDateTime=body.effective,
        issued=body.issued,
        performer=[{"display": body.performer}] if body.performer else None,
        result=[reference("Observation", one) for one in body.results],
        conclusion=body.conclusion,
        conclusionCode=[concept(one) for one in body.conclusions],
    )


def administration(state: EntityState, drugs: Mapping[UUID, Json]) -> Json:
    """MedicationAdministration; ``drugs``: what is ordered, by the order's entity."""
    body = state.current.body
    assert isinstance(body, Administration)
    dose = Quantity(value=body.amount, unit=body.unit) if body.amount else None
    why = filled(coding=[REFUSED] if body.status == "refused" else None, text=body.reason)
    made = resource_of(
        state,
        "MedicationAdministration",
        extension=own(
            "administration", planned=body.planned, batch=body.batch, witness=body.witness
        ),
        status=IN_ERROR if state.voided else _GIVEN[body.status],
        statusReason=[why] if why else None,
        medicationCodeableConcept=drugs.get(body.order) or UNSAID,
        subject=patient_reference(state),
        effectiveDateTime=body.actual,
        performer=[{"actor": actor(state.current.author)}],
        request=reference("MedicationRequest", body.order),
        dosage={"dose": quantity(dose)} if dose else None,
    )
    return made if body.actual else {**made, "_effectiveDateTime": UNSAID}


def review(state: EntityState) -> Json:
    """List of the orders that were reviewed, with the summary the patient was given."""
    body = state.current.body
    assert isinstance(body, MedicationReview)
    return resource_of(
        state,
        "List",
        status=IN_ERROR if state.voided else "current",
        mode="snapshot",
        code={"coding": [{"system": REVIEW, "code": body.type}]},
        subject=patient_reference(state),
        date=written(state.current),
        source=actor(state.current.author),
        note=notes(body.summary),
        entry=[{"item": reference("MedicationRequest", one)} for one in body.orders],
    )


def unmatched(state: EntityState) -> Json:
    """Task: an answer that waits for somebody to say whose it is."""
    body = state.current.body
    assert isinstance(body, UnmatchedAnswer)
    settled = state.voided or bool(state.acknowledgements)
    return resource_of(
        state,
        "Task",
        extension=own("unmatched", answer=body.answer, requisition=body.requisition),
        status="completed" if settled else "requested",
        intent="order",
        code={"coding": [{"system": OWN + "unmatched", "code": body.why}]},
        description=body.question,
        focus=reference("ServiceRequest", body.order),
        authoredOn=written(state.first),
        requester={"display": body.performer} if body.performer else None,
        owner={"identifier": {"system": HSA_SYSTEM.emitted, "value": body.unit}},
        **{"for": patient_reference(state)},
    )


def imported(state: EntityState) -> Json | None:
    """The very resource that came; None where its text is not kept with it."""
    body = state.current.body
    assert isinstance(body, ImportedResource)
    try:
        document = read_document((body.origin.raw if body.origin else "").encode())
        (resource,) = document.resources
    except (Fault, ValueError):
        return None
    return {**resource.value, "id": str(state.id)}


def way(state: EntityState) -> list[Json]:
    """Return a referral's steps as Tasks and its answers as DiagnosticReports."""
    made: list[Json] = []
    for record in state.line.versions:
        match record.body:
            case ReferralEvent() as event:
                made.append(_step(state, record, event))
            case ReferralWatch() as watch:
                made.append(_watch(state, record, watch))
            case ReferralAnswer() as answer:
                made.append(_answer(state, record, answer))
    return made


def _step(state: EntityState, record: Record, event: ReferralEvent) -> Json:
    target = own("referral-step", by=event.by, target=event.target, priority=event.priority)
    unit = _somebody(event.to_unit, event.to_unit_name)
    person = _somebody(event.person, event.person_name)
    return _task(
        state,
        record,
        code=event.event,
        extension=target,
        statusReason={"text": event.reason} if event.reason else None,
        executionPeriod={"start": event.booked_for} if event.booked_for else None,
        owner=person or unit,
    )


def _watch(state: EntityState, record: Record, watch: ReferralWatch) -> Json:
    person = own("referral-step", unit=watch.unit, unit_name=watch.unit_name, why=watch.reason)
    return _task(
        state,
        record,
        code="watch",
        extension=person,
        statusReason={"text": watch.text} if watch.text else None,
        owner=_somebody(watch.owner, watch.owner_name) or _somebody(watch.unit, watch.unit_name),
    )


def _task(state: EntityState, record: Record, *, code: str, **elements: object) -> Json:
    said = filled(
        status="completed",
        intent="order",
        businessStatus={"coding": [{"system": STEP, "code": code}]},
        focus=reference("ServiceRequest", state.id),
        authoredOn=written(record),
        requester=actor(record.author),
        **elements,
        **{"for": patient_reference(state)},
    )
    return {"resourceType": "Task", "id": str(record.id), **said}


def _answer(state: EntityState, record: Record, answer: ReferralAnswer) -> Json:
    told = own(
        "referral-answer",
        text=answer.text if answer.conclusion else "",
        changes_meaning="yes" if answer.changes_meaning else "",
        by=answer.by,
        report=str(answer.report) if answer.report else "",
        attached="; ".join(f"{one.title} {one.hash}" for one in answer.attachments),
    )
    said = filled(
        extension=told,
        basedOn=[reference("ServiceRequest", state.id)],
        status=_ANSWER[answer.answer],
        code={"text": referral_state(state).request.type},
        subject=patient_reference(state),
        issued=written(record),
        performer=[actor(record.author)],
        conclusion=answer.conclusion or answer.text,
    )
    return {"resourceType": "DiagnosticReport", "id": str(record.id), **said}


def _somebody(number: str, name: str) -> Json:
    identifier = {"system": HSA_SYSTEM.emitted, "value": number} if number else None
    return filled(identifier=identifier, display=name)
