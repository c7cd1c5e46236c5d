"""A patient who leaves a unit's care leaves its computers too; what was written there does not."""

from __future__ import annotations

from tests.builders import GRACE, WARD
from tests.clinic import Clinic, eventually
from tests.server.running import Running
from workstation.server.serve import end_memberships


async def test_a_patient_who_left_the_unit_is_purged_but_only_after_everything_is_sent(
    clinic: Clinic, running: Running
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await seat.writes("Första anteckningen.")
    await seat.has_sent_everything()

    seat.line.is_up = False
    await seat.writes("Skrivet utan nät, innan vi visste att patienten flyttats.")
    assert running.do(end_memberships(running.core, [(GRACE, WARD)])) == 1
    seat.line.is_up = True
    seat.opened.synchroniser.retry_now()

    async def gone_or_back() -> bool:
        unsent = await seat.opened.cache.unsent()
        return unsent.local == 0 and unsent.sent == 0

    await eventually(gone_or_back)
    # Writing about a patient makes a relation: the server has both notes, and we follow again.
    other = clinic.seat("b")
    await other.sit("lind")
    await other.sees("Skrivet utan nät, innan vi visste att patienten flyttats.")
    await other.sees("Första anteckningen.")


async def test_a_patient_who_left_is_gone_from_the_computers_of_the_unit(
    clinic: Clinic, running: Running
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await seat.writes("Anteckning.")
    await seat.has_sent_everything()
    running.do(end_memberships(running.core, [(GRACE, WARD)]))

    async def gone() -> bool:
        return await seat.opened.cache.patient(GRACE) is None and not await seat.notes()

    await eventually(gone)
