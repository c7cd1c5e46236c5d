"""What the store promises, on both databases alike."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from sync.protocol.digest import patient_digest, to_hex
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    HeadsRequest,
    HelloRequest,
    LeaveLine,
    ManifestRequest,
    Outcome,
    PullLine,
    PullRequest,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from tests.builders import (
    ADA,
    CLINIC,
    GRACE,
    LABORATORY,
    WARD,
    a_change_of_dose,
    a_medication_order,
    a_note,
    a_patient,
    a_referral,
    a_stop,
    an_attention,
    an_author,
    an_id,
)
from tests.server.conftest import Opened
from tests.server.running import BERG, DIRECTORY, OKOROS_PEN, a_group, a_staff
from workstation.access.actor import Actor, PatientSelf
from workstation.domain.ids import PatientId
from workstation.domain.record import Record, seal
from workstation.server import own_record, pushing, schema, syncing
from workstation.server.core import Core, NotAllowed, WrongEpoch
from workstation.server.serve import bootstrap, ingest
from workstation.server.store import audit, find, index, streams

OKORO = a_staff()


async def pushed(core: Core, *groups: tuple[Record, ...], actor: Actor = OKORO) -> list[Outcome]:
    request = PushRequest(
        epoch="", groups=tuple(a_group(*group, pen=OKOROS_PEN) for group in groups)
    )
    return list((await pushing.push(core, actor, request)).outcomes)


async def pulled(
    core: Core, unit: str = WARD, cursor: int = 0, *, actor: Actor = OKORO, most: int = 1_000_000
) -> list[PullLine]:
    await core.settle_feeds()
    asked = PullRequest(epoch=core.epoch, cursors={unit: cursor}, max_bytes=most)
    lines = await syncing.pull(core, actor, asked)
    return [msgspec.json.decode(line, type=PullLine) for line in lines.splitlines()]


async def streamed(core: Core, *spans: Span, actor: Actor = OKORO) -> list[StreamLine]:
    asked = StreamRequest(epoch=core.epoch, spans=spans)
    whole, others = await syncing.stream(core, actor, asked)
    if others is not None:
        whole += b"".join([page async for page in others])
    return [msgspec.json.decode(line, type=StreamLine) for line in whole.splitlines()]


async def count(core: Core, table: str) -> int:
    query = select(func.count()).select_from(schema.metadata.tables[table])
    return await core.database.read(lambda c: c.execute(query).scalar_one())


async def test_every_record_gets_the_next_revision_and_keeps_its_bytes(store: Opened) -> None:
    records = (a_patient(), a_note(text="ingen blödning \0 å\r\n\u202eabc 👩‍⚕️"), a_note())

    outcomes = await pushed(store.core, records)

    assert [(o.verdict, o.rev) for o in outcomes] == [("applied", n) for n in (1, 2, 3)]
    *entries, end = await streamed(store.core, Span(p=GRACE))
    raws = [bytes(e.raw) for e in entries if isinstance(e, EntryLine)]
    assert raws == [seal(record, OKOROS_PEN).raw for record in records]
    assert isinstance(end, EndLine)
    assert (end.first, end.last, end.rev) == (1, 3, 3)


async def test_pushing_again_changes_nothing_and_is_told_so(store: Opened) -> None:
    records = (a_patient(), a_note())
    await pushed(store.core, records)

    again = await pushed(store.core, records, (a_note(),), records)

    assert [(o.verdict, o.rev) for o in again] == [
        ("known", 1),
        ("known", 2),
        ("applied", 3),
        ("known", 1),
        ("known", 2),
    ]
    assert await count(store.core, "entry") == 3


async def test_a_unit_sees_patients_enter_grow_and_leave_without_a_gap(store: Opened) -> None:
    core = store.core
    await pushed(core, (a_patient(),))
    await pushed(core, (a_note(),), (a_patient(patient=ADA),))
    await pushed(core, (a_note(),))
    assert await core.database.write(lambda c: streams.leave(c, GRACE, WARD, now=1))

    *lines, at = await pulled(core)

    assert [line.pos for line in lines] == [1, 2, 3, 4, 5]
    assert isinstance(at, AtLine)
    assert at.pos == 5
    share = await head_share(core, ADA)
    assert at.digest == to_hex(share)
    # Who has left is told as left at every earlier position: nothing of the record goes out.
    told = [(line.p, type(line)) for line in lines if not isinstance(line, AtLine)]
    assert [kind for patient, kind in told if patient == GRACE] == [LeaveLine] * 4
    assert [kind for patient, kind in told if patient == ADA] == [EnterLine]
    assert isinstance((await streamed(core, Span(p=GRACE)))[0], EndLine)


async def head_share(core: Core, patient: UUID) -> int:
    table = schema.patient
    query = select(table.c.head_rev, table.c.head_hash).where(table.c.patient_id == patient.bytes)
    row = await core.database.read(lambda c: c.execute(query).one())
    return patient_digest(patient, row.head_rev, row.head_hash)


async def test_a_referral_brings_the_patient_to_the_unit_that_is_asked(store: Opened) -> None:
    berg = a_staff(BERG, LABORATORY)
    await pushed(store.core, (a_patient(),))
    assert (await pulled(store.core, LABORATORY, actor=berg))[0] == AtLine(
        u=LABORATORY, pos=0, digest=to_hex(0)
    )

    await pushed(store.core, (a_referral(),))

    enter = (await pulled(store.core, LABORATORY, actor=berg))[0]
    assert isinstance(enter, EnterLine)
    assert (enter.p, enter.rev) == (GRACE, 2)


async def test_a_page_stops_where_it_is_told_and_goes_on_from_there(store: Opened) -> None:
    await pushed(store.core, (a_patient(),))
    notes = tuple((a_note(),) for _ in range(20))
    await pushed(store.core, *notes)
    seen, cursor, more = 0, 0, True

    while more:
        *lines, at = await pulled(store.core, cursor=cursor, most=2_000)
        assert isinstance(at, AtLine)
        assert [line.pos for line in lines] == list(range(cursor + 1, at.pos + 1))
        assert bool(at.digest) is not at.more
        seen, cursor, more = seen + len(lines), at.pos, at.more

    assert seen == 21


async def test_only_what_a_chart_needs_comes_in_the_first_tier(store: Opened) -> None:
    order, stopped = a_medication_order(), a_medication_order()
    group = (a_patient(), a_note(), order, stopped, an_attention(), a_stop(stopped))
    await pushed(store.core, group)

    *entries, end = await streamed(store.core, Span(p=GRACE, essential=True))

    assert [e.rev for e in entries if isinstance(e, EntryLine)] == [1, 3, 5]
    assert isinstance(end, EndLine)
    assert end.essential


async def test_a_span_tells_the_chain_it_joins(store: Opened) -> None:
    await pushed(store.core, (a_patient(), a_note(), a_note()))
    whole = await streamed(store.core, Span(p=GRACE, last=1))
    rest = await streamed(store.core, Span(p=GRACE, first=2))
    assert isinstance(whole[-1], EndLine)
    assert isinstance(rest[-1], EndLine)
    table = schema.entry
    chain = await store.core.database.read(
        lambda c: c.execute(select(table.c.chain).where(table.c.rev == 1)).scalar_one()
    )
    assert rest[-1].before == chain.hex()
    assert (whole[-1].last, whole[-1].rev) == (1, 3)


async def test_heads_agree_with_the_digest(store: Opened) -> None:
    await pushed(store.core, (a_patient(),), (a_patient(patient=ADA), a_note(patient=ADA)))
    await pushed(store.core, (a_note(),))

    sums = await syncing.heads(store.core, OKORO, HeadsRequest(unit=WARD))

    total = sum(int(part, 16) for part in sums.sums) % 2**128
    assert to_hex(total) == sums.digest
    bucket = await syncing.heads(store.core, OKORO, HeadsRequest(unit=WARD, bucket=GRACE.bytes[-1]))
    assert GRACE in [head.p for head in bucket.heads]


async def test_a_manifest_goes_through_the_patients_page_by_page(store: Opened) -> None:
    patients = [PatientId(an_id(f"patient {n}")) for n in range(7)]
    await pushed(store.core, *((a_patient(patient=patient),) for patient in patients))
    found, after, more = [], None, True
    while more:
        asked = ManifestRequest(unit=WARD, after=after, limit=3)
        page = await syncing.manifest(store.core, OKORO, asked)
        found += [head.p for head in page.patients]
        after, more = found[-1], page.more

    assert found == sorted(patients)


async def test_a_group_with_a_reused_id_is_kept_aside_whole_and_the_next_is_not(
    store: Opened,
) -> None:
    note = a_note(text="ett")
    await pushed(store.core, (a_patient(), note))
    forged = replace(note, body=a_note(text="två").body)

    outcomes = await pushed(store.core, (a_note(), forged), (a_note(),))

    assert [(o.verdict, o.why, o.place) for o in outcomes] == [
        ("quarantined", "reused_id", "group"),
        ("quarantined", "reused_id", "$.id"),
        ("applied", "", ""),
    ]
    assert await count(store.core, "entry") == 3
    assert await count(store.core, "quarantine") == 2


async def test_somebody_else_cannot_write_in_the_doctors_name(store: Opened) -> None:
    forged = a_note(author=an_author(hsa_id=BERG))
    elsewhere = a_note(author=an_author(unit=CLINIC))

    outcomes = await pushed(store.core, (forged,), (elsewhere,), actor=a_staff(BERG, CLINIC))

    assert [(o.verdict, o.why) for o in outcomes] == [
        ("quarantined", "bad_signature"),
        ("quarantined", "not_allowed"),
    ]


async def test_scope_is_asked_for_at_every_door(store: Opened) -> None:
    await pushed(store.core, (a_patient(),))
    berg, epoch = a_staff(BERG, CLINIC), store.core.epoch
    core = store.core

    for asked in (
        syncing.pull(core, berg, PullRequest(epoch=epoch, cursors={WARD: 0})),
        syncing.manifest(core, berg, ManifestRequest(unit=WARD)),
        syncing.heads(core, berg, HeadsRequest(unit="SE2321000016-NONE")),
    ):
        with pytest.raises(NotAllowed):
            await asked
    theirs = await streamed(core, Span(p=GRACE), actor=berg)
    nobodys = await streamed(core, Span(p=an_id("nobody")), actor=berg)
    assert [type(line) for line in theirs + nobodys] == [EndLine, EndLine]
    assert theirs[0] == EndLine(p=GRACE, first=1, last=0, rev=0, hash="", before="", gone=True)


async def test_an_old_epoch_is_refused_for_reading_and_welcome_for_writing(store: Opened) -> None:
    with pytest.raises(WrongEpoch):
        await syncing.pull(store.core, OKORO, PullRequest(epoch="old", cursors={WARD: 0}))
    assert (await pushed(store.core, (a_patient(),)))[0].verdict == "applied"


async def test_the_rows_that_lists_read_are_what_a_rebuild_would_make(store: Opened) -> None:
    order = a_medication_order()
    group = (a_patient(), order, a_note(), an_attention())
    await pushed(store.core, group)
    await pushed(store.core, (a_change_of_dose(order),))
    query = select(schema.entity_row).order_by(schema.entity_row.c.entity_id)

    before = await store.core.database.read(lambda c: c.execute(query).all())
    await store.core.database.write(lambda c: index.rebuild(c, GRACE, now=store.core.now))
    after = await store.core.database.read(lambda c: c.execute(query).all())

    assert [tuple(row)[:7] + (row.for_patient,) for row in before] == [
        tuple(row)[:7] + (row.for_patient,) for row in after
    ]


async def test_a_patient_is_found_by_number_and_by_the_beginnings_of_names(store: Opened) -> None:
    await pushed(store.core, (a_patient(),))

    for text in ("191212121212", "121212", "19121212-12", "hop", "Grace Hop", "hopper g"):
        found = await store.core.database.read(lambda c, t=text: find.find(c, t, limit=5))  # type: ignore[misc]
        assert [patient.patient for patient in found] == [GRACE], text
    for text in ("", "  ", "hopp x", "131212", "%", "_"):
        assert await store.core.database.read(lambda c, t=text: find.find(c, t, limit=5)) == ()  # type: ignore[misc]


async def test_everything_that_was_read_or_written_is_in_an_unbroken_log(store: Opened) -> None:
    core = store.core
    await pushed(core, (a_patient(),))
    await pulled(core)
    await streamed(core, Span(p=GRACE))
    await syncing.hello(core, OKORO, HelloRequest(device="PC-17", incarnation=1, program="t"))

    events = await core.database.read(lambda c: list(audit.events_of(c, GRACE)))
    assert [(e.activity, e.what) for e in events] == [
        ("Skriva", "push"),
        ("Läsa", "pull"),
        ("Läsa", "stream"),
    ]
    assert {e.person for e in events} == {OKORO.person}
    assert await core.database.read(audit.first_fault) is None


async def test_a_changed_a_missing_and_a_cut_off_line_of_the_log_are_found(store: Opened) -> None:
    core = store.core
    for _ in range(4):
        await core.log(OKORO, "Läsa", "test")
    table = schema.audit
    row = await core.database.read(lambda c: c.execute(select(table).where(table.c.seq == 2)).one())

    await core.database.write(
        lambda c: c.execute(table.update().where(table.c.seq == 2).values(event=b"{}"))
    )
    assert await core.database.read(audit.first_fault) == 2
    await core.database.write(
        lambda c: c.execute(table.update().where(table.c.seq == 2).values(event=row.event))
    )
    assert await core.database.read(audit.first_fault) is None
    await core.database.write(lambda c: c.execute(table.delete().where(table.c.seq == 4)))
    assert await core.database.read(audit.first_fault) == 4


async def test_many_at_once_lose_nothing_and_leave_no_hole(store: Opened) -> None:
    core = store.core
    patients = [PatientId(an_id(f"busy {n}")) for n in range(5)]
    chance = random.Random(7)

    async def writer(number: int) -> None:
        for _ in range(10):
            patient = chance.choice(patients)
            (outcome,) = await pushed(core, (a_note(patient=patient, text=str(number)),))
            assert outcome.verdict == "applied"

    await asyncio.gather(*(writer(n) for n in range(8)))

    cursor, told, more = 0, 0, True
    while more:
        *lines, at = await pulled(core, cursor=cursor)
        assert isinstance(at, AtLine)
        assert [line.pos for line in lines] == list(range(cursor + 1, at.pos + 1))
        told += sum(isinstance(line, EntryLine) for line in lines)
        cursor, more = at.pos, at.more
    entered = await count(core, "membership")
    assert await count(core, "entry") == 80
    assert told == 80 - entered
    assert await count(core, "outbox") == 0


async def test_loading_twice_changes_nothing(store: Opened) -> None:
    records = [a_patient(), a_note(), a_referral()]
    batch = (GRACE, [seal(record, OKOROS_PEN) for record in records])

    first = await ingest(store.core, [batch])
    second = await ingest(store.core, [batch])

    assert (first.new, first.known) == (3, 0)
    assert (second.new, second.known) == (0, 3)
    *lines, _at = await pulled(store.core)
    assert [(type(line), line.pos) for line in lines] == [(EnterLine, 1)]


async def test_of_protected_staff_the_patient_sees_the_role_only(store: Opened) -> None:
    people = tuple(
        msgspec.structs.replace(person, protected=person.hsa_id == OKORO.person)
        for person in DIRECTORY.people
    )
    await bootstrap(store.core, msgspec.structs.replace(DIRECTORY, people=people))
    await pushed(store.core, (a_patient(), a_note()))
    wanted = own_record.Wanted(families=("note",), limit=5)

    ((shown,),) = await own_record.chapters(store.core, PatientSelf(patient=GRACE), [wanted])

    author = shown.state.current.author
    assert (author.name, author.title) == ("", "Överläkare")
