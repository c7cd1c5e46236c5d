"""What is read on the event loop is what a reader beside it would have read, a moment ago or now."""

from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest
from sqlalchemy import Connection, func, insert, select

from sync.protocol.messages import (
    AtLine,
    PullLine,
    PullRequest,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from tests.builders import GRACE, WARD, a_note, a_patient
from tests.server.conftest import Opened
from tests.server.running import OKOROS_PEN, a_group, a_staff
from workstation.domain.record import Record, seal
from workstation.server import pushing, schema, syncing
from workstation.server.core import Core
from workstation.server.database import Look
from workstation.server.store import orders, streams
from workstation.server.store.statement import Statement

OKORO = a_staff()
_SMALL, _LARGE = 4_000, 1_000_000


async def pushed(core: Core, *records: Record) -> None:
    request = PushRequest(
        epoch="", groups=tuple(a_group(record, pen=OKOROS_PEN) for record in records)
    )
    reply = await pushing.push(core, OKORO, request)
    assert {one.verdict for one in reply.outcomes} == {"applied"}
    await core.settle_feeds()


async def pulled(core: Core, cursor: int, *, most: int) -> list[PullLine]:
    asked = PullRequest(epoch=core.epoch, cursors={WARD: cursor}, max_bytes=most)
    lines = await syncing.pull(core, OKORO, asked)
    return [msgspec.json.decode(line, type=PullLine) for line in lines.splitlines()]


async def streamed(core: Core, *spans: Span) -> list[StreamLine]:
    asked = StreamRequest(epoch=core.epoch, spans=spans)
    whole, others = await syncing.stream(core, OKORO, asked)
    assert others is None
    return [msgspec.json.decode(line, type=StreamLine) for line in whole.splitlines()]


async def test_small_pages_say_together_what_a_large_one_says(store: Opened) -> None:
    core = store.core
    await pushed(core, a_patient())
    await pushed(core, *(a_note() for _ in range(99)))
    *large, end = await pulled(core, 0, most=_LARGE)

    small: list[PullLine] = []
    at = AtLine(u=WARD, pos=0, more=True)
    while at.more:
        *some, last = await pulled(core, at.pos, most=_SMALL)
        assert some
        assert isinstance(last, AtLine)
        small, at = small + some, last

    assert (small, at) == (large, end)
    assert len(large) == 100

    *whole, whole_end = await streamed(core, Span(p=GRACE))
    parts = [await streamed(core, Span(p=GRACE, first=n, last=n + 19)) for n in range(1, 101, 20)]
    assert [line for *lines, _end in parts for line in lines] == whole
    assert [part[-1].rev for part in parts] == [whole_end.rev] * 5


async def test_a_feed_that_does_not_reach_back_says_so_and_gives_nothing_after_the_gap(
    store: Opened,
) -> None:
    core = store.core
    await pushed(core, a_patient())
    await pushed(core, *(a_note() for _ in range(9)))
    table = schema.feed
    await core.database.write(lambda c: c.execute(table.delete().where(table.c.pos.in_((1, 2, 7)))))

    assert [type(line) for line in await pulled(core, 0, most=_LARGE)] == [AtLine]
    *lines, end = await pulled(core, 3, most=_LARGE)
    assert [line.pos for line in lines] == [4, 5, 6]
    assert isinstance(end, AtLine)
    assert (end.too_old, end.pos) == (True, 10)
    await core.database.write(lambda c: c.execute(table.delete()))
    (nothing,) = await pulled(core, 3, most=_LARGE)
    assert isinstance(nothing, AtLine)
    assert nothing.too_old


async def test_what_was_acknowledged_is_in_the_next_reading_on_the_loop_and_beside_it(
    store: Opened,
) -> None:
    core, table = store.core, schema.entry
    await pushed(core, a_patient())

    def counted(connection: Connection, _found: None) -> tuple[int, int]:
        query = select(func.count()).select_from(table)
        return connection.execute(query).scalar_one(), threading.get_ident()

    for number in range(2, 6):
        await pushed(core, a_note())
        few, near = await core.database.read_on(lambda _c: (64, None), counted)
        many, beside = await core.database.read_on(lambda _c: (65, None), counted)
        assert (few, many) == (number, number)
        if core.database.drains_in_transaction:  # embedded
            assert (near, beside == near) == (threading.get_ident(), False)


_EVERY = Statement(select(schema.entry.c.rev))


async def test_a_reading_that_fails_half_way_holds_nobody_at_its_view(store: Opened) -> None:
    core = store.core
    await pushed(core, a_patient(), a_note())

    def fails(connection: Connection, _found: int) -> int:
        for _row in _EVERY.each(connection):
            raise LookupError
        return 0

    looks: tuple[Look[int], ...] = (lambda _c: (1, 0), lambda _c: (1_000, 0), lambda _c: (1, 0))
    kept = []
    for number, look in enumerate(looks, 1):
        with pytest.raises(LookupError) as failure:
            await core.database.read_on(look, fails)
        kept.append(failure)  # and with it the reading that stopped
        await pushed(core, a_note())
        assert len(await pulled(core, 0, most=_SMALL)) == 2 + number
        assert len(await pulled(core, 0, most=_LARGE)) == 2 + number


async def test_a_block_that_comes_while_a_push_waits_for_the_patient_is_seen_by_it(
    store: Opened,
) -> None:
    core = store.core
    await pushed(core, a_patient())
    loop, locked = asyncio.get_running_loop(), asyncio.Event()

    def blocks(connection: Connection) -> None:
        orders.lock(connection, GRACE)
        loop.call_soon_threadsafe(locked.set)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_sleep(0.2)")
        row = {"patient_id": GRACE.bytes, "due": None}
        connection.execute(insert(schema.blocked), row)

    def grows(connection: Connection) -> bool:
        note = a_note()
        one = streams.Incoming(sealed=seal(note, OKOROS_PEN), record=note, at=1)
        group = streams.Appending(patient=GRACE, records=(one,))
        _placed, (growth,) = streams.append(connection, [group], now=1)
        return growth.blocked

    blocking = asyncio.create_task(core.database.write(blocks))
    await locked.wait()
    assert await core.database.write(grows)
    await blocking
