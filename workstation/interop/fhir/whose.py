"""Whose an answer is: its order, requisition, patient and requester, as far as it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from workstation.domain.identity_systems import kind_of_system
from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.requisitions import REQUISITION
from workstation.interop.fhir.source import Resource


class Names:
    """What the resources of a document call each other."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._found: dict[str, Resource] = {}
        self._twice: set[str] = set()
        for resource in resources:
            identity = resource.value.get("id")
            if resource.full_url:
                self._learn(resource.full_url, resource)
            if isinstance(identity, str):
                self._learn(f"{resource.type}/{identity}", resource)

    def _learn(self, name: str, resource: Resource) -> None:
        known = self._found.setdefault(name, resource)
        if known.value != resource.value:
            self._twice.add(name)

    def target(self, place: Node, of: Resource) -> Resource | None:
        """Return the resource in the document that a reference in ``of`` means, or None.

        Raises:
            Fault: Two resources that differ have that name: nobody knows which is meant.
        """
        reference = place.text("reference")
        if reference.startswith("#"):
            return _contained(of, reference[1:])
        if reference in self._twice:
            raise Fault(place.path, _("more than one resource has the name it refers to"))
        return self._found.get(reference)


def _contained(of: Resource, name: str) -> Resource | None:
    for number, inner in enumerate(of.value.get("contained") or ()):
        if isinstance(inner, dict) and inner.get("id") == name:
            kind = inner.get("resourceType")
            if isinstance(kind, str):
                return Resource(value=inner, raw="", path=f"{of.path}.contained[{number}]")
    return None


def whose(of: Resource, names: Names, values: Sequence[Resource]) -> dict[str, Any]:
    """Return order, requisition, patient and requester, as far as they are said.

    Every value is asked as well: what it says of another patient or order is never passed over.
    """
    node = Node(of.value, of.path)
    named = [*_orders(node, of, names)]
    people = _subject(node, of, names)
    for one in values:
        inner = Node(one.value, one.path)
        named += _orders(inner, one, names)
        people = people.joined(_subject(inner, one, names))
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


def _orders(node: Node, of: Resource, names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield order, requisition and requester of each ``basedOn``."""
    for place in node.children("basedOn"):
        target = names.target(place, of)
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


def _subject(node: Node, of: Resource, names: Names) -> _Subject:
    subject = node.child("subject")
    if subject is None:
        return _Subject()
    target, reference = names.target(subject, of), subject.text("reference")
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
