"""Answers from laboratories: DiagnosticReport with its Observations, in a Bundle or alone.

What is read is what ``workstation.domain.results`` matches and flags. References inside the bundle are
followed; those outside it are kept as what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from workstation.domain.attachment import MOST_BYTES, media_type
from workstation.domain.identity_systems import kind_of_system
from workstation.domain.observation import DiagnosticReport
from workstation.domain.results import Delivery, Value
from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node, check_leaves
from workstation.interop.fhir.requisitions import REQUISITION
from workstation.interop.fhir.results import (
    REPORT_STATUS,
    decoded,
    observed,
    plain_text,
    presented,
)
from workstation.interop.fhir.source import Resource, read_document
from workstation.interop.fhir.values import concept_at, concepts_at, first_code, start_of

_Found = Mapping[str, Resource]


def read_deliveries(data: bytes) -> tuple[Delivery, ...]:
    """Return every answer in a document, in its order. Numbers and texts stay as written.

    Raises:
        Fault: It is no such document; names the place. Nothing of it is an answer.
    """
    document = read_document(data)
    for resource in document.resources:
        check_leaves(resource.value, resource.path)
    found = _by_name(document.resources)
    reports = [r for r in document.resources if r.type == "DiagnosticReport"]
    used: set[int] = set()
    deliveries = [_delivery(report, found, used) for report in reports]
    loose = [r for r in document.resources if r.type == "Observation" and id(r.value) not in used]
    deliveries += [_alone(resource, found) for resource in loose]
    if not deliveries:
        raise Fault("$", _("there is no answer in the document"))
    return tuple(deliveries)


def _by_name(resources: tuple[Resource, ...]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for resource in resources:
        identity = resource.value.get("id")
        if resource.full_url:
            found[resource.full_url] = resource
        if isinstance(identity, str):
            found[f"{resource.type}/{identity}"] = resource
    return found


def _delivery(report: Resource, found: _Found, used: set[int]) -> Delivery:
    node = Node(report.value, report.path)
    node.needed("status")
    values, sources = [], []
    for place in node.children("result"):
        target = _target(place, report, found)
        if target is None or target.type != "Observation":
            raise Fault(place.path, _("the result it refers to is not in the document"))
        used.add(id(target.value))
        sources.append(target)
        values.append(_value(target))
    status = node.code("status", REPORT_STATUS, "unknown")
    body = DiagnosticReport(
        concept=_code(node),
        category=first_code(concepts_at(node, "category")),
        status=status,  # type: ignore[arg-type]
        effective=start_of(node, "effective"),
        issued=node.when("issued"),
        conclusion=node.text("conclusion") or presented(node),
        conclusions=concepts_at(node, "conclusionCode"),
    )
    return Delivery(
        identifier=_identifier(node),
        status=status,
        issued=body.issued or "",
        report=body,
        values=tuple(values),
        **_forms(node),
        **_about(node, report, found, sources),
    )


def _alone(resource: Resource, found: _Found) -> Delivery:
    """An observation that no report holds is an answer of its own."""
    node = Node(resource.value, resource.path)
    value = _value(resource)
    body = DiagnosticReport(
        concept=value.body.concept,
        category=value.body.category,
        status=value.body.status,
        effective=value.body.effective,
        issued=value.body.issued,
    )
    return Delivery(
        identifier=_identifier(node),
        status=value.body.status,
        issued=value.body.issued or "",
        report=body,
        values=(value,),
        **_about(node, resource, found, ()),
    )


def _value(resource: Resource) -> Value:
    node = Node(resource.value, resource.path)
    body = observed(node)
    return Value(identifier=_identifier(node) or first_code([body.concept]), body=body)


def _forms(node: Node) -> dict[str, Any]:
    """Return the forms of a report that can be attached, and whether there is one that cannot."""
    files: list[bytes] = []
    unread = False
    for inner in node.children("presentedForm"):
        if plain_text(inner) is not None:
            continue
        content = decoded(inner)
        if content is None or media_type(content) is None or len(content) > MOST_BYTES:
            unread = True
        else:
            files.append(content)
    return {"forms": tuple(files), "unread": unread}


def _code(node: Node) -> Any:
    found = concept_at(node, "code")
    if found is None:
        raise Fault(f"{node.path}.code", _("it is required and missing"))
    return found


def _about(node: Node, of: Resource, found: _Found, values: Sequence[Resource]) -> dict[str, Any]:
    """Return order, requisition, patient and requester, as far as they are said.

    Every value is asked as well: what it says of another patient or order is never passed over.
    """
    named = [*_orders(node, of, found)]
    people = _subject(node, of, found)
    for one in values:
        inner = Node(one.value, one.path)
        named += _orders(inner, one, found)
        people = people.joined(_subject(inner, one, found))
    orders = dict.fromkeys(order for order, _number, _unit in named if order)
    requisitions = dict.fromkeys(number.strip().upper() for _order, number, _u in named if number)
    return {
        "order": next(iter(orders), ""),
        "requisition": next(iter(requisitions), ""),
        "several": len(orders) > 1 or len(requisitions) > 1,
        "patient_id": people.patient,
        "numbers": people.numbers,
        "requester_unit": next((unit for _order, _number, unit in named if unit), ""),
    }


def _orders(node: Node, of: Resource, found: _Found) -> Iterator[tuple[str, str, str]]:
    """Yield order, requisition and requester of each ``basedOn``."""
    for place in node.children("basedOn"):
        target = _target(place, of, found)
        order = _our_id(place.text("reference"), "ServiceRequest")
        numbers = [v for s, v in _identifiers(place, target) if s in (REQUISITION, "")]
        requester = _unit_of(Node(target.value, target.path)) if target is not None else ""
        yield order, next((number for number in numbers if number), ""), requester


class _Subject(NamedTuple):
    """Whom something is about: our id of the patient, identity numbers, and the reference itself."""

    patient: str = ""
    numbers: tuple[str, ...] = ()
    reference: str = ""

    def joined(self, other: _Subject) -> _Subject:
        """Return both together; what cannot be known to be the same person contradicts."""
        if other == _Subject() or other == self:
            return self
        numbers = (*self.numbers, *other.numbers)
        if other.patient not in ("", self.patient):
            numbers += (other.patient,)
        if not other.numbers and not other.patient and other.reference != self.reference:
            numbers += (other.reference,)
        return self._replace(numbers=tuple(dict.fromkeys(numbers)))


def _subject(node: Node, of: Resource, found: _Found) -> _Subject:
    subject = node.child("subject")
    if subject is None:
        return _Subject()
    target, reference = _target(subject, of, found), subject.text("reference")
    # A patient within the document has the laboratory's own id: its numbers say who it is.
    patient = _our_id(reference, "Patient") if target is None else ""
    named = [(system, value) for system, value in _identifiers(subject, target) if value]
    ours = [value for system, value in named if not system or kind_of_system(system) is not None]
    numbers = ours or [value for _system, value in named]  # beside ours, their own say nothing
    return _Subject(patient, tuple(dict.fromkeys(numbers)), reference)


def _identifiers(place: Node, target: Resource | None) -> Iterator[tuple[str, str]]:
    """Yield system and value of what a reference says of what it means, and of what it means."""
    logical = place.child("identifier")
    if logical is not None:
        yield logical.text("system"), logical.text("value")
    if target is not None:
        for inner in Node(target.value, target.path).children("identifier"):
            yield inner.text("system"), inner.text("value")


def _unit_of(request: Node) -> str:
    requester = request.child("requester")
    logical = requester.child("identifier") if requester is not None else None
    return logical.text("value") if logical is not None else ""


def _our_id(reference: str, kind: str) -> str:
    """Return the id of a reference to one of our own resources, relative or under any base."""
    head, _slash, identity = reference.rpartition("/")
    ours = head.rpartition("/")[2] == kind and _OURS.fullmatch(identity)
    return identity if ours else ""


_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _target(place: Node, of: Resource, found: _Found) -> Resource | None:
    reference = place.text("reference")
    if reference.startswith("#"):
        for number, inner in enumerate(of.value.get("contained") or ()):
            if isinstance(inner, dict) and inner.get("id") == reference[1:]:
                kind = inner.get("resourceType")
                if isinstance(kind, str):
                    return Resource(value=inner, raw="", path=f"{of.path}.contained[{number}]")
        return None
    return found.get(reference)


def _identifier(node: Node) -> str:
    for inner in node.children("identifier"):
        if value := inner.text("value"):
            return value
    return ""
