"""The sync engine's side of the cache: nothing lost, nothing twice, nothing with a hole."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Connection

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache
from sync.protocol.messages import AtLine, Outcome
from sync.protocol.pull import Hole
from tests.builders import (
    ADA,
    CLINIC,
    GRACE,
    WARD,
    a_note,
    a_patient,
    a_referral,
    an_id,
    sealed,
)
from tests.local_cache.conftest import SetClock
from tests.local_cache.server import FeedServer
from workstation.access.signing import Ed25519Signer
from workstation.domain.attachment import described
from workstation.domain.kinds import open_record
from workstation.domain.record import Sealed
from workstation.operations.ports import Delivery


async def follow(cache: Cache, server: FeedServer, *units: str) -> None:
    for unit in units:
        await cache.take_manifest(
            unit, first_pos=server.pos(unit), heads=server.heads(unit), complete=True
        )


async def pull(cache: Cache, server: FeedServer) -> None:
    for unit, pos in (await cache.standing()).cursors.items():
        await cache.apply_page(server.lines(unit, pos))


async def fetch_all(cache: Cache, server: FeedServer) -> None:
    while spans := await cache.wanted(most=50):
        for span in spans:
            first = span.first
            if span.essential:
                await cache.apply_stream(*server.islands(span.p, (1,)))
            else:
                await cache.apply_stream(*server.span(span.p, first, span.last))


async def push(cache: Cache, server: FeedServer) -> int:
    groups = await cache.next_batch(most=1_000, max_bytes=1_000_000)
    await cache.settle(server.takes(groups))
    return sum(len(group.ops) for group in groups)


async def same_digest(cache: Cache, server: FeedServer, unit: str) -> bool:
    return (await cache.standing()).digests[unit] == server.digest(unit)


@pytest.fixture
def grace(signer: Ed25519Signer) -> list[Sealed]:
    return list(sealed(a_patient(), *(a_note(title=str(n)) for n in range(60)), signer=signer))


async def test_a_unit_is_loaded_and_followed_until_it_is_the_same(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    server.store(*grace)
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    assert not await cache.is_complete(GRACE)

    await fetch_all(cache, server)
    assert await cache.is_complete(GRACE)
    assert await cache.counts(GRACE) == {"patient": 1, "note": 60}
    assert await same_digest(cache, server, WARD)

    server.store(*sealed(a_note(title="ny"), signer=signer))
    await pull(cache, server)
    assert (await cache.counts(GRACE))["note"] == 61
    assert await same_digest(cache, server, WARD)
    assert await cache.is_complete(GRACE)


async def test_the_essential_comes_first_then_the_newest_then_the_rest(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.store(*sealed(a_patient(), *(a_note() for _ in range(900)), signer=signer))
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)

    (first,) = await cache.wanted(most=10)
    assert first.essential
    await cache.apply_stream(*server.islands(GRACE, (1,)))
    line = await cache.patient(GRACE)
    assert line is not None
    assert (line.family, line.complete) == ("Hopper", False)

    asked: list[tuple[int, int]] = []
    while spans := await cache.wanted(most=10):
        span, *_older = spans
        asked.append((span.first, span.last))
        await cache.apply_stream(*server.span(GRACE, span.first, span.last))
    assert asked == [(702, 901), (202, 701), (1, 201)]
    assert await cache.is_complete(GRACE)


async def test_what_was_sent_and_comes_back_by_the_feed_is_one_record(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    await cache.save(sealed(a_patient(), a_note(), signer=signer))

    groups = await cache.next_batch(most=1_000, max_bytes=1_000_000)
    assert [len(group.ops) for group in groups] == [2]
    outcomes = server.takes(groups)
    await pull(cache, server)  # the feed is faster than the answer
    await cache.settle(outcomes)
    await cache.settle(outcomes)

    (note,) = await cache.listed(GRACE, "note")
    assert note.delivery is Delivery.RECEIVED
    assert (await cache.unsent()).oldest is None
    assert await same_digest(cache, server, WARD)


async def test_an_unanswered_batch_is_sent_again_whole_and_in_order(
    cache: Cache, signer: Ed25519Signer
) -> None:
    await cache.save(sealed(a_patient(), a_note(), signer=signer))
    await cache.save(sealed(a_note(), signer=signer))
    once = await cache.next_batch(most=1_000, max_bytes=1_000_000)
    assert (await cache.unsent()).sent == 3
    (listed, *_rest) = await cache.listed(GRACE, "note")
    assert listed.delivery is Delivery.SENT

    again = await cache.next_batch(most=1_000, max_bytes=1_000_000)
    assert [[bytes(op.raw) for op in group.ops] for group in again] == [
        [bytes(op.raw) for op in group.ops] for group in once
    ]


async def test_a_group_is_never_split_and_a_batch_ends_before_it_is_too_large(
    cache: Cache, signer: Ed25519Signer
) -> None:
    await cache.save(sealed(a_patient(), a_note(text="x" * 5_000), signer=signer))
    await cache.save(sealed(a_note(), signer=signer))
    (only,) = await cache.next_batch(most=1, max_bytes=100)
    assert len(only.ops) == 2


async def test_a_patient_told_later_waits_and_the_others_go_on(
    cache: Cache, signer: Ed25519Signer, clock: SetClock
) -> None:
    graces, adas = sealed(a_note(), signer=signer), sealed(a_note(patient=ADA), signer=signer)
    await cache.save(graces)
    await cache.save(adas)
    await cache.next_batch(most=10, max_bytes=10_000)
    late = str(open_record(graces[0]).id)
    await cache.settle([Outcome(id=late, verdict="later", after=60)])
    await cache.save(sealed(a_note(), signer=signer))

    assert {group.p for group in await cache.next_batch(most=10, max_bytes=10_000)} == {ADA}
    clock.millis += 61_000
    assert {group.p for group in await cache.next_batch(most=10, max_bytes=10_000)} == {GRACE, ADA}


async def test_what_the_server_puts_aside_is_kept_shown_and_named(
    cache: Cache, signer: Ed25519Signer
) -> None:
    note = sealed(a_note(title="Avvisad"), signer=signer)
    await cache.save(note)
    await cache.next_batch(most=10, max_bytes=10_000)
    record = open_record(note[0]).id
    await cache.settle([Outcome(id=str(record), verdict="quarantined", why="not_allowed")])

    unsent = await cache.unsent()
    assert (unsent.local, unsent.sent, unsent.attention) == (0, 0, 1)
    (listed,) = await cache.listed(GRACE, "note")
    assert listed.delivery is Delivery.ATTENTION
    (line,) = await cache.outbox(limit=10)
    assert (line.record, line.why, line.title) == (record, "not_allowed", "Avvisad")
    assert await cache.next_batch(most=10, max_bytes=10_000) == ()


async def test_a_page_with_a_hole_is_refused_whole(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    server.store(*sealed(a_note(), a_note(), a_note(), signer=signer))
    first, _missing, third, end = server.lines(WARD, server.pos(WARD) - 3)

    before = await cache.standing()
    with pytest.raises(Hole):
        await cache.apply_page([first, third, end])
    assert await cache.standing() == before
    assert await cache.listed(GRACE, "note") == ()
    with pytest.raises(Hole):
        await cache.apply_page([AtLine(u=WARD, pos=before.cursors[WARD] + 1)])


async def test_a_late_answer_and_a_repeated_page_change_nothing(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    old = server.pos(WARD)
    server.store(*sealed(a_note(), signer=signer))
    page = server.lines(WARD, old)
    await cache.apply_page(page)
    standing = await cache.standing()
    await cache.apply_page(page)
    assert await cache.standing() == standing
    assert await cache.counts(GRACE) == {"note": 1}


async def test_a_patient_in_two_units_is_stored_once_and_stays_until_both_let_go(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    for unit in (WARD, CLINIC):
        server.enters(unit, GRACE)
    await follow(cache, server, WARD, CLINIC)
    server.store(*grace)
    await pull(cache, server)
    assert await same_digest(cache, server, WARD)
    assert await same_digest(cache, server, CLINIC)

    server.leaves(WARD, GRACE)
    await pull(cache, server)
    assert (await cache.counts(GRACE))["note"] == 60
    await cache.leave_unit(CLINIC)
    assert await cache.patient(GRACE) is None
    assert await cache.find_patients("hopper", limit=10) == ()


async def test_a_patient_who_leaves_is_kept_until_the_last_note_is_received(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    server.store(*grace)
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    await fetch_all(cache, server)
    await cache.save(sealed(a_note(title="sist"), signer=signer))
    server.leaves(WARD, GRACE)
    await pull(cache, server)

    assert (await cache.unsent()).local == 1
    assert await push(cache, server) == 1
    assert await cache.patient(GRACE) is None
    assert server.streams[GRACE].rev == 62


async def test_the_gap_before_a_patient_came_back_is_fetched_and_joined(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    server.store(*grace[:20])
    server.enters(WARD, GRACE)
    server.enters(CLINIC, ADA)
    await follow(cache, server, WARD, CLINIC)
    await fetch_all(cache, server)
    server.members[WARD].discard(GRACE)  # the ward's feed is slow; the clinic's tells of more
    server.store(*grace[20:])
    server.enters(CLINIC, GRACE)
    await pull(cache, server)
    assert not await cache.is_complete(GRACE)
    server.store(*sealed(a_note(title="ny"), signer=signer))
    await pull(cache, server)

    (span,) = await cache.wanted(most=10)
    assert (span.first, span.last) == (21, 61)
    await fetch_all(cache, server)
    assert await cache.is_complete(GRACE)
    assert (await cache.counts(GRACE))["note"] == 61


async def test_what_a_restored_server_lost_is_sent_again(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    await cache.adopt_epoch("one")
    server.store(*grace)
    await pull(cache, server)
    await cache.save(sealed(a_note(title="egen"), signer=signer))
    await push(cache, server)  # acknowledged, and the feed never brought it

    restored = FeedServer()
    restored.enters(WARD, GRACE)
    restored.store(*grace[:40])
    again = await cache.rejoin(WARD, restored.heads(WARD), pos=restored.pos(WARD))
    await cache.adopt_epoch("two", compared=(WARD,))
    assert again == 22
    assert await push(cache, restored) == 22
    await pull(cache, restored)
    assert restored.streams[GRACE].rev == 62
    assert [e.raw for e in restored.streams[GRACE].entries[:61]] == [e.raw for e in grace]
    assert await same_digest(cache, restored, WARD)
    assert await cache.is_complete(GRACE)


async def test_acknowledged_and_never_seen_again_is_sent_to_a_restored_server(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    await cache.adopt_epoch("one")
    await cache.save(sealed(a_note(), signer=signer))
    await push(cache, server)
    assert (await cache.unsent()).oldest is None

    await cache.adopt_epoch("two")
    restored = FeedServer()
    restored.enters(WARD, GRACE)
    assert await push(cache, restored) == 1
    assert restored.streams[GRACE].rev == 1


async def test_where_histories_parted_the_servers_holds_and_ours_is_offered(
    cache: Cache, server: FeedServer, grace: list[Sealed], signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    server.store(*grace)
    await pull(cache, server)

    restored = FeedServer()
    restored.enters(WARD, GRACE)
    restored.store(*grace[:40])
    restored.store(*sealed(*(a_note(title="andra") for _ in range(30)), signer=signer))
    await cache.rejoin(WARD, restored.heads(WARD), pos=restored.pos(WARD))
    await fetch_all(cache, restored)
    while await push(cache, restored):
        await pull(cache, restored)

    assert restored.streams[GRACE].rev == 91
    assert (await cache.counts(GRACE))["note"] == 90
    assert await cache.is_complete(GRACE)
    assert await same_digest(cache, restored, WARD)
    for sealed_record in grace:
        stored = await cache.sealed(GRACE, open_record(sealed_record).id)
        assert stored is not None
        assert stored.raw == sealed_record.raw


async def test_bytes_that_are_no_record_do_not_stop_the_feed(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    (good,) = sealed(a_note(), signer=signer)
    broken = Sealed(good.raw.replace(b'"sections"', b'"sektionen"'), good.signature, good.signer)
    server.store(good)
    server.append(GRACE, broken)
    server.store(*sealed(a_note(), signer=signer))
    await pull(cache, server)
    assert await cache.is_complete(GRACE)
    assert await cache.counts(GRACE) == {"note": 2}
    assert await same_digest(cache, server, WARD)


async def test_an_erased_body_is_gone_and_the_chain_still_verifies(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    notes = sealed(a_note(title="kvar"), a_note(title="bort"), signer=signer)
    server.store(*notes)
    await pull(cache, server)
    server.erases(WARD, GRACE, 2)
    server.store(*sealed(a_note(title="efter"), signer=signer))
    await pull(cache, server)

    titles = [each.row.title for each in await cache.listed(GRACE, "note")]
    assert sorted(titles) == ["efter", "kvar"]
    assert await cache.sealed(GRACE, open_record(notes[1]).id) is None
    assert await same_digest(cache, server, WARD)


@pytest.mark.parametrize("named_twice", [False, True], ids=["alone", "named_by_another_too"])
async def test_what_was_attached_to_an_erased_record_goes_with_it(
    cache: Cache, server: FeedServer, signer: Ed25519Signer, named_twice: bool
) -> None:
    content = b"%PDF-1.7\n" + b"utslag i ansiktet " * 9_000 + b"\n%%EOF\n"
    said = described(content, "utslag.pdf")
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    other = (said,) if named_twice else ()
    referrals = sealed(
        a_referral(attachments=(said,)), a_referral(attachments=other), signer=signer
    )
    server.store(*referrals)
    await pull(cache, server)
    shelf = AttachmentShelf(cache)
    await shelf.want(GRACE, (said,))
    assert await shelf.arrived(GRACE, said, content)
    assert await swept(cache, b"utslag i ansiktet")

    server.erases(WARD, GRACE, 1)
    await pull(cache, server)

    assert (await shelf.content(GRACE, said) == content) is named_twice
    assert await swept(cache, b"utslag i ansiktet") is named_twice


async def test_an_attachment_on_its_way_is_not_sent_once_its_record_is_erased(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    content = b"%PDF-1.7\nhemligt\n%%EOF\n"
    said = described(content, "brev.pdf")
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    server.store(*sealed(a_patient(), a_referral(attachments=(said,)), signer=signer))
    await pull(cache, server)
    shelf = AttachmentShelf(cache)
    await shelf.hold(GRACE, said, content)
    await shelf.release(GRACE, (said,))
    assert await shelf.outgoing() is not None

    server.erases(WARD, GRACE, 2)
    await pull(cache, server)

    assert await shelf.outgoing() is None
    assert not await swept(cache, b"hemligt")


async def swept(cache: Cache, needle: bytes) -> bool:
    """Whether any value of any table of the decrypted file holds the bytes; freed pages are wiped."""

    def read(connection: Connection) -> bool:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ).scalars()
        for table in tables.all():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):  # noqa: S608
                for value in row:
                    raw = value.encode() if isinstance(value, str) else value
                    if isinstance(raw, bytes) and needle in raw:
                        return True
        return False

    return await cache._read(read)


async def test_a_thousand_records_wait_in_the_order_they_were_written(
    cache: Cache, signer: Ed25519Signer
) -> None:
    patients = [UUID(int=an_id(str(n)).int) for n in range(10)]
    written = [a_note(patient=patients[n % 10]) for n in range(200)]
    for note in written:
        await cache.save(sealed(note, signer=signer))
    groups = await cache.next_batch(most=1_000, max_bytes=10_000_000)
    got = [open_record(Sealed(bytes(op.raw))).id for group in groups for op in group.ops]
    assert got == [note.id for note in written]


async def test_a_patient_who_left_and_came_back_is_searchable_again(
    cache: Cache, server: FeedServer, signer: Ed25519Signer
) -> None:
    server.store(*sealed(a_patient(), a_note(text="ingen blödning"), signer=signer))
    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    await fetch_all(cache, server)
    assert len(await cache.search_text(GRACE, "blödning", limit=10)) == 1

    server.leaves(WARD, GRACE)
    await pull(cache, server)
    assert await cache.search_text(GRACE, "blödning", limit=10) == ()
    server.enters(WARD, GRACE)
    await pull(cache, server)
    await fetch_all(cache, server)
    assert len(await cache.search_text(GRACE, "blödning", limit=10)) == 1
