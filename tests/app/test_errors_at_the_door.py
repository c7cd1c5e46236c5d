"""Nobody is left at the way in without a reason and a way on, and nothing is deleted there."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyring.backends.fail import Keyring

from local_cache.machine import KeyringSecret
from tests.app.test_gate import close_account
from tests.builders import GRACE
from tests.clinic import Clinic, Seat, eventually
from tests.server.running import PASSWORD, Running
from workstation.operations.session import FileDamaged, KeptDraft, NotAdmitted

_PAGE = 4096


def damage(path: Path) -> None:
    """Write over a part of every page but the first."""
    with path.open("r+b") as file:
        for at in range(_PAGE, path.stat().st_size, _PAGE):
            file.seek(at + 100)
            file.write(b"\xff" * 64)


async def sat_down(clinic: Clinic) -> Seat:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await seat.writes("Ingen blödning.")
    await seat.has_sent_everything()
    return seat


async def test_a_wrong_password_without_the_server_says_that_it_is_wrong(clinic: Clinic) -> None:
    seat = await sat_down(clinic)
    await seat.leave()
    seat.line.is_up = False

    with pytest.raises(NotAdmitted, match="Fel lösenord"):
        await seat.sit("okoro", "fel lösenord")


async def test_without_a_key_ring_and_contact_the_reason_is_the_key_ring(clinic: Clinic) -> None:
    nowhere = Keyring()  # type: ignore[no-untyped-call]
    seat = clinic.seat("a", machine=KeyringSecret(nowhere))
    session = await seat.sit("okoro")
    assert session.online_only
    await seat.leave()
    seat.line.is_up = False

    with pytest.raises(NotAdmitted, match="Nyckelring saknas"):
        await seat.sit("okoro")


async def test_damaged_records_are_put_aside_with_contact_only_and_fetched_anew(
    clinic: Clinic,
) -> None:
    seat = await sat_down(clinic)
    path = seat.places.unit_cache(seat.desk.author.unit)
    await seat.leave()
    damage(path)
    seat.line.is_up = False
    with pytest.raises(FileDamaged) as met:
        await seat.sit("okoro")
    with pytest.raises(NotAdmitted, match="ingen kontakt"):
        await met.value.set_aside()
    assert path.exists()

    seat.line.is_up = True
    await met.value.set_aside()
    assert len(list(path.parent.glob(f"{path.name}.aside-*"))) >= 1
    await seat.sit("okoro")

    await seat.sees("Ingen blödning.")


async def test_a_damaged_own_file_keeps_nobody_from_the_records(clinic: Clinic) -> None:
    seat = await sat_down(clinic)
    path = seat.places.person_file(seat.desk.author.hsa_id)
    session = seat.session
    assert session is not None
    await session.drafts.keep(
        KeptDraft(id=session.new_draft_id(), patient=GRACE, writer="note", content=b"{}", kept_at=1)
    )
    await seat.leave()
    damage(path)

    with pytest.raises(FileDamaged, match="Dina utkast") as met:
        await seat.sit("okoro", PASSWORD)
    await met.value.set_aside()
    await seat.sit("okoro")

    assert await seat.notes() == ["Ingen blödning."]


async def test_whose_account_is_closed_at_work_is_told_so(clinic: Clinic, running: Running) -> None:
    seat = await sat_down(clinic)
    session = seat.session
    assert session is not None

    running.do(close_account(running, "okoro"))
    await seat.opened.door.log_out()
    await seat.writes("Skrivet ändå.")  # what is to be sent finds the door closed

    async def told() -> bool:
        return session.sync.status().denied

    await eventually(told)
    assert "Skrivet ändå." in await seat.notes()
