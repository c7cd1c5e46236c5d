"""Book a time for the patient."""

from __future__ import annotations

import msgspec

from workstation.domain.contact import Booking
from workstation.domain.ids import PatientId
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import millis_of
from workstation.operations.ports import Desk, Writing
from workstation.operations.writing import Incomplete, check_date, record_for, save


async def book(booking: Booking, *, patient: PatientId, records: Writing, desk: Desk) -> Record:
    """Store a booking; any profession at the unit may book.

    Raises:
        Incomplete: The unit or time is missing or impossible, or it ends before it starts.
    """
    if not booking.unit:
        raise Incomplete(_("Say where the visit is."), _("Choose the unit."), ["unit"])
    check_date("start", booking.start)
    check_date("end", booking.end)
    if "T" not in booking.start:
        raise Incomplete(_("Say the booked time."), _("Fill in date and time."), ["start"])
    if booking.end and millis_of(booking.end) < millis_of(booking.start):
        raise Incomplete(
            _("The visit ends before it begins."), _("Change one of the times."), ["end"]
        )
    body = msgspec.structs.replace(booking, status="booked")
    record = record_for(desk, patient=patient, kind="booking", body=body)
    await save(records, desk, record)
    return record
