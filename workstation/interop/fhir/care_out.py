"""Contacts, bookings, plans and what was done, out as FHIR R4."""

from __future__ import annotations

from workstation.domain.contact import Booking, Contact
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import HSA_SYSTEM
from workstation.domain.patient import IdentityLink
from workstation.domain.plan import Activity, CarePlan, PlannedAction
from workstation.domain.procedure import ImagingStudy, Immunization, Procedure
from workstation.domain.values import Concept
from workstation.interop.fhir.elements import (
    IN_ERROR,
    UNSAID,
    Json,
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
from workstation.interop.fhir.values import OWN

ENCOUNTER_CLASSES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PLANNED = OWN + "planned-action"
_CLASSES = {
    "visit": "AMB",
    "admission": "IMP",
    "emergency": "EMER",
    "home_visit": "HH",
    "phone": "VR",
    "video": "VR",
}
_CONTACT = {"ongoing": "in-progress"}
_ACTION = {"planned": "requested", "done": "completed", "cancelled": "cancelled"}
_GOAL = {"planned": "active", "done": "completed", "cancelled": "cancelled"}


def contact(state: EntityState) -> Json:
    """Encounter; a class that came with the contact is its class again."""
    body = state.current.body
    assert isinstance(body, Contact)
    came = next((t for t in body.types if t.code_in(ENCOUNTER_CLASSES)), None)
    code = came.code_in(ENCOUNTER_CLASSES) if came else _CLASSES.get(body.type)
    level = (
        {"system": ENCOUNTER_CLASSES, "code": code}
        if code
        else {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK"}
    )
    reasons = body.reasons or ((Concept(text=body.reason),) if body.reason else ())
    unit = filled(identifier=_hsa(body.unit), display=body.unit_name)
    person = filled(identifier=_hsa(body.responsible_id), display=body.responsible)
    return resource_of(
        state,
        "Encounter",
        extension=own("contact", type=body.type, reason="" if body.reasons else body.reason),
        status=IN_ERROR if state.voided else _CONTACT.get(body.status, body.status),
        **{"class": level},
        type=[concept(one) for one in body.types if one is not came],
        subject=patient_reference(state),
        appointment=[reference("Appointment", body.booking)] if body.booking else None,
        participant=[{"individual": person}] if person else None,
        period=filled(start=body.start, end=body.end),
        reasonCode=[concept(one) for one in reasons],
        location=[{"location": {"display": body.place}}] if body.place else None,
        serviceProvider=unit,
    )


def booking(state: EntityState) -> Json:
    """Appointment; a time that has no end yet says that it is unknown."""
    body = state.current.body
    assert isinstance(body, Booking)
    place = ", ".join(part for part in (body.unit_name, body.room) if part)
    taking = [
        {"actor": patient_reference(state), "status": "accepted"},
        *_taking(filled(identifier=_hsa(body.clinician_id), display=body.clinician)),
        *_taking(filled(identifier=_hsa(body.unit), display=place)),
    ]
    made = resource_of(
        state,
        "Appointment",
        extension=own(
            "booking",
            type=body.type,
            unit=body.unit_name,
            room=body.room,
            interpreter=body.interpreter,
            fee=body.fee,
        ),
        status=IN_ERROR if state.voided else body.status,
        serviceType=[{"text": body.type}],
        reasonCode=[{"text": body.reason}] if body.reason else None,
        start=body.start,
        end=body.end,
        created=written(state.first),
        basedOn=[reference("ServiceRequest", body.referral)] if body.referral else None,
        participant=taking,
    )
    return made if body.end else {**made, "_end": UNSAID}


def _taking(actor: Json) -> list[Json]:
    return [{"actor": actor, "status": "accepted"}] if actor else []


def _hsa(number: str) -> Json | None:
    return {"system": HSA_SYSTEM.emitted, "value": number} if number else None


def procedure(state: EntityState) -> Json:
    """Procedure."""
    body = state.current.body
    assert isinstance(body, Procedure)
    return resource_of(
        state,
        "Procedure",
        status=IN_ERROR if state.voided else body.status or "unknown",
        code=concept(body.concept),
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        **_during("performed", body.start, body.end),
        reasonCode=[concept(one) for one in body.reasons],
        note=notes(body.comment),
    )


def _during(name: str, start: str | None, end: str | None) -> Json:
    if end is None:
        return {f"{name}DateTime": start}
    return {f"{name}Period": filled(start=start, end=end)}


def immunization(state: EntityState) -> Json:
    """Immunization."""
    body = state.current.body
    assert isinstance(body, Immunization)
    made = resource_of(
        state,
        "Immunization",
        status=IN_ERROR if state.voided else body.status or "completed",
        vaccineCode=concept(body.vaccine) or UNSAID,
        patient=patient_reference(state),
        encounter=encounter(body.contact),
        occurrenceDateTime=body.occurred,
        lotNumber=body.batch,
        doseQuantity=quantity(body.dose) if body.dose else None,
    )
    return made if body.occurred else {**made, "_occurrenceDateTime": UNSAID}


def imaging(state: EntityState) -> Json:
    """ImagingStudy."""
    body = state.current.body
    assert isinstance(body, ImagingStudy)
    return resource_of(
        state,
        "ImagingStudy",
        status=IN_ERROR if state.voided else body.status or "unknown",
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        started=body.started,
        procedureCode=[concept(one) for one in body.procedures],
        series=[
            filled(
                uid=one.uid,
                modality=_coding(one.modality),
                bodySite=_coding(one.body_site),
                numberOfInstances=one.instances or None,
            )
            for one in body.series
        ],
    )


def _coding(found: Concept) -> Json | None:
    codings = concept(found).get("coding")
    return codings[0] if codings else ({"display": found.text} if found.text else None)


def care_plan(state: EntityState) -> Json:
    """CarePlan, its goals in their own words."""
    body = state.current.body
    assert isinstance(body, CarePlan)
    return resource_of(
        state,
        "CarePlan",
        status=IN_ERROR if state.voided else body.status or "unknown",
        intent="plan",
        category=[concept(one) for one in body.categories],
        title=body.title,
        description=body.text,
        subject=patient_reference(state),
        encounter=encounter(body.contact),
        period=filled(start=body.start, end=body.end),
        addresses=[reference("Condition", one) for one in body.addresses],
        goal=[{"display": words} for words in body.goals],
        activity=[{"detail": _activity(one)} for one in body.activities],
    )


def _activity(one: Activity) -> Json:
    return filled(
        code=concept(one.concept),
        status=one.status or "unknown",
        location={"display": one.place} if one.place else None,
        description=one.text,
    )


def planned_action(state: EntityState) -> Json:
    """Goal where it is one, else a Task that is a plan."""
    body = state.current.body
    assert isinstance(body, PlannedAction)
    return _goal(state, body) if body.type == "goal" else _task(state, body)


def _goal(state: EntityState, body: PlannedAction) -> Json:
    return resource_of(
        state,
        "Goal",
        extension=own(
            "planned-action",
            done=body.done,
            responsible=body.responsible,
            unit=body.responsible_unit,
            contact=str(body.contact) if body.contact else "",
            due=body.due if body.due and "T" in body.due else "",
        ),
        lifecycleStatus=IN_ERROR if state.voided else _GOAL[body.status],
        description={"text": body.title},
        subject=patient_reference(state),
        target=[{"dueDate": body.due.partition("T")[0]}] if body.due else None,
        note=notes(body.comment),
    )


def _task(state: EntityState, body: PlannedAction) -> Json:
    owner = filled(identifier=_hsa(body.responsible_unit), display=body.responsible)
    return resource_of(
        state,
        "Task",
        status=IN_ERROR if state.voided else _ACTION[body.status],
        intent="plan",
        code={"coding": [{"system": PLANNED, "code": body.type}]},
        description=body.title,
        **{"for": patient_reference(state)},
        encounter=encounter(body.contact),
        executionPeriod={"end": body.done} if body.done else None,
        authoredOn=written(state.first),
        owner=owner,
        note=notes(body.comment),
        restriction={"period": {"end": body.due}} if body.due else None,
    )


def family_history(state: EntityState) -> Json:
    """FamilyMemberHistory: what a relative has is never the patient's own Condition."""
    body = state.current.body
    assert isinstance(body, Diagnosis)
    told = own(
        "diagnosis",
        status=body.status,
        verification=body.verification,
        abated=body.abated,
        contact=str(body.contact) if body.contact else "",
        type=body.type,
    )
    relative = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    return resource_of(
        state,
        "FamilyMemberHistory",
        extension=told,
        status=IN_ERROR if state.voided or body.verification == "entered_in_error" else "completed",
        patient=patient_reference(state),
        date=body.recorded,
        relationship={"coding": [{"system": relative, "code": "FAMMEMB"}]},
        condition=[
            filled(code=concept(body.concept), onsetString=body.onset, note=notes(body.comment))
        ],
    )


def identity_link(state: EntityState) -> Json:
    """Linkage: two records of one person."""
    body = state.current.body
    assert isinstance(body, IdentityLink)
    return resource_of(
        state,
        "Linkage",
        extension=own("identity-link", reason=body.reason),
        active=body.action == "link" and not state.voided,
        item=[
            {"type": "source", "resource": patient_reference(state)},
            {"type": "alternate", "resource": reference("Patient", body.other)},
        ],
    )
