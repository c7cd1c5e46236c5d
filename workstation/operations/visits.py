"""What bookings and visits have in common: their times, and the contact that an arrival begins."""

from __future__ import annotations

from workstation.domain.clock import HybridTime
from workstation.domain.contact import Booking, Contact
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import millis_of, utc_text
from workstation.operations.ports import Desk
from workstation.operations.writing import Incomplete, check_date, record_for


def check_times(booking: Booking) -> None:
    """Raise ``Incomplete`` when the time is missing or impossible, or it ends before it starts."""
    check_date("start", booking.start)
    check_date("end", booking.end)
    if "T" not in booking.start:
        raise Incomplete(_("Say the booked time."), _("Fill in date and time."), ["start"])
    if booking.end and millis_of(booking.end) < millis_of(booking.start):
        raise Incomplete(
            _("The visit ends before it begins."), _("Change one of the times."), ["end"]
        )


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
