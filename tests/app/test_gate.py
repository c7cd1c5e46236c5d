"""People get in with the server and without it, and nobody else does."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from local_cache.machine import KeyringSecret
from tests.builders import GRACE
from tests.clinic import Clinic, eventually
from tests.server.running import PASSWORD, Running
from workstation.operations.ports import Delivery
from workstation.operations.session import KeptDraft, NotAdmitted
from workstation.server import schema


async def test_what_is_written_at_one_seat_is_read_at_another(clinic: Clinic) -> None:
    doctor, nurse = clinic.seat("a"), clinic.seat("b")
    await doctor.sit("okoro")
    await nurse.sit("lind")
    await doctor.writes("CT visar ingen blödning.")
    await nurse.sees("CT visar ingen blödning.")


async def test_who_has_been_here_gets_in_without_the_server_and_works_on(clinic: Clinic) -> None:
    seat, other = clinic.seat("a"), clinic.seat("b")
    await seat.sit("okoro")
    await seat.writes("Före avbrottet.")
    await seat.has_sent_everything()
    await seat.leave()

    seat.line.is_up = False
    await seat.sit("okoro")
    note = await seat.writes("Skrivet utan nät.")
    assert await seat.notes() == ["Skrivet utan nät.", "Före avbrottet."]
    assert await seat.delivery_of(note) is Delivery.LOCAL

    await other.sit("lind")
    seat.line.is_up = True
    seat.opened.synchroniser.retry_now()
    await other.sees("Skrivet utan nät.")


async def test_a_first_login_without_the_server_is_refused_with_the_reason(clinic: Clinic) -> None:
    seat = clinic.seat("a")
    seat.line.is_up = False
    with pytest.raises(NotAdmitted) as refused:
        await seat.sit("okoro")
    assert "server" in refused.value.message


async def test_a_wrong_password_opens_nothing_with_or_without_the_server(clinic: Clinic) -> None:
    seat = clinic.seat("a")
    with pytest.raises(NotAdmitted):
        await seat.sit("okoro", "fel lösenord")
    await seat.sit("okoro")
    await seat.leave()
    with pytest.raises(NotAdmitted):
        await seat.sit("okoro", "fel lösenord")
    seat.line.is_up = False
    with pytest.raises(NotAdmitted):
        await seat.sit("okoro", "fel lösenord")


async def test_a_machine_without_a_keyring_works_while_it_has_contact_and_keeps_no_keys(
    clinic: Clinic,
) -> None:
    seat = clinic.seat("a", machine=KeyringSecret())
    await seat.sit("okoro")
    await seat.writes("Skrivet på en dator utan nyckelring.")
    await seat.has_sent_everything()
    await seat.leave()
    assert not list(seat.places.root.glob("*.keys"))
    await seat.sit("okoro")
    assert await seat.notes() == ["Skrivet på en dator utan nyckelring."]
    await seat.leave()
    seat.line.is_up = False
    with pytest.raises(NotAdmitted):
        await seat.sit("okoro")


async def test_unlocking_brings_back_the_same_session_and_switching_user_another(
    clinic: Clinic,
) -> None:
    seat = clinic.seat("a")
    first = await seat.sit("okoro")
    assert await seat.sit("okoro") is first
    second = await seat.sit("lind")
    assert second is not first
    assert second.desk.author.hsa_id != first.desk.author.hsa_id
    await seat.writes("Skrivet av sköterskan på samma dator.")
    await seat.has_sent_everything()
    third = await seat.sit("okoro")
    assert third.desk.author == first.desk.author
    assert await seat.notes() == ["Skrivet av sköterskan på samma dator."]


async def test_a_session_the_server_has_ended_is_begun_anew_without_a_password(
    clinic: Clinic,
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await seat.writes("Första.")
    await seat.has_sent_everything()
    await seat.opened.door.log_out()
    await seat.writes("Andra.")

    async def renewed() -> bool:
        return bool(seat.opened.door.token)

    await eventually(renewed)
    await seat.has_sent_everything()


async def test_drafts_are_there_again_for_their_author_only(clinic: Clinic) -> None:
    seat = clinic.seat("a")
    session = await seat.sit("okoro")
    draft = KeptDraft(id=UUID(int=1), patient=GRACE, writer="note", content=b"{}", kept_at=1)
    await session.drafts.keep(draft)
    session = await seat.sit("lind")
    assert not await session.drafts.all()
    session = await seat.sit("okoro", PASSWORD)
    assert [kept.id for kept in await session.drafts.all()] == [draft.id]


async def test_somebody_whose_account_was_closed_gets_in_nowhere_after_the_next_contact(
    clinic: Clinic, running: Running
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await seat.leave()
    seat.line.is_up = False
    await seat.sit("okoro")  # a lease allows it, as long as nobody can tell

    running.do(close_account(running, "okoro"))
    seat.line.is_up = True
    seat.opened.synchroniser.retry_now()

    async def forgotten() -> bool:
        return not list(seat.places.root.glob("*.keys"))

    await eventually(forgotten)
    await seat.leave()
    for is_up in (True, False):
        seat.line.is_up = is_up
        with pytest.raises(NotAdmitted):
            await seat.sit("okoro")


async def close_account(running: Running, name: str) -> None:
    table = schema.account
    await running.core.database.write(
        lambda c: c.execute(update(table).where(table.c.name == name).values(active=0))
    )
