"""Which record a reference means: ids made from where a resource came from, the same every time."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import unquote
from uuid import NAMESPACE_URL, UUID, uuid5

from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.shelf import Shelf
from workstation.interop.fhir.source import NumberText, Resource
from workstation.interop.fhir.values import concept_at

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:ronden:import:fhir-r4")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UUID_LENGTH = 36
_LITERAL = re.compile(
    r"(?:(?P<base>https?://.*)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.\-]{1,64})(/_history/.*)?"
)
_SEVERAL = -1  # in place of a place: a name that more than one has
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


class Links:
    """All resources of a document by every name others may use for them.

    They are taken in one by one and then settled; of each some bytes are kept. ``reports``: the
    place of the report that each result belongs to.
    """

    def __init__(self, *, source: str, shelf: Shelf) -> None:
        self._source = source
        self._shelf = shelf
        self._names: dict[bytes, int] = {}
        self._entities = bytearray()
        self._owners: list[PatientId | None] = []
        self._said: list[tuple[str, ...]] = []
        self._sayings: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._nameless = array("L")
        self._results: list[tuple[bytes, int]] = []
        self._reports: dict[int, int] = {}
        self._patients: set[PatientId] = set()
        self._dangling: dict[tuple[str, str], None] = {}

    def learn(self, resource: Resource) -> None:
        """Take in the document's next resource.

        Raises:
            Fault: Two entries are one resource, or a resource has no lasting name.
        """
        key = self._named(resource)
        self._put_entity(resource.place, key.entity)
        if "id" not in resource.value and not resource.full_url:
            self._nameless.append(resource.place)
        if resource.type == "Patient":
            self._patients.add(PatientId(key.entity))
        said = tuple(_owners_said(resource.value))
        self._said.append(self._sayings.setdefault(said, said))
        if resource.type == "DiagnosticReport":
            for reference in references(resource.value.get("result")):
                self._results.append((_digest(reference), resource.place))

    def settle(self) -> None:
        """Say whose each resource is, now that all have been taken in."""
        for place in self._nameless:  # named by their texts, as these are kept
            self._put_entity(place, self.key(self._shelf.at(place)).entity)
        known = {said: self._first_patient(said) for said in self._sayings}
        for place, said in enumerate(self._said):
            self._owners.append(self._owner(place, known[said]))
        for name, report in self._results:
            result = self._names.get(name)
            if result is not None and result != _SEVERAL:
                self._reports.setdefault(result, report)
        self._said, self._results, self._nameless = [], [], array("L")

    def key(self, resource: Resource) -> Key:
        """Return what names ``resource``."""
        return self._key(resource, str(resource.value.get("id") or ""))

    def entity(self, resource: Resource) -> EntityId:
        """Return the entity that ``resource`` becomes."""
        return self._entity(resource.place)

    def owner(self, resource: Resource) -> PatientId | None:
        """Return whose ``resource`` is; None for nobody's or one that cannot be told."""
        return self._owners[resource.place]

    def without_owner(self) -> Iterator[int]:
        """Yield the places of the resources that are nobody's, or of which it cannot be told."""
        return (place for place, owner in enumerate(self._owners) if owner is None)

    def report_of(self, result: Resource) -> EntityId | None:
        """Return the entity of the report that a result belongs to."""
        report = self._reports.get(result.place)
        return self._entity(report) if report is not None else None

    def nobodys(self, reference: str) -> int | None:
        """Return the place of what a reference names, where that belongs to no patient."""
        place = self._find(reference)
        return place if place is not None and self._shelf.type_at(place) in NOBODYS else None

    def dangling(self) -> list[tuple[str, str]]:
        """Return which references pointed out of the document (where, to what) since last asked."""
        found = sorted(self._dangling)
        self._dangling.clear()
        return found

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
        target = self._find(reference)
        if target is not None:
            self._same_patient(node, target, of)
            return self._entity(target)
        self._dangling[f"{node.path}.reference", reference] = None
        named = self._outside(reference)
        return named.entity if named else None

    def target(self, node: Node, *, of: Resource) -> Node | None:
        """Return the resource that a Reference means, to read from; contained ones as well."""
        reference = node.text("reference")
        if reference.startswith("#"):
            for inner in of.value.get("contained") or ():
                if isinstance(inner, dict) and inner.get("id") == reference[1:]:
                    return Node(inner, f"{of.path}.contained({reference})")
            self._dangling[f"{node.path}.reference", reference] = None
            return None
        place = self._find(reference)
        if place is None:
            return None
        found = self._shelf.at(place)
        return Node(found.value, found.path)

    def label(self, node: Node, *, of: Resource) -> str:
        """Return the words for what a Reference means: its display, else the target's own name."""
        display = node.text("display")
        if display:
            return display
        target = self.target(node, of=of)
        return _name_of(target) if target is not None else ""

    def _find(self, reference: str) -> int | None:
        """Return the place of the resource that a reference names; UUIDs in either case."""
        place = self._names.get(_digest(reference))
        return None if place == _SEVERAL else place

    def _entity(self, place: int) -> EntityId:
        return EntityId(UUID(bytes=bytes(self._entities[16 * place : 16 * place + 16])))

    def _put_entity(self, place: int, entity: EntityId) -> None:
        self._entities[16 * place : 16 * place + 16] = entity.bytes

    def _named(self, resource: Resource) -> Key:
        identity = resource.value.get("id")
        if identity is not None and (
            not isinstance(identity, str) or isinstance(identity, NumberText) or not identity
        ):
            raise Fault(f"{resource.path}.id", _("a text is expected"))
        key = self.key(resource)
        for name in _identified(resource):
            name_digest = _digest(name)
            if self._names.setdefault(name_digest, resource.place) != resource.place:
                self._names[name_digest] = _SEVERAL
        names = {resource.full_url, f"{resource.type}/{identity}" if identity else ""} - {""}
        if _UUID.fullmatch(key.id):
            names |= {f"urn:uuid:{key.id}"}
        for name in names:
            other = self._names.setdefault(_digest(name), resource.place)
            if other != resource.place and name != f"urn:uuid:{key.id}":
                raise Fault(resource.path, _("the same resource occurs twice in the document"))
        return key

    def _key(self, resource: Resource, identity: str) -> Key:
        outside = _LITERAL.fullmatch(resource.full_url)
        source = self._source or (outside["base"] if outside and outside["base"] else "")
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
        source = match["base"] or self._source
        if not source and not _UUID.fullmatch(match["id"]):
            return None
        return Key(source=source, type=match["type"], id=match["id"])

    def _first_patient(self, references: Iterable[str]) -> PatientId | None:
        return next((p for r in references if (p := self._patient_named(r))), None)

    def _owner(self, place: int, said: PatientId | None) -> PatientId | None:
        """Return whose the resource is. ``said``: whom it names as that."""
        if self._shelf.type_at(place) == "Patient":
            return PatientId(self._entity(place))
        if said is not None:
            return said
        if self._shelf.type_at(place) in NOBODYS:
            return None
        value = self._shelf.at(place).value
        named = {p for r in references(value) if (p := self._patient_named(r))}
        if len(named) == 1:
            return named.pop()
        if not named and len(self._patients) == 1 and not any(key in value for key in _OWNERS):
            return next(iter(self._patients))
        return None

    def _patient_named(self, reference: str) -> PatientId | None:
        target = self._find(reference)
        if target is not None:
            is_patient = self._shelf.type_at(target) == "Patient"
            return PatientId(self._entity(target)) if is_patient else None
        outside = self._outside(reference)
        return PatientId(outside.entity) if outside and outside.type == "Patient" else None

    def _same_patient(self, node: Node, target: int, of: Resource) -> None:
        mine, theirs = self.owner(of), self._owners[target]
        if mine is not None and theirs is not None and mine != theirs:
            raise Fault(f"{node.path}.reference", _("it points into another patient's record"))


def _owners_said(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield whom a resource names as whose it is."""
    for key in _OWNERS:
        whose = value.get(key)
        if not isinstance(whose, dict):
            continue
        reference = whose.get("reference")
        if isinstance(reference, str):
            yield reference
        else:
            yield from _searches("Patient", [whose.get("identifier")])


def _identified(resource: Resource) -> Iterator[str]:
    """Yield the conditional references that mean a patient, or somebody or something of nobody's."""
    if resource.type == "Patient" or resource.type in NOBODYS:
        numbers = resource.value.get("identifier")
        yield from _searches(resource.type, numbers if isinstance(numbers, list) else [numbers])


def _searches(kind: str, identifiers: Iterable[Any]) -> Iterator[str]:
    """Yield a conditional reference for each identifier (FHIR R4 2.3.0.4.1, 3.1.0.11.2.3)."""
    for one in identifiers:
        if not isinstance(one, dict):
            continue
        system, value = one.get("system"), one.get("value")
        if isinstance(system, str) and isinstance(value, str) and system and value:
            yield f"{kind}?identifier={system}|{value}"


def _digest(name: str) -> bytes:
    """Return what stands for a name: shorter than names are, and no two are alike."""
    return blake2b(_spelled(name).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _spelled(name: str) -> str:
    """Return a name as it is looked up: whatever version is meant, the document has one.

    The case of a UUID at its end means nothing.
    """
    if "?" in name:
        return unquote(name)
    name = name.partition("/_history/")[0]
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
