"""Positions under eight writers: whoever reads "what comes after my cursor" misses nothing.

The same reader beside the naive scheme, a sequence taken by the writing transaction, must miss
rows: else this test could not tell.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, text

from sync.protocol.messages import AtLine, PullLine, PullRequest, PushRequest
from tests.builders import WARD, a_note, an_id
from tests.needs import needs_postgres
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, STAFF, a_group, a_staff
from workstation.domain.ids import PatientId
from workstation.server import pushing, syncing
from workstation.server.core import Core
from workstation.server.opening import open_store
from workstation.server.postgres import PostgresDatabase
from workstation.server.serve import Accounts, ServerConfig, bootstrap

WRITERS = 8
EACH = 25


async def read_until(
    done: asyncio.Event, read: Callable[[int], Awaitable[tuple[set[str], int]]]
) -> set[str]:
    """Read on from the cursor while the writers write, and once more after."""
    seen: set[str] = set()
    cursor, last_round = 0, False
    while True:
        found, cursor = await read(cursor)
        seen |= found
        if last_round and not found:
            return seen
        last_round = done.is_set()
        await asyncio.sleep(0)


async def all_write(write: Callable[[int], Awaitable[None]], done: asyncio.Event) -> None:
    try:
        await asyncio.gather(*(write(number) for number in range(WRITERS)))
    finally:
        done.set()


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncGenerator[Core]:
    """The store with its drainer and timer, as the server runs it."""
    config = ServerConfig(db=url, mark_file=folder / "mark")
    store = await open_store(config.place, clock=config.clock, random=config.random)
    await bootstrap(
        store.core, DIRECTORY, Accounts(staff=STAFF, keys={OKOROS_PEN.public_key: OKORO})
    )
    store.start()
    try:
        yield store.core
    finally:
        await store.close()


@needs_postgres
async def test_a_reader_beside_eight_writers_misses_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    patients = [PatientId(an_id(f"p{n}")) for n in range(6)]
    written: set[str] = set()
    done = asyncio.Event()
    async with serving(postgres_url, tmp_path) as core:

        async def write(number: int) -> None:
            chance = random.Random(number)
            for _ in range(EACH):
                note = a_note(patient=chance.choice(patients))
                request = PushRequest(epoch="", groups=(a_group(note, pen=OKOROS_PEN),))
                await pushing.push(core, a_staff(), request)
                written.add(str(note.id))

        async def read(cursor: int) -> tuple[set[str], int]:
            asked = PullRequest(epoch=core.epoch, cursors={WARD: cursor})
            lines = (await syncing.pull(core, a_staff(), asked)).splitlines()
            *changes, at = (msgspec.json.decode(line, type=PullLine) for line in lines)
            assert isinstance(at, AtLine)
            assert [change.pos for change in changes] == list(range(cursor + 1, at.pos + 1))
            return {str(change.pos) for change in changes}, at.pos

        _, seen = await asyncio.gather(all_write(write, done), read_until(done, read))
        # The drainer may be a moment behind the last writer.
        while len(seen) < WRITERS * EACH:
            found, _at = await read(len(seen))
            seen |= found
            await asyncio.sleep(0.05)

    assert len(written) == len(seen) == WRITERS * EACH


@needs_postgres
async def test_the_same_reader_misses_rows_when_positions_come_from_a_sequence(
    postgres_url: str,
) -> None:
    database = PostgresDatabase(postgres_url)
    done = asyncio.Event()

    def prepare(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE naive (pos BIGSERIAL PRIMARY KEY, id TEXT)"))

    async def write(number: int) -> None:
        chance = random.Random(number)
        for n in range(EACH):
            pause = chance.random() / 100

            def insert(connection: Connection, n: int = n, pause: float = pause) -> None:
                new = {"id": f"{number}/{n}"}
                connection.execute(text("INSERT INTO naive (id) VALUES (:id)"), new)
                connection.execute(text("SELECT pg_sleep(:pause)"), {"pause": pause})

            await database.write(insert)

    async def read(cursor: int) -> tuple[set[str], int]:
        query = text("SELECT pos, id FROM naive WHERE pos > :cursor ORDER BY pos")
        rows = await database.read(lambda c: c.execute(query, {"cursor": cursor}).all())
        return {row.id for row in rows}, max((row.pos for row in rows), default=cursor)

    try:
        await database.write(prepare)
        _, seen = await asyncio.gather(all_write(write, done), read_until(done, read))
    finally:
        await database.close()

    assert len(seen) < WRITERS * EACH


@pytest.mark.parametrize("turn", range(3))
@needs_postgres
async def test_two_servers_on_one_database_drain_into_one_feed(
    postgres_url: str, tmp_path: Path, turn: int
) -> None:
    async with (
        serving(postgres_url, tmp_path / "a") as one,
        serving(postgres_url, tmp_path / "b") as other,
    ):

        async def write(core: Core, number: int) -> None:
            patient = PatientId(an_id(f"{turn}/{number % 3}"))
            request = PushRequest(
                epoch="", groups=(a_group(a_note(patient=patient), pen=OKOROS_PEN),)
            )
            await pushing.push(core, a_staff(), request)

        await asyncio.gather(*(write((one, other)[n % 2], n) for n in range(30)))
        await one.settle_feeds()
        await other.settle_feeds()
        epoch = one.epoch
        asked = PullRequest(epoch=epoch, cursors={WARD: 0})
        lines = (await syncing.pull(one, a_staff(), asked)).splitlines()
        *changes, at = (msgspec.json.decode(line, type=PullLine) for line in lines)

    assert isinstance(at, AtLine)
    assert [change.pos for change in changes] == list(range(1, at.pos + 1))
    assert at.digest
