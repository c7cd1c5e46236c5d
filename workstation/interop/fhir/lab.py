"""Answers from laboratories: DiagnosticReport with its Observations, in a Bundle or alone.

What is read is what ``workstation.domain.results`` matches and flags. References inside the bundle are
followed; those outside it are kept as what they say. An answer that cannot be read says so and does
not touch the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from workstation.domain.attachment import MOST_BYTES, media_type
from workstation.domain.observation import DiagnosticReport, Observation
from workstation.domain.results import Delivery, Value
from workstation.domain.texts import _
from workstation.domain.values import Concept
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node, check_leaves
from workstation.interop.fhir.results import (
    REPORT_STATUS,
    decoded,
    has_unknown_flag,
    observed,
    plain_text,
    presented,
)
from workstation.interop.fhir.source import Resource, read_document
from workstation.interop.fhir.values import concept_at, concepts_at, first_code, start_of, words_at
from workstation.interop.fhir.whose import Names, whose

_BESIDE = frozenset(
    """
    Patient Practitioner PractitionerRole Organization Location Device Encounter Specimen
    ServiceRequest ImagingStudy MessageHeader OperationOutcome Provenance RelatedPerson Group
    BodyStructure EpisodeOfCare Coverage Endpoint Substance
    """.split()
)
"""What comes beside an answer and says nothing that a reader of it must see."""
_VALUES = frozenset(
    f"value{kind}"
    for kind in """
    Quantity CodeableConcept String Boolean Integer Range Ratio Time DateTime Period
    """.split()
)
_COMPARATORS = frozenset({"", "<", "<=", ">=", ">"})


def read_deliveries(data: bytes) -> tuple[Delivery, ...]:
    """Return every answer in a document, in its order. Numbers and texts stay as written.

    What cannot be read, of itself or because this program knows no such thing, is an answer with a
    ``fault``: the place. Only reports, then single results, then all else.

    Raises:
        Fault: It is no such document; names the place. Nothing of it is an answer.
    """
    document = read_document(data)
    return _Reader(document.resources).deliveries(document.refused)


class _Reader:
    """Reads one document. ``used``: the results that belong to an answer already."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources
        self._names = Names(resources)
        self._used: set[int] = set()

    def deliveries(self, refused: Sequence[str]) -> tuple[Delivery, ...]:
        reports = [r for r in self._resources if r.type == "DiagnosticReport"]
        found = [self._whole(report, self._report) for report in reports]
        found += [self._whole(single, self._single) for single in self._singles()]
        others = [r for r in self._resources if r.type not in (*_BESIDE, *_ANSWERS)]
        if not found and not refused:
            place = others[0].path if others else "$"
            raise Fault(place, _("there is no answer in the document"))
        found += [self._faulty(other, other.path) for other in others]
        nothing = DiagnosticReport(concept=Concept())
        found += [Delivery(identifier="", report=nothing, fault=path) for path in refused]
        return tuple(found)

    def _singles(self) -> Iterator[Resource]:
        """Yield the results in no report; one that another holds as its part comes with that."""
        left = [
            r for r in self._resources if r.type == "Observation" and id(r.value) not in self._used
        ]
        parts = {id(part.value) for one in left for part in self._parts_known(one)}
        for one in (*(r for r in left if id(r.value) not in parts), *left):  # a circle has no first
            if id(one.value) not in self._used:
                yield one

    def _whole(self, of: Resource, read: Callable[[Resource], Delivery]) -> Delivery:
        try:
            return read(of)
        except Fault as fault:
            return self._faulty(of, fault.path)

    def _faulty(self, of: Resource, path: str) -> Delivery:
        """Return what is known of an answer that cannot be read: whose it is, if that can be."""
        nothing = DiagnosticReport(concept=Concept())
        try:
            check_leaves(of.value, of.path)
            return Delivery(identifier="", report=nothing, fault=path, **whose(of, self._names, ()))
        except Fault:
            return Delivery(identifier="", report=nothing, fault=path)

    def _report(self, report: Resource) -> Delivery:
        node = Node(report.value, report.path)
        self._claimed(node, report)
        check_leaves(report.value, report.path)
        sources = self._parts(self._targets(node, report, "result"))
        node.needed("status")
        status = node.code("status", REPORT_STATUS, "unknown")
        body = DiagnosticReport(
            concept=_code(node),
            category=first_code(concepts_at(node, "category")),
            status=status,
            effective=start_of(node, "effective"),
            issued=node.when("issued"),
            conclusion=node.text("conclusion") or presented(node),
            conclusions=concepts_at(node, "conclusionCode"),
        )
        files, unread = _forms(node)
        return Delivery(
            identifier=_identifier(node),
            status=status,
            issued=body.issued or "",
            report=body,
            values=self._values(sources, node, report),
            forms=files,
            unread=unread or _says_more([report, *sources]),
            **whose(report, self._names, sources),
        )

    def _single(self, resource: Resource) -> Delivery:
        """A result that no report holds is an answer of its own, with its parts."""
        sources = self._parts([resource])
        self._used |= {id(source.value) for source in sources}
        node = Node(resource.value, resource.path)
        values = self._values(sources, node, resource)
        head = self._value(resource, node, resource).body
        body = DiagnosticReport(
            concept=head.concept,
            category=head.category,
            status=head.status,
            effective=head.effective,
            issued=head.issued,
        )
        return Delivery(
            identifier=_identifier(node),
            status=head.status,
            issued=head.issued or "",
            report=body,
            values=values,
            unread=_says_more(sources),
            **whose(resource, self._names, sources[1:]),
        )

    def _targets(self, node: Node, of: Resource, key: str) -> list[Resource]:
        found = []
        for place in node.children(key):
            target = self._names.target(place, of)
            if target is None or target.type != "Observation":
                raise Fault(place.path, _("the result it refers to is not in the document"))
            found.append(target)
        return found

    def _parts(self, first: Iterable[Resource]) -> list[Resource]:
        """Return these results with all they have as members or were derived from, each once."""
        found: dict[int, Resource] = {}
        left = list(first)[::-1]
        while left:
            one = left.pop()
            if id(one.value) in found:
                continue
            found[id(one.value)] = one
            node = Node(one.value, one.path)
            more = self._targets(node, one, "hasMember")
            derived = (self._names.target(place, one) for place in node.children("derivedFrom"))
            more += [r for r in derived if r is not None and r.type == "Observation"]
            left += more[::-1]
        return list(found.values())

    def _parts_known(self, of: Resource) -> list[Resource]:
        """Return the parts of a result, or none where it cannot be read: that is told with itself."""
        try:
            return self._parts([of])[1:]
        except Fault:
            return []

    def _claimed(self, node: Node, report: Resource) -> None:
        """Have the results that a report names belong to it, even where it cannot be read."""
        for place in node.children("result"):
            try:
                target = self._names.target(place, report)
            except Fault:
                continue
            if target is not None:
                self._used |= {id(one.value) for one in (target, *self._parts_known(target))}

    def _values(self, sources: Sequence[Resource], of: Node, report: Resource) -> tuple[Value, ...]:
        """Read the results; a heading that has nothing but members is none."""
        values = [(source, self._value(source, of, report)) for source in sources]
        heads = len(values) > 1
        return tuple(v for source, v in values if not (heads and _is_heading(source, v.body)))

    def _value(self, resource: Resource, of: Node, report: Resource) -> Value:
        check_leaves(resource.value, resource.path)
        node = Node(resource.value, resource.path)
        _code(node)
        body = observed(node)
        specimen = self._specimen(node, resource) or self._specimen(of, report)
        if specimen is not None:
            taken = Node(specimen.value, specimen.path)
            body = msgspec.structs.replace(
                body,
                specimen=words_at(taken, "type"),
                effective=body.effective or _taken_at(taken),
            )
        if not body.interpretation and has_unknown_flag(node):
            body = msgspec.structs.replace(body, interpretation="A")
        return Value(identifier=_identifier(node) or first_code([body.concept]), body=body)

    def _specimen(self, node: Node, of: Resource) -> Resource | None:
        """Return the one specimen that a result or a report names, where it is in the document."""
        named = node.plain().get("specimen")
        if named is None:
            return None
        places = node.children("specimen") if isinstance(named, list) else (node.child("specimen"),)
        found = [self._names.target(place, of) for place in places if place is not None]
        return found[0] if len(found) == 1 else None


_ANSWERS = ("DiagnosticReport", "Observation")


def _taken_at(specimen: Node) -> str | None:
    collection = specimen.child("collection")
    return start_of(collection, "collected") if collection is not None else None


def _is_heading(source: Resource, body: Observation) -> bool:
    said = (body.quantity, body.coded, body.text, body.components, body.comment, body.absent)
    return "hasMember" in source.value and not any(said) and not body.interpretation


def _says_more(sources: Iterable[Resource]) -> bool:
    """Whether anything says what cannot be kept and that would change how it is read."""
    return any(
        _has_modifier(source.value) or "media" in source.value or _has_other_value(source.value)
        for source in sources
    )


def _has_modifier(value: Any) -> bool:
    if isinstance(value, dict):
        if value.get("modifierExtension") or value.get("implicitRules"):
            return True
        return any(_has_modifier(inner) for inner in value.values())
    return isinstance(value, list) and any(_has_modifier(inner) for inner in value)


def _has_other_value(value: dict[str, Any]) -> bool:
    """Whether a result or a part of it is of a kind, or in a form, that is not read."""
    kinds = [key for key in value if key.startswith("value")]
    if len(kinds) > 1 or not _VALUES.issuperset(kinds):
        return True
    amount = value.get("valueQuantity")
    if isinstance(amount, dict) and (
        "value" not in amount or amount.get("comparator", "") not in _COMPARATORS
    ):
        return True
    parts = value.get("component")
    parts = parts if isinstance(parts, list) else []
    return any(isinstance(part, dict) and _has_other_value(part) for part in parts)


def _forms(node: Node) -> tuple[tuple[bytes, ...], bool]:
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
    return tuple(files), unread


def _code(node: Node) -> Concept:
    found = concept_at(node, "code")
    if found is None or not (found.text or found.codings):
        raise Fault(f"{node.path}.code", _("it is required and missing"))
    return found


def _identifier(node: Node) -> str:
    for inner in node.children("identifier"):
        if value := inner.text("value"):
            return value
    return ""
