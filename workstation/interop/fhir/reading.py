"""FHIR R4 documents in: each resource becomes a record, with its source text beside it.

A document is taken whole or refused whole. The same document makes the same records, byte for
byte, whenever it is read again by the same importer, so a second import changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

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
from workstation.interop.fhir.people import is_protected
from workstation.interop.fhir.report import Report
from workstation.interop.fhir.shelf import Shelf
from workstation.interop.fhir.source import Resource, Scan
from workstation.interop.fhir.whereabouts import without_whereabouts
from workstation.interop.fhir.window import InMemory, Source

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
_TOLD_EVERY = 256  # resources
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
    batches: dict[PatientId, list[Sealed]] = {}
    reading = Reading(name, InMemory(data), importer)
    for made in reading.records(importer.standing):
        batches.setdefault(made.patient, []).append(made.sealed)
    patients = tuple(
        PatientBatch(patient=patient, records=tuple(records))
        for patient, records in batches.items()
    )
    return ImportedBundle(name=name, patients=patients, report=reading.report)


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


class Brought(NamedTuple):
    """A record made of a document. ``path``: of the resource it is made of."""

    path: str
    patient: PatientId
    id: RecordId
    sealed: Sealed


class Reading:
    """One document on its way to become records: gone through once to know what is in it.

    ``report``: complete when all of :meth:`records` have been taken. ``progress``: told now and
    then how much is done, from 0 to 1: half of it is to go through the document.

    Raises:
        BrokenDocument: It is broken.
    """

    def __init__(
        self,
        name: str,
        source: Source,
        importer: Importer,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._progress = progress
        self._importer = importer
        self._bytes = source.size
        self._shelf = Shelf(source)
        self._links = Links(source=importer.source, shelf=self._shelf)
        with self._refused():
            self._learn(source)
        self.report = self._empty_report()

    def records(self, standing: Standing) -> Iterator[Brought]:
        """Yield the records: resource by resource, then what several patients' refer to.

        May be called again; nothing is to be stored unless all have been taken.

        Raises:
            BrokenDocument: It is broken after all.
        """
        self.report = self._empty_report()
        patients: set[PatientId] = set()
        with self._refused():
            for brought in self._all(standing):
                patients.add(brought.patient)
                yield brought
        self.report.patients = len(patients)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except Fault as fault:
            raise BrokenDocument(self._name, fault) from None

    def _learn(self, source: Source) -> None:
        scan = Scan(source)
        patients = 0
        self._protected = 0
        for found in scan.resources():
            resource = found.resource
            check_leaves(resource.value, resource.path)
            _check_needed(resource)
            self._shelf.put(found)
            if resource.place % _TOLD_EVERY == 0:
                self._progress(found.start / source.size / 2)
            self._links.learn(resource)
            if resource.type == "Patient":
                patients += 1
                self._protected += is_protected(resource.value)
        if scan.refused:
            raise Fault(
                scan.refused[0], _("it asks to remove or change; here things are only added")
            )
        self._empty_entries = scan.empty_entries
        if self._protected:
            several = patients > self._protected
            self._shelf.changed = partial(without_whereabouts, several=several)
        self._links.settle()

    def _empty_report(self) -> Report:
        report = Report(documents=1, bytes=self._bytes, protected=self._protected)
        if self._empty_entries:
            report.not_understood["Bundle.entry"] += self._empty_entries
        return report

    def _all(self, standing: Standing) -> Iterator[Brought]:
        """Yield records; what is nobody's own comes last, when it is known who refers to it."""
        mentioned: dict[int, set[PatientId]] = {}
        for resource in self._shelf:
            if resource.place % _TOLD_EVERY == 0:
                self._progress((1 + resource.place / len(self._shelf)) / 2)
            owner = self._links.owner(resource)
            if owner is None:
                continue
            for reference in references(resource.value):
                place = self._links.nobodys(reference)
                if place is not None:
                    mentioned.setdefault(place, set()).add(owner)
            yield from self._store(resource, owner, self._made(resource), standing)
            self.report.points_out(self._links.dangling())
        for place in self._links.without_owner():
            yield from self._nobodys(place, mentioned.get(place, set()), standing)

    def _nobodys(
        self, place: int, keepers: set[PatientId], standing: Standing
    ) -> Iterator[Brought]:
        name = self._shelf.type_at(place)
        if not keepers:
            self.report.without_patient[name] += 1
            return
        self.report.not_understood[name] += 1
        resource = self._shelf.at(place)
        for keeper in sorted(keepers, key=lambda patient: patient.bytes):
            yield from self._store(resource, keeper, _kept_whole(resource), standing)

    def _made(self, resource: Resource) -> Made:
        mapping = MAPPINGS.get(resource.type)
        if resource.type != "Patient" and may_mean_otherwise(resource.value):
            mapping = None
        node = Node(resource.value, resource.path)
        made = mapping(node, self._links, resource) if mapping is not None else None
        if made is None:
            self.report.not_understood[resource.type] += 1
            return _kept_whole(resource)
        self.report.understood[resource.type] += 1
        node.read_all("resourceType", "id")
        for key in ("subject", "patient"):
            self._links.entity_at(node, key, of=resource)
        node.unread(self.report.unmapped, resource.type)
        return made

    def _store(
        self, resource: Resource, patient: PatientId, made: Made, standing: Standing
    ) -> Iterator[Brought]:
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
        silent = msgspec.structs.replace(origin, raw="", signed=False, signed_by="")
        millis = _millis(made.written or _last_updated(resource))
        before: Record | None = None
        for tick, (kind, body) in enumerate(_steps_of(made)):
            identity = record_id(millis, str(patient), str(entity), kind, str(tick), resource.raw)
            before = Record(
                id=identity,
                patient=patient,
                kind=kind,
                kind_version=1,
                entity=entity,
                bases=(before.id,) if before else standing(patient, entity, identity),
                author=self._importer.author,
                device=self._importer.device,
                written_at=HybridTime(millis, tick),
                approved_for_patient=not _withheld(resource),
                body=msgspec.structs.replace(body, origin=silent if before else origin),
            )
            yield Brought(resource.path, patient, identity, self._kept(before, resource))

    def _sealed(self, record: Record) -> Sealed:
        signer = self._importer.signer
        return seal(record, signer) if signer else Sealed(canonical(envelope_of(record)))

    def _kept(self, record: Record, resource: Resource) -> Sealed:
        sealed = self._sealed(record)
        if len(sealed.raw) > GREATEST_RECORD and record.kind == "note":
            sealed = self._sealed(told_once(record, resource))
        if len(sealed.raw) > GREATEST_RECORD:
            raise Fault(resource.path, _("the resource is too large"))
        self.report.records[record.kind] += 1
        return sealed


def _steps_of(made: Made) -> Iterator[tuple[str, Body]]:
    yield made.kind, made.body
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
