"""Who the patient is, and which streams of records are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import Coding, Concept, Period, When

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

Sex = Literal["female", "male", "other", "unknown"]
SEXES: tuple[Sex, ...] = get_args(Sex)
Protection = Literal["none", "sekretessmarkering", "skyddad_folkbokforing", "fingerade"]


class Identifier(Silent, frozen=True, kw_only=True):
    """A number that names the patient: system (URI or OID) and value as stored."""

    system: str
    value: str
    period: Period | None = None
    type: Concept | None = None


class Address(Silent, frozen=True, kw_only=True):
    """Never shown, printed or sent for a patient with protected identity."""

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


class Telecom(Silent, frozen=True, kw_only=True):
    """Phone or e-mail; ``use``: mobile, home, work."""

    system: str
    value: str
    use: str = ""


class Relative(Silent, frozen=True, kw_only=True):
    """Närstående."""

    name: str
    relation: str = ""
    phone: str = ""


class Patient(Body, frozen=True, kw_only=True):
    """Demographics, whole, as one version of the patient entity (entity id = patient id).

    ``sex`` in FHIR's words. ``deceased``: date or dateTime of death; ``is_deceased`` where the
    date is unknown. ``protection``: the levels of care rules section 4; the reason is never said.
    """

    identifiers: tuple[Identifier, ...] = ()
    family: str = ""
    given: tuple[str, ...] = ()
    preferred: str = ""
    prefix: str = ""
    former_family: str = ""
    birth_date: When | None = None
    sex: Sex = "unknown"
    deceased: When | None = None
    is_deceased: bool = False
    protection: Protection = "none"
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    relatives: tuple[Relative, ...] = ()
    language: str = ""
    interpreter: bool = False
    listed_unit: HsaId = HsaId("")
    extra: tuple[Coding, ...] = ()

    @property
    def protected(self) -> bool:
        """Whether whereabouts must never be shown."""
        return self.protection != "none"

    @property
    def list_name(self) -> str:
        """``Family, Given`` for lists; empty when nothing is known."""
        given = self.preferred or " ".join(self.given)
        return ", ".join(part for part in (self.family, given) if part)


class IdentityLink(Body, frozen=True, kw_only=True):
    """Two streams are one person, or after ``unlink`` they are not. Streams are never rewritten."""

    other: UUID
    action: Literal["link", "unlink"] = "link"
    reason: str = ""


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    return (body.listed_unit,) if isinstance(body, Patient) and body.listed_unit else ()


def _project(state: EntityState) -> Projection:
    body = state.current.body
    title = body.list_name if isinstance(body, Patient) else ""
    return Projection(
        family="patient",
        title=title,
        at=state.current.written_at.millis,
        undecided=state.undecided,
    )


def _project_link(state: EntityState) -> Projection:
    body = state.current.body
    status = body.action if isinstance(body, IdentityLink) else ""
    return Projection(
        family="identity_link",
        status="voided" if state.voided else status,
        title="",
        at=state.current.written_at.millis,
        patient_visible=False,
        undecided=state.undecided,
    )


def _protected_first(heads: tuple[Record, ...]) -> Record:
    """Of two versions of who somebody is, the one that protects more holds."""
    return min(
        heads, key=lambda r: (not (isinstance(r.body, Patient) and r.body.protected), r.order)
    )


KINDS = (
    Kind(
        name="patient",
        body=Patient,
        role=Role.INTENT,
        family="patient",
        project=_project,
        safer=_protected_first,
        concerned=_concerned,
    ),
    Kind(
        name="identity_link",
        body=IdentityLink,
        role=Role.INTENT,
        family="identity_link",
        project=_project_link,
    ),
)
