"""The day of a reception: every booking of the unit, and none of another's."""

from __future__ import annotations

from pathlib import Path

from local_cache.cache import FORMAT, Cache, create_cache
from local_cache.engine import open_file
from local_cache.migrations import m70_visits
from tests.builders import (
    ADA,
    CLINIC,
    GRACE,
    WARD,
    a_booking,
    a_patient,
    a_void,
    sealed,
)
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer
from workstation.domain.values import millis_of

DAY = millis_of("2026-03-05T00:00:00Z")
NEXT = DAY + 86_400_000


async def test_a_day_lists_the_units_bookings_in_the_order_of_time(
    cache: Cache, signer: Ed25519Signer
) -> None:
    late = a_booking(start="2026-03-05T13:30:00Z")
    early = a_booking(start="2026-03-05T08:00:00Z", patient=ADA)
    elsewhere = a_booking(unit=WARD)
    tomorrow = a_booking(start="2026-03-06T00:00:00Z")
    both = [a_patient(), a_patient(patient=ADA, entity=ADA)]
    await cache.save(sealed(*both, late, early, elsewhere, tomorrow, signer=signer))

    found = await cache.visits(unit=CLINIC, since=DAY, until=NEXT)

    assert [each.booking.state.id for each in found] == [early.entity, late.entity]
    assert [each.patient.patient for each in found] == [ADA, GRACE]


async def test_a_moved_booking_leaves_its_day_and_a_voided_one_every_day(
    cache: Cache, signer: Ed25519Signer
) -> None:
    moved, voided = a_booking(), a_booking()
    later = a_booking(start="2026-03-06T09:00:00Z", entity=moved.entity, bases=(moved.id,))
    await cache.save(sealed(a_patient(), moved, voided, later, a_void(voided), signer=signer))

    assert await cache.visits(unit=CLINIC, since=DAY, until=NEXT) == ()
    (found,) = await cache.visits(unit=CLINIC, since=NEXT, until=NEXT + 86_400_000)
    assert found.booking.state.id == moved.entity


async def test_bookings_stored_by_an_older_program_are_listed(
    path: Path, clock: SetClock, signer: Ed25519Signer
) -> None:
    booking = a_booking()
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=clock)
    await cache.save(sealed(a_patient(), booking, signer=signer))
    await cache.close()
    _take_back_to_before_there_were_days(path)

    cache = await Cache.open(path, KEY, clock=clock)
    try:
        (found,) = await cache.visits(unit=CLINIC, since=DAY, until=NEXT)
        assert found.booking.state.id == booking.entity
    finally:
        await cache.close()


def _take_back_to_before_there_were_days(path: Path) -> None:
    """Take the step again that made the rows, on a file that has everything but them."""
    file = open_file(path, KEY, FORMAT)
    with file.writer.begin() as connection:
        connection.exec_driver_sql("DROP TABLE visit")
        m70_visits.upgrade(connection)
    file.close()
