"""Book a time for the patient."""

from __future__ import annotations

import msgspec

from workstation.domain.contact import Booking
from workstation.domain.ids import PatientId
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Writing
from workstation.operations.visits import check_times
from workstation.operations.writing import Incomplete, record_for, save


async def book(booking: Booking, *, patient: PatientId, records: Writing, desk: Desk) -> Record:
    """Store a booking; any profession at the unit may book.

    Raises:
        Incomplete: The unit or time is missing or impossible, or it ends before it starts.
    """
    if not booking.unit:
        raise Incomplete(_("Say where the visit is."), _("Choose the unit."), ["unit"])
    check_times(booking)
    body = msgspec.structs.replace(booking, status="booked")
    record = record_for(desk, patient=patient, kind="booking", body=body)
    await save(records, desk, record)
    return record
