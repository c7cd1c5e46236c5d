"""MedicationRequest, MedicationStatement, MedicationAdministration.

A dosing becomes steps only when every part of it that says how much or how often is
understood; else its own words stand, so that nothing reads as less than the source said.
"""

from __future__ import annotations

from workstation.domain.known_words import one_of
from workstation.domain.medication import (
    ORDER_SOURCES,
    Administration,
    Dosage,
    DoseOutcome,
    Drug,
    MedicationOrder,
    OrderAction,
    OrderSource,
)
from workstation.domain.texts import _
from workstation.domain.values import Concept
from workstation.interop.fhir import overrides
from workstation.interop.fhir.care import contact_at
from workstation.interop.fhir.dosages import Dosing, dosing
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import (
    concept_at,
    concepts_at,
    end_of,
    moment,
    own_words,
    quantity_at,
    start_of,
)

DRUG_EXTENSION = "urn:ronden:fhir:drug:"
"""Our own words about a drug that R4 has no element for: brand, form, strength."""
_BINDING = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_ENDED: dict[str, OrderAction] = {
    "stopped": "stop",
    "completed": "stop",
    "cancelled": "stop",
    "on-hold": "pause",
}
_SOURCES: dict[str, OrderSource] = {
    "inpatient": "ward",
    "outpatient": "ward",
    "community": "prescription",
}
_REFUSED = "PATOBJ"
_GIVEN: dict[str, DoseOutcome] = {"completed": "given", "not-done": "not_given"}


def request(node: Node, links: Links, of: Resource) -> Made | None:
    """An order; None for a plan, a proposal, a draft or an order not to give something."""
    intent, status = node.needed("intent"), node.needed("status")
    if intent not in _BINDING or status == "draft" or node.plain().get("doNotPerform") is True:
        return None
    authored = node.when("authoredOn")
    found = dosing(node, "dosageInstruction")
    own = own_words(node, "order")
    body = MedicationOrder(
        action="prescribe",
        source=one_of(own.get("source", ""), ORDER_SOURCES, _source(node)),
        drug=_drug(node, links, of, route=found.route),
        dosage=_dosage(node, "dosageInstruction", found),
        reason=_reason(node, links, of),
        purpose=own.get("purpose", ""),
        start=moment(own.get("start", "")) or found.start or authored,
        planned_stop=moment(own.get("planned_stop", "")) or found.end,
        follow_up=moment(own.get("follow_up", "")),
        follow_up_how=own.get("follow_up_how", ""),
        replaces=links.entity_at(node, "priorPrescription", of=of),
        contact=contact_at(node, links, of),
        overrides=overrides.read(node),
        stated_status=status,
    )
    return Made(
        kind="medication_order",
        body=body,
        written=authored,
        followed_by=_ended(node, status),
        voided=status == IN_ERROR,
    )


def statement(node: Node, links: Links, of: Resource) -> Made | None:
    """What the patient is said to take, by the patient or another provider."""
    status = node.needed("status")
    if status in ("not-taken", "intended", "unknown"):
        return None
    asserted = node.when("dateAsserted")
    began = start_of(node, "effective")
    found = dosing(node, "dosage")
    body = MedicationOrder(
        action="prescribe",
        source="own_report",
        drug=_drug(node, links, of, route=found.route),
        dosage=_dosage(node, "dosage", found),
        reason=_reason(node, links, of),
        start=began or found.start,
        planned_stop=end_of(node, "effective") or found.end,
        stated_status=status,
    )
    return Made(
        kind="medication_order",
        body=body,
        written=asserted or began,
        followed_by=_ended(node, status),
        voided=status == IN_ERROR,
    )


def administration(node: Node, links: Links, of: Resource) -> Made | None:
    """A dose given or not given of an order; None where it names no order or is under way."""
    status = node.plain().get("status")
    order = links.entity_at(node, "request", of=of)
    if order is None or status not in (*_GIVEN, IN_ERROR):
        return None
    dosage = node.child("dosage")
    dose = quantity_at(dosage, "dose") if dosage is not None else None
    actual = start_of(node, "effective")
    reasons = concepts_at(node, "statusReason")
    refused = status == "not-done" and any(_refuses(reason) for reason in reasons)
    own = own_words(node, "administration")
    if refused:
        node.read_all("status")
    body = Administration(
        order=order,
        status="refused" if refused else node.code("status", _GIVEN, "not_given"),
        amount=dose.value if dose else None,
        unit=(dose.unit or dose.code) if dose else "",
        actual=actual,
        reason=", ".join(reason.text if _refuses(reason) else reason.label for reason in reasons),
        planned=moment(own.get("planned", "")),
        batch=own.get("batch", ""),
        witness=own.get("witness", ""),
    )
    return Made(kind="administration", body=body, written=actual, voided=status == IN_ERROR)


def _refuses(reason: Concept) -> bool:
    return any(coding.code == _REFUSED for coding in reason.codings)


def _ended(node: Node, status: str) -> tuple[tuple[str, MedicationOrder], ...]:
    action = _ENDED.get(status)
    if action is None:
        return ()
    why = (
        concept_at(node, "statusReason")
        if isinstance(node.plain().get("statusReason"), dict)
        else None
    )
    step = MedicationOrder(
        action=action,
        why=why.label if why else "",
        stated_status=status,
    )
    return (("medication_order", step),)


def _source(node: Node) -> OrderSource:
    if node.plain().get("reportedBoolean") is True:
        node.read_all("reportedBoolean")
        return "own_report"
    for place in node.children("category"):
        for inner in place.children("coding"):
            code = inner.plain().get("code")
            if isinstance(code, str) and code in _SOURCES:
                inner.read_all("code", "system", "display")
                return _SOURCES[code]
    return "other_provider"


def _drug(node: Node, links: Links, of: Resource, *, route: str) -> Drug:
    concept = concept_at(node, "medicationCodeableConcept")
    if concept is not None:
        own = own_words(node, "drug")
        return Drug(
            name=concept.label,
            brand=own.get("brand", ""),
            form=own.get("form", ""),
            strength=own.get("strength", ""),
            concept=concept,
            route=route,
        )
    reference = node.child("medicationReference")
    if reference is None:
        raise Fault(f"{node.path}.medication[x]", _("it is required and missing"))
    links.meant(reference, of=of)
    target = links.target(reference, of=of)
    found = (concept_at(target, "code") if target is not None else None) or Concept()
    form = concept_at(target, "form") if target is not None else None
    return Drug(
        name=found.label or reference.text("display") or reference.text("reference"),
        concept=found,
        form=form.label if form else "",
        route=route,
        reference=reference.text("reference"),
    )


def _reason(node: Node, links: Links, of: Resource) -> Concept | None:
    stated = concepts_at(node, "reasonCode")
    for inner in node.children("reasonReference"):
        links.meant(inner, of=of)
        target = links.target(inner, of=of)
        found = concept_at(target, "code") if target is not None else None
        label = inner.text("display")
        if found is not None or label:
            stated = (*stated, found or Concept(text=label))
    return stated[0] if stated else None


def _dosage(node: Node, key: str, found: Dosing) -> Dosage | None:
    if key not in node:
        return None
    if found.steps:
        node.read_all(key)
    return Dosage(steps=found.steps, text=found.text)
