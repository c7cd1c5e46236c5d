"""Attachments between workstations: written without the network, sent by themselves, read whole."""

from __future__ import annotations

import pytest

from local_cache.cache import Cache
from tests.builders import GRACE, a_receiver
from tests.clinic import Clinic, Seat, eventually
from tests.stories.region import PRACTICE
from tests.stories.test_many_seats import all_see, offline, online, seated
from workstation.domain.attachment import Attachment, described
from workstation.domain.record import Record
from workstation.domain.referral import Referral
from workstation.operations.session import Attachments
from workstation.operations.write_referral import write_referral

ECG = b"%PDF-1.7\n" + "EKG på Grace: förmaksflimmer\n".encode() * 30_000 + b"%%EOF\n"


def shelf_of(seat: Seat) -> Attachments:
    assert seat.session is not None
    assert seat.session.attachments is not None
    return seat.session.attachments


async def refers(seat: Seat, content: bytes = ECG) -> tuple[Record, Attachment]:
    """Refer Grace with something attached, as the screen does it."""
    assert seat.session is not None
    said = described(content, "EKG.pdf")
    await shelf_of(seat).hold(GRACE, said, content)
    await shelf_of(seat).release(GRACE, (said,))
    referral = Referral(
        type="consultation",
        question="Tacksam för bedömning.",
        background="Förmaksflimmer.",
        to_unit=PRACTICE,
        to_unit_name="Vårdcentralen",
        due="2026-12-24",
        attachments=(said,),
    )
    sent = await write_referral(
        referral,
        patient=GRACE,
        records=seat.session.records,
        desk=seat.desk,
        receiver=a_receiver(PRACTICE),
    )
    return sent, said


async def comes(seat: Seat, said: Attachment) -> bytes:
    """Open it until it is there."""
    found: list[bytes] = []

    async def here() -> bool:
        content = await shelf_of(seat).content(GRACE, said)
        if content is None:
            seat.opened.courier.wake()
            return False
        found.append(content)
        return True

    await eventually(here)
    return found[0]


async def test_what_was_attached_without_the_network_is_read_at_the_other_unit(
    clinic: Clinic,
) -> None:
    ekman = clinic.seat("vårdcentralen")
    await ekman.sit("ekman")
    (okoro,) = await seated(clinic, "okoro")
    offline(okoro)
    sent, said = await refers(okoro)
    assert await shelf_of(okoro).content(GRACE, said) == ECG

    online(okoro)
    await all_see((ekman,), sent)

    assert await comes(ekman, said) == ECG


async def test_the_text_arrives_though_the_attachment_never_does(clinic: Clinic) -> None:
    ekman = clinic.seat("vårdcentralen")
    await ekman.sit("ekman")
    (okoro,) = await seated(clinic, "okoro")
    await okoro.opened.courier.stop()

    sent, said = await refers(okoro)

    await all_see((ekman,), sent)
    assert await shelf_of(ekman).content(GRACE, said) is None


async def test_a_draft_that_is_not_signed_sends_nothing(clinic: Clinic) -> None:
    (okoro,) = await seated(clinic, "okoro")
    said = described(ECG, "EKG.pdf")
    await shelf_of(okoro).hold(GRACE, said, ECG)

    assert not await okoro.opened.courier.carry_one()


async def test_bytes_that_are_something_else_are_never_held(clinic: Clinic) -> None:
    (okoro,) = await seated(clinic, "okoro")
    with pytest.raises(ValueError):
        await shelf_of(okoro).hold(GRACE, described(ECG, ""), ECG + b" ")


async def test_nothing_of_it_lies_in_clear_text_on_the_disk(clinic: Clinic) -> None:
    (okoro,) = await seated(clinic, "okoro")
    await refers(okoro)
    cache: Cache = okoro.opened.cache
    await cache.unsent()
    folder = okoro.opened.cache._file.path.parent  # noqa: SLF001  where the files lie
    for path in folder.iterdir():
        assert "förmaksflimmer".encode() not in path.read_bytes(), path.suffix
