"""FHIR R4 documents in: each resource becomes a record, with its source text beside it.

A document is taken whole or refused whole. The same document makes the same records, byte for
byte, whenever it is read again by the same importer, so a second import changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from workstation.domain.canonical import canonical
from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Void
from workstation.domain.procedure import ImportedResource
from workstation.domain.record import (
    GREATEST_RECORD,
    Author,
    Body,
    Origin,
    Record,
    Sealed,
    Signer,
    envelope_of,
    seal,
)
from workstation.domain.texts import _
from workstation.domain.values import millis_of
from workstation.interop.fhir import alerts, care, documents, medications, people, plans, results
from workstation.interop.fhir.documents import told_once
from workstation.interop.fhir.faults import BrokenDocument, Fault
from workstation.interop.fhir.links import NOBODYS, Links, record_id, references
from workstation.interop.fhir.made import Made, Mapping
from workstation.interop.fhir.node import Node, check_leaves, may_mean_otherwise
from workstation.interop.fhir.report import Report
from workstation.interop.fhir.source import Document, Resource, read_document
from workstation.interop.fhir.whereabouts import without_whereabouts

FORMAT = "fhir-r4"

MAPPINGS: dict[str, Mapping] = {
    "Patient": people.patient,
    "Encounter": care.encounter,
    "Condition": care.condition,
    "AllergyIntolerance": alerts.allergy,
    "Flag": alerts.flag,
    "FamilyMemberHistory": plans.family_history,
    "Appointment": plans.appointment,
    "Task": plans.task,
    "Procedure": care.procedure,
    "Immunization": care.immunization,
    "ImagingStudy": care.imaging,
    "CarePlan": care.care_plan,
    "Goal": plans.goal,
    "Observation": results.observation,
    "DiagnosticReport": results.report,
    "MedicationRequest": medications.request,
    "MedicationStatement": medications.statement,
    "MedicationAdministration": medications.administration,
    "DocumentReference": documents.document,
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "Encounter": ("status", "class"),
    "Condition": ("subject",),
    "AllergyIntolerance": ("patient",),
    "Flag": ("status", "code", "subject"),
    "FamilyMemberHistory": ("status", "patient"),
    "Task": ("status", "intent"),
    "Procedure": ("status", "subject"),
    "Immunization": ("status", "vaccineCode", "patient"),
    "ImagingStudy": ("status", "subject"),
    "CarePlan": ("status", "intent", "subject"),
    "Goal": ("lifecycleStatus", "description", "subject"),
    "Observation": ("status", "code"),
    "DiagnosticReport": ("status", "code"),
    "MedicationRequest": ("status", "intent", "subject"),
    "MedicationStatement": ("status", "subject"),
    "MedicationAdministration": ("status", "subject"),
    "DocumentReference": ("status", "content"),
}
_TIMES = (
    "issued",
    "recorded",
    "authoredOn",
    "created",
    "date",
    "effectiveDateTime",
    "whenHandedOver",
    "sent",
    "billablePeriod.start",
    "period.start",
)
_NOT_FOR_PATIENT = "NOPATIENT"
_EARLIEST, _LATEST = millis_of("1900"), millis_of("3000")

Standing = Callable[[PatientId, EntityId, RecordId], tuple[RecordId, ...]]
"""What the record to be made builds on, where an earlier version of the resource is stored."""


def nothing_before(patient: PatientId, entity: EntityId, record: RecordId) -> tuple[RecordId, ...]:
    """Nothing of the entity is stored yet."""
    return ()


@dataclass(frozen=True, kw_only=True, repr=False)
class Importer:
    """Who imports, and how it becomes records.

    Attributes:
        author: Records are this author's, in this author's unit; a system's own HSA-id where a
            job imports. The same documents want the same author for the same bytes.
        signer: None for what the server itself imports: such records carry no signature.
        source: The system the documents come from; needed where ids are not UUIDs.
        standing: Asked for each record, see ``Standing``.
    """

    author: Author
    device: str
    signer: Signer | None = None
    source: str = ""
    standing: Standing = nothing_before


@dataclass(frozen=True, kw_only=True, repr=False)
class PatientBatch:
    """One patient's records, in the order of their resources."""

    patient: PatientId
    records: tuple[Sealed, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class ImportedBundle:
    """A document's records by patient, and what was found."""

    name: str
    patients: tuple[PatientBatch, ...]
    report: Report


def read_bundle(name: str, data: bytes, *, importer: Importer) -> ImportedBundle:
    """Return the records of one document: Bundle, single resource or NDJSON.

    Args:
        name: What the person knows the document by; shown when it is refused, stored nowhere.

    Raises:
        BrokenDocument: Anything in it is broken; nothing of it is to be stored.
    """
    try:
        return _Reading(name, data, importer).whole()
    except Fault as fault:
        raise BrokenDocument(name, fault) from None


def read_bundles(
    documents: Iterable[tuple[str, bytes]],
    *,
    importer: Importer,
    refused: Callable[[BrokenDocument], None] | None = None,
    progress: Callable[[str, Report], None] | None = None,
) -> Iterator[ImportedBundle]:
    """Read many documents one at a time; only one is ever in memory.

    Args:
        refused: Told of a broken document, after which the next is read; without it the
            problem is raised.
        progress: Told after each document with its name and the counts so far.
    """
    so_far = Report()
    for name, data in documents:
        try:
            found = read_bundle(name, data, importer=importer)
        except BrokenDocument as problem:
            if refused is None:
                raise
            refused(problem)
            continue
        so_far.add(found.report)
        if progress is not None:
            progress(name, so_far)
        yield found


class _Reading:
    def __init__(self, name: str, data: bytes, importer: Importer) -> None:
        self._name = name
        self._data = data
        self._importer = importer
        self._links = Links(source=importer.source)
        self._report = Report(documents=1, bytes=len(data))
        self._batches: dict[PatientId, list[Sealed]] = {}

    def whole(self) -> ImportedBundle:
        document = without_whereabouts(read_document(self._data), self._report)
        for resource in document.resources:
            check_leaves(resource.value, resource.path)
            _check_needed(resource)
        self._links.learn(document)
        mentioned = self._mentioned(document)
        for resource in document.resources:
            self._resource(resource, mentioned)
        if document.empty_entries:
            self._report.not_understood["Bundle.entry"] += document.empty_entries
        self._report.patients = len(self._batches)
        self._report.unresolved = sorted(set(self._links.unresolved))
        batches = tuple(
            PatientBatch(patient=patient, records=tuple(records))
            for patient, records in self._batches.items()
        )
        return ImportedBundle(name=self._name, patients=batches, report=self._report)

    def _mentioned(self, document: Document) -> dict[int, set[PatientId]]:
        """Return whose resources refer to each resource that is nobody's own."""
        found: dict[int, set[PatientId]] = {}
        for resource in document.resources:
            owner = self._links.owner(resource)
            if owner is None:
                continue
            for reference in references(resource.value):
                target = self._links.find(reference)
                if target is not None and target.type in NOBODYS:
                    found.setdefault(id(target), set()).add(owner)
        return found

    def _resource(self, resource: Resource, mentioned: dict[int, set[PatientId]]) -> None:
        owner = self._links.owner(resource)
        if owner is not None:
            self._store(resource, owner, self._made(resource))
            return
        keepers = mentioned.get(id(resource), set()) if resource.type in NOBODYS else set()
        if not keepers:
            self._report.without_patient[resource.type] += 1
            return
        self._report.not_understood[resource.type] += 1
        for keeper in sorted(keepers, key=lambda patient: patient.bytes):
            self._store(resource, keeper, _kept_whole(resource))

    def _made(self, resource: Resource) -> Made:
        mapping = MAPPINGS.get(resource.type)
        if resource.type != "Patient" and may_mean_otherwise(resource.value):
            mapping = None
        node = Node(resource.value, resource.path)
        made = mapping(node, self._links, resource) if mapping is not None else None
        if made is None:
            self._report.not_understood[resource.type] += 1
            return _kept_whole(resource)
        self._report.understood[resource.type] += 1
        node.read_all("resourceType", "id")
        for key in ("subject", "patient"):
            self._links.entity_at(node, key, of=resource)
        node.unread(self._report.unmapped, resource.type)
        return made

    def _store(self, resource: Resource, patient: PatientId, made: Made) -> None:
        key = self._links.key(resource)
        entity = self._links.entity(resource)
        if resource.type in NOBODYS:  # kept with several patients: an entity of each
            entity = EntityId(record_id(0, str(patient), str(entity)))
        reference = resource.full_url or f"{key.type}/{key.id}"
        origin = Origin(
            format=FORMAT,
            source=key.source,
            reference=reference,
            raw=resource.raw,
            signed=made.signed,
            signed_by=made.signed_by if made.signed else "",
        )
        millis = _millis(made.written or _last_updated(resource))
        first = self._record(resource, patient, entity, made.kind, made.body, origin, millis, 0)
        chain = [first]
        silent = msgspec.structs.replace(origin, raw="", signed=False, signed_by="")
        for kind, body in _steps_of(made):
            step = self._record(
                resource, patient, entity, kind, body, silent, millis, len(chain), chain[-1]
            )
            chain.append(step)
        for record in chain:
            self._keep(record, resource)

    def _record(
        self,
        resource: Resource,
        patient: PatientId,
        entity: EntityId,
        kind: str,
        body: Body,
        origin: Origin,
        millis: int,
        tick: int,
        before: Record | None = None,
    ) -> Record:
        identity = record_id(millis, str(patient), str(entity), kind, str(tick), resource.raw)
        bases = (before.id,) if before else self._importer.standing(patient, entity, identity)
        return Record(
            id=identity,
            patient=patient,
            kind=kind,
            kind_version=1,
            entity=entity,
            bases=bases,
            author=self._importer.author,
            device=self._importer.device,
            written_at=HybridTime(millis, tick),
            approved_for_patient=not _withheld(resource),
            body=msgspec.structs.replace(body, origin=origin),
        )

    def _sealed(self, record: Record) -> Sealed:
        signer = self._importer.signer
        return seal(record, signer) if signer else Sealed(canonical(envelope_of(record)))

    def _keep(self, record: Record, resource: Resource) -> None:
        sealed = self._sealed(record)
        if len(sealed.raw) > GREATEST_RECORD and record.kind == "note":
            sealed = self._sealed(told_once(record, resource))
        if len(sealed.raw) > GREATEST_RECORD:
            raise Fault(resource.path, _("the resource is too large"))
        self._report.records[record.kind] += 1
        self._batches.setdefault(record.patient, []).append(sealed)


def _steps_of(made: Made) -> Iterator[tuple[str, Body]]:
    yield from made.followed_by
    if made.voided:
        yield "void", Void(reason="entered-in-error")


def _kept_whole(resource: Resource) -> Made:
    about = _about(resource)
    body = ImportedResource(type=resource.type, about=about)
    return Made(kind="imported_resource", body=body, written=about)


def _about(resource: Resource) -> str | None:
    """Return a time that a resource we do not understand is about; nothing in it is checked."""
    for key in _TIMES:
        outer, _dot, inner = key.partition(".")
        value = resource.value.get(outer)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
        try:
            found = Node({key: value}, resource.path).when(key)
        except Fault:
            continue
        if found:
            return found
    return None


def _check_needed(resource: Resource) -> None:
    for key in _NEEDED.get(resource.type, ()):
        if resource.value.get(key) is None:
            raise Fault(f"{resource.path}.{key}", _("it is required and missing"))
    for key in ("subject", "patient") if resource.type in MAPPINGS else ():
        whose = Node(resource.value, resource.path).child(key)
        if whose is not None:
            whose.text("reference")  # raises where it is no text


def _last_updated(resource: Resource) -> str | None:
    meta = Node(resource.value, resource.path).child("meta")
    return meta.when("lastUpdated") if meta is not None else None


def _millis(when: str | None) -> int:
    """Return the record's time: the source's own, or 1970 where it says none."""
    millis = millis_of(when) if when else 0
    return millis if _EARLIEST <= millis < _LATEST else 0


def _withheld(resource: Resource) -> bool:
    meta = resource.value.get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    return any(
        isinstance(label, dict) and label.get("code") == _NOT_FOR_PATIENT for label in labels or ()
    )
