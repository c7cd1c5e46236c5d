"""Contacts with care (visit, admission, phone call) and bookings of such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Record, Role
from workstation.domain.values import Concept, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

ContactType = Literal["visit", "admission", "phone", "home_visit", "video", "emergency", "other"]
ContactStatus = Literal["planned", "arrived", "ongoing", "finished", "cancelled", "unknown"]
BookingStatus = Literal["booked", "arrived", "fulfilled", "noshow", "cancelled"]
CONTACT_TYPES: tuple[ContactType, ...] = get_args(ContactType)


class Contact(Body, frozen=True, kw_only=True):
    """Vårdkontakt (FHIR Encounter). ``place``: ward, room and bed as said on the ward."""

    type: ContactType
    status: ContactStatus
    start: When | None = None
    end: When | None = None
    unit: HsaId = HsaId("")
    unit_name: str = ""
    place: str = ""
    reason: str = ""
    types: tuple[Concept, ...] = ()
    reasons: tuple[Concept, ...] = ()
    responsible: str = ""
    responsible_id: HsaId = HsaId("")
    booking: UUID | None = None


class Booking(Body, frozen=True, kw_only=True):
    """A booked time (FHIR Appointment). ``fee``: payment or exemption as noted at the desk."""

    status: BookingStatus
    start: When
    end: When | None = None
    unit: HsaId
    unit_name: str = ""
    type: ContactType = "visit"
    reason: str = ""
    clinician: str = ""
    clinician_id: HsaId = HsaId("")
    room: str = ""
    interpreter: str = ""
    fee: str = ""
    referral: UUID | None = None


def _project_contact(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Contact)
    ended = body.status in ("finished", "cancelled") or state.voided
    return Projection(
        family="contact",
        group="past" if ended else "current",
        status="voided" if state.voided else body.status,
        title=body.reason or (body.types[0].label if body.types else ""),
        at=_at(body.start, state.current),
        patient_visible=state.current.approved_for_patient,
        undecided=state.undecided,
    )


def _project_booking(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Booking)
    return Projection(
        family="booking",
        group="current" if body.status in ("booked", "arrived") else "past",
        status="voided" if state.voided else body.status,
        title=body.reason,
        at=_at(body.start, state.current),
        patient_visible=state.current.approved_for_patient,
        undecided=state.undecided,
    )


def _at(start: str | None, record: Record) -> int:
    return millis_of(start) if start else record.written_at.millis


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    unit = body.unit if isinstance(body, (Contact, Booking)) else ""
    return (HsaId(unit),) if unit else ()


KINDS = (
    Kind(
        name="contact",
        body=Contact,
        role=Role.INTENT,
        family="contact",
        project=_project_contact,
        concerned=_concerned,
    ),
    Kind(
        name="booking",
        body=Booking,
        role=Role.INTENT,
        family="booking",
        project=_project_booking,
        concerned=_concerned,
    ),
)
