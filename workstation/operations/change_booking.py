"""Change a booking: its time, room or notes; and end, miss, cancel or take back a visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from workstation.domain.contact import Booking, Contact, ContactStatus
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import utc_text
from workstation.operations.ports import Desk, Listed, Records
from workstation.operations.visits import check_times
from workstation.operations.writing import (
    heads_of,
    read_seen,
    record_for,
    save,
)

Outcome = Literal["fulfilled", "noshow", "cancelled", "booked"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_FROM: dict[str, frozenset[Outcome]] = {
    "booked": frozenset({"noshow", "cancelled"}),
    "arrived": frozenset({"fulfilled", "booked"}),
    "noshow": frozenset({"booked"}),
    "cancelled": frozenset({"booked"}),
    "fulfilled": frozenset(),
}
_VISIT: dict[Outcome, ContactStatus] = {"fulfilled": "finished", "booked": "cancelled"}


def outcomes_of(booking: Booking) -> frozenset[Outcome]:
    """Return what may become of a booking now; ``booked`` takes the last step back."""
    return _FROM[booking.status]


async def end_booking(
    outcome: Outcome,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store what became of a booking, and with it the end of the visit that had begun.

    Raises:
        ChangedMeanwhile: The booking is no longer what was ``seen``.
        Problem: This cannot follow on what the booking is.
    """
    state = await read_seen(patient, entity, seen=seen, records=records)
    booking = state.current.body
    if not isinstance(booking, Booking) or state.voided or outcome not in outcomes_of(booking):
        raise Problem(
            _("This cannot be done with the booking any more."), _("Look at today's list again.")
        )
    at = desk.now()
    changed = record_for(
        desk,
        patient=patient,
        kind="booking",
        body=msgspec.structs.replace(booking, status=outcome),
        entity=entity,
        bases=seen,
        written_at=at,
    )
    visits = await _begun(patient, entity, records) if booking.status == "arrived" else ()
    ended = [
        _ended(desk, visit, status=_VISIT[outcome], when=utc_text(at.as_datetime()))
        for visit in visits
    ]
    await save(records, desk, changed, *ended)
    return changed


async def change_booking(
    booking: Booking,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store another time, room, clinician, interpreter or fee of a booking.

    Raises:
        ChangedMeanwhile: The booking is no longer what was ``seen``.
        Incomplete: The time is missing or impossible.
    """
    check_times(booking)
    state = await read_seen(patient, entity, seen=seen, records=records)
    stands = state.current.body
    status = stands.status if isinstance(stands, Booking) else booking.status
    changed = record_for(
        desk,
        patient=patient,
        kind="booking",
        body=msgspec.structs.replace(booking, status=status),
        entity=entity,
        bases=seen,
    )
    await save(records, desk, changed)
    return changed


async def _begun(patient: PatientId, booking: EntityId, records: Records) -> tuple[Listed, ...]:
    """Return the visits that began with the booking and go on."""
    current = await records.listed(patient, "contact", group="current")
    return tuple(
        each
        for each in current
        if isinstance(each.state.current.body, Contact)
        and each.state.current.body.booking == booking
    )


def _ended(desk: Desk, visit: Listed, *, status: ContactStatus, when: str) -> Record:
    body = visit.state.current.body
    assert isinstance(body, Contact)
    return record_for(
        desk,
        patient=visit.state.current.patient,
        kind="contact",
        body=msgspec.structs.replace(body, status=status, end=when),
        entity=visit.state.id,
        bases=heads_of(visit.state),
    )
