"""Encounter, Condition, Procedure, Immunization, ImagingStudy, CarePlan."""

from __future__ import annotations

from uuid import UUID

from workstation.domain.contact import CONTACT_TYPES, Contact, ContactStatus, ContactType
from workstation.domain.diagnosis import DIAGNOSIS_TYPES, Diagnosis, DiagnosisStatus, Verification
from workstation.domain.known_words import one_of
from workstation.domain.plan import Activity, CarePlan
from workstation.domain.procedure import ImagingStudy, Immunization, Procedure, Series
from workstation.domain.values import Concept
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import (
    coded_as,
    coding,
    concept_at,
    concepts_at,
    end_of,
    notes_of,
    own_words,
    period_at,
    quantity_at,
    start_of,
    words_at,
)

_CLASSES: dict[str, ContactType] = {
    "AMB": "visit",
    "WELLNESS": "visit",
    "OBSENC": "visit",
    "SS": "visit",
    "IMP": "admission",
    "ACUTE": "admission",
    "NONAC": "admission",
    "EMER": "emergency",
    "URGENTCARE": "emergency",
    "HH": "home_visit",
}
_OWN_CLASSES = ("AMB", "IMP", "EMER", "HH", "VR", "UNK")
"""Those that our own export makes of the type; it says the type beside them."""
_CONTACT: dict[str, ContactStatus] = {
    "planned": "planned",
    "arrived": "arrived",
    "triaged": "arrived",
    "in-progress": "ongoing",
    "onleave": "ongoing",
    "finished": "finished",
    "cancelled": "cancelled",
}
_CLINICAL: dict[str, DiagnosisStatus] = {
    "active": "active",
    "recurrence": "active",
    "relapse": "active",
    "inactive": "inactive",
    "remission": "remission",
    "resolved": "resolved",
}
_VERIFIED: dict[str, Verification] = {
    "confirmed": "confirmed",
    "unconfirmed": "unconfirmed",
    "provisional": "unconfirmed",
    "differential": "unconfirmed",
    "refuted": "refuted",
    IN_ERROR: "entered_in_error",
}


def contact_at(node: Node, links: Links, of: Resource) -> UUID | None:
    """Return the contact that ``encounter`` means."""
    return links.entity_at(node, "encounter", of=of)


def encounter(node: Node, links: Links, of: Resource) -> Made:
    """Vårdkontakt; the class is kept as one of its types."""
    level = node.child("class")
    period = period_at(node, "period")
    reasons = concepts_at(node, "reasonCode")
    types = concepts_at(node, "type")
    code = level.plain().get("code") if level else None
    own = own_words(node, "contact")
    if level is not None:
        told = Concept(codings=(coding(level),))
        types = types if own.get("type") and code in _OWN_CLASSES else (*types, told)
    status = node.plain().get("status")
    body = Contact(
        type=one_of(own.get("type", ""), CONTACT_TYPES, _class(str(code))),
        status=node.code("status", _CONTACT, "unknown"),
        start=period.start if period else None,
        end=period.end if period else None,
        unit_name=_label_at(node, "serviceProvider", links, of),
        place=_place(node, links, of),
        reason=next((reason.label for reason in reasons), ""),
        types=types,
        reasons=() if own.get("reason") else reasons,
        responsible=_participant(node, links, of),
    )
    written = period.start if period else None
    return Made(kind="contact", body=body, written=written, voided=status == IN_ERROR)


def _class(code: str) -> ContactType:
    return _CLASSES.get(code, "other")


def _label_at(node: Node, key: str, links: Links, of: Resource) -> str:
    inner = node.child(key)
    if inner is None:
        return ""
    links.meant(inner, of=of)
    return links.label(inner, of=of)


def _place(node: Node, links: Links, of: Resource) -> str:
    return next((_label_at(n, "location", links, of) for n in node.children("location")), "")


def _participant(node: Node, links: Links, of: Resource) -> str:
    names = (_label_at(n, "individual", links, of) for n in node.children("participant"))
    return next((name for name in names if name), "")


def condition(node: Node, links: Links, of: Resource) -> Made:
    """Diagnosis or problem."""
    verification = coded_as(node, "verificationStatus", _VERIFIED, "confirmed")
    recorded = node.when("recordedDate")
    onset = start_of(node, "onset")
    body = Diagnosis(
        concept=concept_at(node, "code") or Concept(),
        type=one_of(own_words(node, "diagnosis").get("type", ""), DIAGNOSIS_TYPES, "problem"),
        status=coded_as(node, "clinicalStatus", _CLINICAL, "unknown"),
        verification=verification,
        onset=onset,
        abated=start_of(node, "abatement"),
        recorded=recorded,
        contact=contact_at(node, links, of),
        comment=notes_of(node),
    )
    return Made(
        kind="diagnosis",
        body=body,
        written=recorded or onset,
        voided=verification == "entered_in_error",
    )


def procedure(node: Node, links: Links, of: Resource) -> Made:
    """Åtgärd."""
    reasons = list(concepts_at(node, "reasonCode"))
    for inner in node.children("reasonReference"):
        links.meant(inner, of=of)
        if label := links.label(inner, of=of):
            reasons.append(Concept(text=label))
    started = start_of(node, "performed")
    status = node.text("status")
    body = Procedure(
        concept=concept_at(node, "code") or Concept(),
        status=status,
        start=started,
        end=end_of(node, "performed"),
        reasons=tuple(reasons),
        contact=contact_at(node, links, of),
        comment=notes_of(node),
    )
    return Made(kind="procedure", body=body, written=started, voided=status == IN_ERROR)


def immunization(node: Node, links: Links, of: Resource) -> Made:
    """Vaccination."""
    status = node.needed("status")
    occurred = node.when("occurrenceDateTime")
    body = Immunization(
        vaccine=concept_at(node, "vaccineCode") or Concept(),
        status=status,
        occurred=occurred,
        batch=node.text("lotNumber"),
        dose=quantity_at(node, "doseQuantity"),
        contact=contact_at(node, links, of),
    )
    return Made(kind="immunization", body=body, written=occurred, voided=status == IN_ERROR)


def imaging(node: Node, links: Links, of: Resource) -> Made:
    """Imaging study, its series by modality and body site."""
    status = node.text("status")
    started = node.when("started")
    body = ImagingStudy(
        status=status,
        started=started,
        procedures=concepts_at(node, "procedureCode"),
        series=tuple(_series(inner) for inner in node.children("series")),
        contact=contact_at(node, links, of),
    )
    return Made(kind="imaging_study", body=body, written=started, voided=status == IN_ERROR)


def _series(node: Node) -> Series:
    modality, site = node.child("modality"), node.child("bodySite")
    return Series(
        uid=node.text("uid"),
        modality=Concept(codings=(coding(modality),)) if modality else Concept(),
        body_site=Concept(codings=(coding(site),)) if site else Concept(),
        instances=node.whole("numberOfInstances") or 0,
    )


def care_plan(node: Node, links: Links, of: Resource) -> Made:
    """Vårdplan with activities and goals in their own words."""
    status = node.text("status")
    period = period_at(node, "period")
    start = period.start if period else None
    created = node.when("created")
    addressed = [links.meant(inner, of=of) for inner in node.children("addresses")]
    texts = [node.text("description"), notes_of(node)]
    body = CarePlan(
        title=node.text("title"),
        categories=concepts_at(node, "category"),
        status=status,
        start=start,
        end=period.end if period else None,
        activities=tuple(_activity(inner, links, of) for inner in node.children("activity")),
        goals=tuple(filter(None, (_goal_words(n, links, of) for n in node.children("goal")))),
        addresses=tuple(entity for entity in addressed if entity is not None),
        contact=contact_at(node, links, of),
        text="\n".join(text for text in texts if text),
    )
    return Made(kind="care_plan", body=body, written=created or start, voided=status == IN_ERROR)


def _activity(node: Node, links: Links, of: Resource) -> Activity:
    detail = node.child("detail")
    if detail is None:
        return Activity(concept=Concept())
    return Activity(
        concept=concept_at(detail, "code") or Concept(),
        status=detail.text("status"),
        place=_label_at(detail, "location", links, of),
        text=detail.text("description"),
    )


def _goal_words(node: Node, links: Links, of: Resource) -> str:
    links.meant(node, of=of)
    target = links.target(node, of=of)
    found = words_at(target, "description") if target is not None else ""
    return found or node.text("display")
