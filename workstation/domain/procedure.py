"""What was done: procedures, vaccinations, imaging studies; and imported resources kept as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import Concept, Quantity, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

B = TypeVar("B", bound=Body)


class Procedure(Body, frozen=True, kw_only=True):
    """Åtgärd (KVÅ, or the source's own code)."""

    concept: Concept
    status: str = ""
    start: When | None = None
    end: When | None = None
    reasons: tuple[Concept, ...] = ()
    contact: UUID | None = None
    comment: str = ""


class Immunization(Body, frozen=True, kw_only=True):
    """Vaccination."""

    vaccine: Concept
    status: str = ""
    occurred: When | None = None
    batch: str = ""
    dose: Quantity | None = None
    contact: UUID | None = None


class Series(Silent, frozen=True, kw_only=True):
    """One series of an imaging study."""

    uid: str = ""
    modality: Concept = Concept()
    body_site: Concept = Concept()
    instances: int = 0


class ImagingStudy(Body, frozen=True, kw_only=True):
    """Bilddiagnostisk undersökning."""

    status: str = ""
    started: When | None = None
    procedures: tuple[Concept, ...] = ()
    series: tuple[Series, ...] = ()
    contact: UUID | None = None


class ImportedResource(Body, frozen=True, kw_only=True):
    """A resource we do not understand: kept byte for byte (``origin.raw``), shown by its type."""

    type: str
    about: When | None = None


def _project(family: str, title: str, when: str | None, state: EntityState) -> Projection:
    return Projection(
        family=family,
        status="voided" if state.voided else "",
        title=title,
        at=millis_of(when) if when else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=title,
        undecided=state.undecided,
    )


def _procedure(state: EntityState) -> Projection:
    body = _body(state.current, Procedure)
    return _project("procedure", body.concept.label, body.start, state)


def _immunization(state: EntityState) -> Projection:
    body = _body(state.current, Immunization)
    return _project("immunization", body.vaccine.label, body.occurred, state)


def _imaging(state: EntityState) -> Projection:
    body = _body(state.current, ImagingStudy)
    title = ", ".join(p.label for p in body.procedures) or ", ".join(
        s.modality.label for s in body.series
    )
    return _project("imaging_study", title, body.started, state)


def _imported(state: EntityState) -> Projection:
    body = _body(state.current, ImportedResource)
    return _project("imported_resource", body.type, body.about, state)


def _body(record: Record, kind: type[B]) -> B:
    assert isinstance(record.body, kind)
    return record.body


KINDS = (
    Kind(
        name="procedure",
        body=Procedure,
        role=Role.INTENT,
        family="procedure",
        project=_procedure,
    ),
    Kind(
        name="immunization",
        body=Immunization,
        role=Role.INTENT,
        family="immunization",
        project=_immunization,
    ),
    Kind(
        name="imaging_study",
        body=ImagingStudy,
        role=Role.INTENT,
        family="imaging_study",
        project=_imaging,
    ),
    Kind(
        name="imported_resource",
        body=ImportedResource,
        role=Role.INTENT,
        family="imported_resource",
        project=_imported,
    ),
)
