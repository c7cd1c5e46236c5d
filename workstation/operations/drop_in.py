"""Register a patient who comes without a booking: booking, arrival and visit at once."""

from __future__ import annotations

import msgspec

from workstation.domain.contact import Booking
from workstation.domain.ids import PatientId
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import utc_text
from workstation.operations.ports import Desk, Writing
from workstation.operations.visits import visit_begun
from workstation.operations.writing import Incomplete, record_for, save


async def drop_in(
    booking: Booking, *, patient: PatientId, records: Writing, desk: Desk
) -> tuple[Record, Record]:
    """Store the arrival and the contact that begins with it, together; return both.

    ``booking`` says with whom, where and why; its times and status are those of the arrival.

    Raises:
        Incomplete: The unit is missing.
    """
    if not booking.unit:
        raise Incomplete(_("Say where the visit is."), _("Choose the unit."), ["unit"])
    at = desk.now()
    body = msgspec.structs.replace(
        booking, status="arrived", start=utc_text(at.as_datetime()), end=None
    )
    arrived = record_for(desk, patient=patient, kind="booking", body=body, written_at=at)
    contact = visit_begun(desk, body, patient=patient, entity=arrived.entity, at=at)
    await save(records, desk, arrived, contact)
    return arrived, contact
