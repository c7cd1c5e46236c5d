"""What is saved is durable, visible, and queued; in one transaction."""

from __future__ import annotations

import pytest

from local_cache.cache import Cache, Changed
from local_cache.saving import TooLarge
from tests.builders import (
    ADA,
    GRACE,
    WARD,
    a_contact,
    a_medication_order,
    a_note,
    a_patient,
    a_signature,
    a_stop,
    a_time,
    sealed,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import HsaId
from workstation.domain.kinds import open_record
from workstation.domain.record import Sealed
from workstation.operations.ports import Delivery

DR_OKORO = HsaId("SE2321000016-P001")


async def test_a_saved_note_is_shown_at_once_and_waits_to_be_sent(
    cache: Cache, signer: Ed25519Signer
) -> None:
    note = a_note(text="Ingen blödning.\nå ä ö – 🫀")
    await cache.save(sealed(a_patient(), note, signer=signer))

    (listed,) = await cache.listed(GRACE, "note")
    assert listed.state.current == note
    assert listed.row.status == "unsigned"
    assert listed.delivery is Delivery.LOCAL
    unsent = await cache.unsent()
    assert (unsent.local, unsent.sent, unsent.attention) == (2, 0, 0)
    assert unsent.oldest is not None


async def test_bytes_come_back_as_they_were_sealed(cache: Cache, signer: Ed25519Signer) -> None:
    (note,) = sealed(a_note(text="x" * 100_000), signer=signer)
    record = open_record(note)
    await cache.save([note])

    stored = await cache.sealed(GRACE, record.id)
    assert stored is not None
    assert (stored.raw, stored.signature, stored.signer) == (note.raw, note.signature, note.signer)
    assert await cache.sealed(ADA, record.id) is None


async def test_the_chain_of_an_order_is_one_entity_that_ends_in_the_past(
    cache: Cache, signer: Ed25519Signer
) -> None:
    order = a_medication_order()
    await cache.save(sealed(order, signer=signer))
    assert [each.row.status for each in await cache.listed(GRACE, "medication_order")] == ["active"]

    await cache.save(sealed(a_stop(order), signer=signer))
    assert await cache.listed(GRACE, "medication_order", group="current") == ()
    (stopped,) = await cache.listed(GRACE, "medication_order", group="past")
    assert stopped.row.status == "stopped"


async def test_the_journal_pages_several_families_newest_first(
    cache: Cache, signer: Ed25519Signer
) -> None:
    notes = [a_note(written_at=a_time(minutes), title=str(minutes)) for minutes in range(5)]
    order = a_medication_order(written_at=a_time(2.5))
    await cache.save(sealed(*notes, order, signer=signer))

    pages = [
        await cache.journal(GRACE, families=("note", "medication_order"), offset=at, limit=4)
        for at in (0, 4)
    ]
    titles = [each.row.title for page in pages for each in page]
    assert titles == ["4", "3", "amlodipin", "2", "1", "0"]
    assert await cache.counts(GRACE) == {"note": 5, "medication_order": 1}


async def test_an_unsigned_note_waits_for_its_author_until_it_is_signed(
    cache: Cache, signer: Ed25519Signer
) -> None:
    note = a_note()
    await cache.save(sealed(a_patient(), note, signer=signer))
    (waiting,) = await cache.work(unit=WARD, person=DR_OKORO, limit=10)
    assert (waiting.reason, waiting.patient.family) == ("unsigned", "Hopper")

    await cache.save(sealed(a_signature(note, signer), signer=signer))
    assert await cache.work(unit=WARD, person=DR_OKORO, limit=10) == ()


async def test_a_patient_lies_where_the_admission_says_until_it_ends(
    cache: Cache, signer: Ed25519Signer
) -> None:
    stay = a_contact()
    await cache.save(sealed(a_patient(), stay, signer=signer))
    (line,) = await cache.patients_of(WARD, limit=10)
    assert line.place == "Sal 3 säng 2"

    ended = a_contact(entity=stay.entity, bases=(stay.id,), status="finished")
    await cache.save(sealed(ended, signer=signer))
    (line,) = await cache.patients_of(WARD, limit=10)
    assert line.place == ""


async def test_a_new_patient_is_on_the_list_and_whole_before_any_server_knows(
    cache: Cache, signer: Ed25519Signer
) -> None:
    await cache.save(sealed(a_patient(), signer=signer))
    assert await cache.is_complete(GRACE)
    assert not await cache.is_complete(ADA)


async def test_saving_the_same_record_twice_changes_nothing(
    cache: Cache, signer: Ed25519Signer
) -> None:
    note = sealed(a_note(), signer=signer)
    await cache.save(note)
    await cache.save(note)
    assert (await cache.unsent()).local == 1
    assert len(await cache.listed(GRACE, "note")) == 1


async def test_whoever_listens_hears_which_patients_changed(
    cache: Cache, signer: Ed25519Signer
) -> None:
    heard: list[Changed] = []
    stop = cache.on_change(heard.append)
    note = a_note()
    await cache.save(sealed(note, signer=signer))
    stop()
    await cache.save(sealed(a_note(patient=ADA), signer=signer))

    (changed,) = heard
    assert changed.patients == {GRACE}
    assert changed.latest == note.written_at


async def test_nothing_is_stored_when_one_record_of_several_is_too_large(
    cache: Cache, signer: Ed25519Signer
) -> None:
    huge = Sealed(b"x" * (4 * 1024 * 1024 + 1))
    with pytest.raises(TooLarge):
        await cache.save([*sealed(a_note(), signer=signer), huge])
    assert await cache.listed(GRACE, "note") == ()
    assert (await cache.unsent()).local == 0
