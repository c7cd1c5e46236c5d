"""What begins when a patient arrives, booked or not: the contact of the visit."""

from __future__ import annotations

from workstation.domain.clock import HybridTime
from workstation.domain.contact import Booking, Contact
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.record import Record
from workstation.domain.values import utc_text
from workstation.operations.ports import Desk
from workstation.operations.writing import record_for


def visit_begun(
    desk: Desk, booking: Booking, *, patient: PatientId, entity: EntityId, at: HybridTime
) -> Record:
    """Return the contact that begins ``at`` the arrival to the booking ``entity``."""
    return record_for(
        desk,
        patient=patient,
        kind="contact",
        body=Contact(
            type=booking.type,
            status="arrived",
            start=utc_text(at.as_datetime()),
            unit=booking.unit,
            unit_name=booking.unit_name,
            place=booking.room,
            reason=booking.reason,
            responsible=booking.clinician,
            responsible_id=booking.clinician_id,
            booking=entity,
        ),
    )
