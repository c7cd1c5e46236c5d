"""Attachments on the server: piece by piece, proved by their name, given only to who may read."""

from __future__ import annotations

from uuid import UUID

import pytest

from sync.protocol.attachments import (
    PIECE_BYTES,
    FetchRequest,
    KeepRequest,
    OfferRequest,
    piece,
    pieces_of,
)
from sync.protocol.messages import PushRequest
from tests.builders import CLINIC, GRACE, a_patient
from tests.server.conftest import Opened
from tests.server.running import BERG, OKOROS_PEN, a_group, a_staff
from workstation.domain.attachment import Attachment, described
from workstation.server import attachments, pushing
from workstation.server.core import Core, NotAllowed
from workstation.server.wire import BadBody

OKORO = a_staff()
STRANGER = a_staff(BERG, CLINIC)
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2500 + b"IEND\xaeB`\x82"


async def admitted(core: Core) -> None:
    """Put Grace in the care of the ward."""
    request = PushRequest(epoch="", groups=(a_group(a_patient(), pen=OKOROS_PEN),))
    await pushing.push(core, OKORO, request)


def an_offer(content: bytes = PHOTO, patient: UUID = GRACE) -> OfferRequest:
    said = described(content, "")
    return OfferRequest(p=patient, hash=said.hash, size=said.size, type=said.type)


async def carried(core: Core, content: bytes = PHOTO) -> Attachment:
    offer = an_offer(content)
    await attachments.offer(core, OKORO, offer)
    for n in range(pieces_of(offer.size)):
        await attachments.keep(
            core, OKORO, KeepRequest(p=GRACE, hash=offer.hash, n=n, data=piece(content, n))
        )
    return described(content, "")


async def fetched(core: Core, said: Attachment) -> bytes:
    asked = [FetchRequest(p=GRACE, hash=said.hash, n=n) for n in range(pieces_of(said.size))]
    return b"".join([(await attachments.fetch(core, OKORO, one)).data for one in asked])


async def test_what_was_carried_is_read_byte_for_byte(store: Opened) -> None:
    await admitted(store.core)
    said = await carried(store.core)

    assert len(PHOTO) > 2 * PIECE_BYTES
    assert await fetched(store.core, said) == PHOTO


async def test_a_broken_line_goes_on_where_it_was_and_twice_is_once(store: Opened) -> None:
    core, offer = store.core, an_offer()
    await admitted(core)
    await attachments.offer(core, OKORO, offer)
    first = KeepRequest(p=GRACE, hash=offer.hash, n=1, data=piece(PHOTO, 1))
    assert not (await attachments.keep(core, OKORO, first)).whole
    assert not (await attachments.keep(core, OKORO, first)).whole

    again = await attachments.offer(core, OKORO, offer)
    assert (again.whole, again.have) == (False, (1,))

    for n in (0, 2):
        await attachments.keep(
            core, OKORO, KeepRequest(p=GRACE, hash=offer.hash, n=n, data=piece(PHOTO, n))
        )
    assert (await attachments.offer(core, OKORO, offer)).whole


async def test_bytes_that_are_not_what_their_name_says_are_not_kept(store: Opened) -> None:
    core, offer = store.core, an_offer()
    await admitted(core)
    await attachments.offer(core, OKORO, offer)
    other = bytearray(PHOTO)
    other[1000] ^= 1
    with pytest.raises(BadBody):
        for n in range(3):
            request = KeepRequest(p=GRACE, hash=offer.hash, n=n, data=piece(bytes(other), n))
            await attachments.keep(core, OKORO, request)

    assert (await attachments.offer(core, OKORO, offer)).have == ()


async def test_a_wrong_size_does_not_shut_the_right_one_out(store: Opened) -> None:
    core, offer = store.core, an_offer()
    await admitted(core)
    lie = OfferRequest(p=GRACE, hash=offer.hash, size=offer.size - 1, type="application/pdf")
    await attachments.offer(core, OKORO, lie)

    said = await carried(core)
    assert await fetched(core, said) == PHOTO
    with pytest.raises(BadBody):
        await attachments.offer(core, OKORO, lie)


@pytest.mark.parametrize("length", [0, PIECE_BYTES - 1, PIECE_BYTES + 1])
async def test_a_piece_of_another_length_is_refused(store: Opened, length: int) -> None:
    core, offer = store.core, an_offer()
    await attachments.offer(core, OKORO, offer)
    with pytest.raises(BadBody):
        await attachments.keep(
            core, OKORO, KeepRequest(p=GRACE, hash=offer.hash, n=0, data=b"x" * length)
        )


async def test_what_nobody_offered_is_not_taken(store: Opened) -> None:
    said = an_offer()
    with pytest.raises(NotAllowed):
        await attachments.keep(
            store.core, OKORO, KeepRequest(p=GRACE, hash=said.hash, n=0, data=piece(PHOTO, 0))
        )


async def test_a_unit_without_the_patient_reads_no_attachment(store: Opened) -> None:
    await admitted(store.core)
    said = await carried(store.core)
    with pytest.raises(NotAllowed):
        await attachments.fetch(store.core, STRANGER, FetchRequest(p=GRACE, hash=said.hash))


async def test_half_an_attachment_is_not_given_out(store: Opened) -> None:
    core, offer = store.core, an_offer()
    await admitted(core)
    await attachments.offer(core, OKORO, offer)
    await attachments.keep(
        core, OKORO, KeepRequest(p=GRACE, hash=offer.hash, n=0, data=piece(PHOTO, 0))
    )
    with pytest.raises(NotAllowed):
        await attachments.fetch(core, OKORO, FetchRequest(p=GRACE, hash=offer.hash))
