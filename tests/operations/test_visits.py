"""What happens at the reception: arrivals, drop-ins, visits that end, and steps taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import CLINIC, GRACE
from tests.ward import Ward
from workstation.domain.contact import Booking, Contact
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.operations.arrive import arrive
from workstation.operations.book import book
from workstation.operations.change_booking import change_booking, end_booking
from workstation.operations.drop_in import drop_in
from workstation.operations.ports import Desk

A_VISIT = Booking(status="booked", start="2026-03-02T10:00:00Z", unit=CLINIC, reason="Kontroll")


async def about(ward: Ward, desk: Desk, booking: Record) -> dict[str, Any]:
    seen = await ward.seen(booking)
    return {
        "patient": GRACE,
        "entity": booking.entity,
        "seen": seen,
        "records": ward.cache,
        "desk": desk,
    }


async def standing(ward: Ward, booking: Record) -> tuple[str, list[str]]:
    """Return the booking's status and those of the visits that began with it."""
    visits = await ward.cache.listed(GRACE, "contact")
    bodies = [each.state.current.body for each in visits]
    begun: list[str] = [
        body.status
        for body in bodies
        if isinstance(body, Contact) and body.booking == booking.entity
    ]
    return (await ward.entity(booking)).row.status, begun


async def test_who_comes_without_a_booking_is_arrived_at_once(ward: Ward, anna: Desk) -> None:
    booking, _contact = await drop_in(A_VISIT, patient=GRACE, records=ward.cache, desk=anna)

    assert await standing(ward, booking) == ("arrived", ["arrived"])
    body = (await ward.entity(booking)).state.current.body
    assert isinstance(body, Booking)
    assert body.start != A_VISIT.start


async def test_a_visit_ends_with_its_booking(ward: Ward, anna: Desk) -> None:
    booking = await book(A_VISIT, patient=GRACE, records=ward.cache, desk=anna)
    await arrive(**await about(ward, anna, booking))

    await end_booking("fulfilled", **await about(ward, anna, booking))

    assert await standing(ward, booking) == ("fulfilled", ["finished"])
    with pytest.raises(Problem):
        await end_booking("booked", **await about(ward, anna, booking))


async def test_an_arrival_by_mistake_is_taken_back_with_its_visit(ward: Ward, anna: Desk) -> None:
    booking = await book(A_VISIT, patient=GRACE, records=ward.cache, desk=anna)
    await arrive(**await about(ward, anna, booking))

    await end_booking("booked", **await about(ward, anna, booking))
    assert await standing(ward, booking) == ("booked", ["cancelled"])

    await arrive(**await about(ward, anna, booking))
    assert await standing(ward, booking) == ("arrived", ["arrived", "cancelled"])


async def test_room_and_fee_can_change_without_touching_the_arrival(ward: Ward, anna: Desk) -> None:
    booking = await book(A_VISIT, patient=GRACE, records=ward.cache, desk=anna)
    await arrive(**await about(ward, anna, booking))
    other = Booking(
        status="booked", start=A_VISIT.start, unit=CLINIC, room="Rum 4", interpreter="arabiska"
    )

    await change_booking(other, **await about(ward, anna, booking))

    body = (await ward.entity(booking)).state.current.body
    assert isinstance(body, Booking)
    assert (body.status, body.room, body.interpreter) == ("arrived", "Rum 4", "arabiska")


@pytest.mark.parametrize("outcome", ["noshow", "cancelled"])
async def test_who_never_came_can_come_after_all(ward: Ward, anna: Desk, outcome: Any) -> None:
    booking = await book(A_VISIT, patient=GRACE, records=ward.cache, desk=anna)
    await end_booking(outcome, **await about(ward, anna, booking))
    assert (await ward.entity(booking)).row.group == "past"

    await end_booking("booked", **await about(ward, anna, booking))

    assert await standing(ward, booking) == ("booked", [])
