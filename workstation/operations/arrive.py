"""Register that a booked patient has arrived: the visit begins."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.contact import Booking
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.visits import visit_begun
from workstation.operations.writing import read_seen, record_for, save


async def arrive(
    *,
    fee: str = "",
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> tuple[Record, Record]:
    """Store the arrival and the contact that begins with it, together; return both.

    Args:
        fee: Payment or exemption as noted at the desk; empty keeps what the booking says.

    Raises:
        ChangedMeanwhile: The booking is no longer what was ``seen``.
        Problem: The patient has arrived already, or the booking is cancelled.
    """
    state = await read_seen(patient, entity, seen=seen, records=records)
    booking = state.current.body
    if not isinstance(booking, Booking) or booking.status != "booked" or state.voided:
        raise Problem(
            _("The booking is not waiting for an arrival."), _("Look at today's list again.")
        )
    written_at = desk.now()
    arrived_body = msgspec.structs.replace(booking, status="arrived", fee=fee or booking.fee)
    arrived = record_for(
        desk,
        patient=patient,
        kind="booking",
        body=arrived_body,
        entity=entity,
        bases=seen,
        written_at=written_at,
    )
    contact = visit_begun(desk, arrived_body, patient=patient, entity=entity, at=written_at)
    await save(records, desk, arrived, contact)
    return arrived, contact
