"""Which record a reference means: ids made from where a resource came from, the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Document, NumberText, Resource
from workstation.interop.fhir.values import concept_at

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:ronden:import:fhir-r4")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UUID_LENGTH = 36
_LITERAL = re.compile(
    r"(?:(?P<base>https?://.*)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.\-]{1,64})(/_history/.*)?"
)
_OWNERS = ("subject", "patient", "beneficiary", "for", "individual")

NOBODYS = frozenset(
    {
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "HealthcareService",
        "Medication",
        "Substance",
        "Device",
        "Endpoint",
        "Questionnaire",
    }
)
"""Types that belong to no patient: kept with every patient whose record refers to them."""


def record_id(millis: int, *parts: str) -> RecordId:
    """Return the id of an imported record: the same for the same source words, sorted by time."""
    digest = sha256("\n".join(parts).encode()).digest()
    return RecordId(uuid7(max(millis, 0), lambda count: digest[:count]))


@dataclass(frozen=True, kw_only=True, repr=False)
class Key:
    """What names a resource for ever: the system it comes from, its type and id there."""

    source: str
    type: str
    id: str

    @property
    def entity(self) -> EntityId:
        """The entity made from it. A patient's is also the patient id."""
        source = "" if _UUID.fullmatch(self.id) else self.source
        name = f"{source}\n{self.type}\n{self.id.lower() if not source else self.id}"
        return EntityId(uuid5(_NAMESPACE, name))


@dataclass(kw_only=True, repr=False)
class Links:
    """All resources of a document by every name others may use for them."""

    source: str
    keys: dict[int, Key] = field(default_factory=dict)
    by_name: dict[str, Resource] = field(default_factory=dict)
    owners: dict[int, PatientId | None] = field(default_factory=dict)
    reports: dict[EntityId, EntityId] = field(default_factory=dict)
    unresolved: list[tuple[str, str]] = field(default_factory=list)
    _patients: set[PatientId] = field(default_factory=set)

    def learn(self, document: Document) -> None:
        """Take in a document's resources, then say whose each one is.

        Raises:
            Fault: Two entries are one resource, or a resource has no lasting name.
        """
        for resource in document.resources:
            self._name(resource)
        self._patients = {
            PatientId(self.key(r).entity) for r in document.resources if r.type == "Patient"
        }
        for resource in document.resources:
            self.owners[id(resource)] = self._owner(resource)
            if resource.type == "DiagnosticReport":
                self._answered(resource)

    def key(self, resource: Resource) -> Key:
        """Return what names ``resource``."""
        return self.keys[id(resource)]

    def entity(self, resource: Resource) -> EntityId:
        """Return the entity that ``resource`` becomes."""
        return self.key(resource).entity

    def owner(self, resource: Resource) -> PatientId | None:
        """Return whose ``resource`` is; None for nobody's or one that cannot be told."""
        return self.owners[id(resource)]

    def find(self, reference: str) -> Resource | None:
        """Return the document's resource that a reference names; UUIDs in either case."""
        return self.by_name.get(_spelled(reference))

    def entity_at(self, node: Node, key: str, *, of: Resource) -> EntityId | None:
        """Return the entity that the Reference at ``key`` means; None where it names none."""
        inner = node.child(key)
        return self.meant(inner, of=of) if inner is not None else None

    def meant(self, node: Node, *, of: Resource) -> EntityId | None:
        """Return the entity that a Reference means.

        One that points out of the document is listed; it has an id all the same where it
        names type and id, since the resource may come in another file.

        Raises:
            Fault: It points into another patient's record.
        """
        reference = node.text("reference")
        if not reference or reference.startswith("#"):
            return None
        target = self.find(reference)
        if target is not None:
            self._same_patient(node, target, of)
            return self.entity(target)
        self.unresolved.append((f"{node.path}.reference", reference))
        named = self._outside(reference)
        return named.entity if named else None

    def target(self, node: Node, *, of: Resource) -> Node | None:
        """Return the resource that a Reference means, to read from; contained ones as well."""
        reference = node.text("reference")
        if reference.startswith("#"):
            for inner in of.value.get("contained") or ():
                if isinstance(inner, dict) and inner.get("id") == reference[1:]:
                    return Node(inner, f"{of.path}.contained({reference})")
            self.unresolved.append((f"{node.path}.reference", reference))
            return None
        found = self.find(reference)
        return Node(found.value, found.path) if found else None

    def label(self, node: Node, *, of: Resource) -> str:
        """Return the words for what a Reference means: its display, else the target's own name."""
        display = node.text("display")
        if display:
            return display
        target = self.target(node, of=of)
        return _name_of(target) if target is not None else ""

    def _answered(self, report: Resource) -> None:
        for reference in references(report.value.get("result")):
            result = self.find(reference)
            if result is not None:
                self.reports.setdefault(self.entity(result), self.entity(report))

    def _name(self, resource: Resource) -> None:
        identity = resource.value.get("id")
        if identity is not None and (
            not isinstance(identity, str) or isinstance(identity, NumberText) or not identity
        ):
            raise Fault(f"{resource.path}.id", _("a text is expected"))
        key = self._key(resource, str(identity or ""))
        names = {resource.full_url, f"{resource.type}/{identity}" if identity else ""} - {""}
        if _UUID.fullmatch(key.id):
            names |= {f"urn:uuid:{key.id}"}
        for name in names:
            other = self.by_name.setdefault(_spelled(name), resource)
            if other is not resource and name != f"urn:uuid:{key.id}":
                raise Fault(resource.path, _("the same resource occurs twice in the document"))
        self.keys[id(resource)] = key

    def _key(self, resource: Resource, identity: str) -> Key:
        outside = _LITERAL.fullmatch(resource.full_url)
        source = self.source or (outside["base"] if outside and outside["base"] else "")
        if not identity:
            identity = outside["id"] if outside else resource.full_url.removeprefix("urn:uuid:")
        if not identity:
            identity = sha256(resource.raw.encode()).hexdigest()
            return Key(source=source, type=resource.type, id=identity)
        if not source and not _UUID.fullmatch(identity):
            reason = _("the id is unique only within its system; say which system it comes from")
            raise Fault(f"{resource.path}.id", reason)
        return Key(source=source, type=resource.type, id=identity)

    def _outside(self, reference: str) -> Key | None:
        match = _LITERAL.fullmatch(reference)
        if match is None:
            return None
        source = match["base"] or self.source
        if not source and not _UUID.fullmatch(match["id"]):
            return None
        return Key(source=source, type=match["type"], id=match["id"])

    def _owner(self, resource: Resource) -> PatientId | None:
        if resource.type == "Patient":
            return PatientId(self.entity(resource))
        for key in _OWNERS:
            value = resource.value.get(key)
            reference = value.get("reference") if isinstance(value, dict) else None
            if isinstance(reference, str) and (found := self._patient_named(reference)):
                return found
        if resource.type in NOBODYS:
            return None
        named = {p for r in references(resource.value) if (p := self._patient_named(r))}
        if len(named) == 1:
            return named.pop()
        if not named and len(self._patients) == 1 and not _has_owner(resource):
            return next(iter(self._patients))
        return None

    def _patient_named(self, reference: str) -> PatientId | None:
        target = self.find(reference)
        if target is not None:
            return PatientId(self.entity(target)) if target.type == "Patient" else None
        outside = self._outside(reference)
        return PatientId(outside.entity) if outside and outside.type == "Patient" else None

    def _same_patient(self, node: Node, target: Resource, of: Resource) -> None:
        mine, theirs = self.owner(of), self.owner(target)
        if mine is not None and theirs is not None and mine != theirs:
            raise Fault(f"{node.path}.reference", _("it points into another patient's record"))


def _spelled(name: str) -> str:
    """Return a name as it is looked up: the case of a UUID at its end means nothing."""
    beginning, uuid = name[:-_UUID_LENGTH], name[-_UUID_LENGTH:]
    return beginning + uuid.lower() if _UUID.fullmatch(uuid) else name


def references(value: Any) -> Iterator[str]:
    """Yield every literal reference in a resource."""
    if isinstance(value, Mapping):
        reference = value.get("reference")
        if isinstance(reference, str):
            yield reference
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def _has_owner(resource: Resource) -> bool:
    return any(key in resource.value for key in _OWNERS)


def _name_of(node: Node) -> str:
    if "name" not in node:
        found = concept_at(node, "code")
        return found.label if found else ""
    if isinstance(node.plain()["name"], str):
        return node.text("name")
    for name in node.children("name"):
        parts = (*name.texts("prefix"), *name.texts("given"), name.text("family"))
        return name.text("text") or " ".join(part for part in parts if part)
    return ""


__all__ = ["NOBODYS", "UUID", "Key", "Links", "record_id", "references"]
