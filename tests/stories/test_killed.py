"""Whoever is killed, at any moment: what was acknowledged is there, everywhere, exactly once."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders import GRACE
from tests.clinic import Clinic, Seat, a_clinic, eventually
from tests.needs import needs_postgres
from tests.server.running import Running, running_server
from tests.server.test_killed import Process
from tests.stories.region import ACCOUNTS, REGION
from tests.stories.stations import an_address, entries_in, entries_of
from tests.stories.test_many_seats import seated
from tests.stories.writer import DRAFT
from workstation.bench.cluster import running_cluster
from workstation.domain.kinds import open_record
from workstation.domain.note import Note
from workstation.domain.record import Sealed
from workstation.server.serve import ServerConfig, bootstrap, opened

ROUNDS = 5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="there is no kill -9 on Windows"),
]


def texts_in(records: list[Sealed]) -> list[str]:
    """Return the texts of the notes among a patient's records."""
    bodies = [open_record(each).body for each in records]
    return [body.sections[0].text for body in bodies if isinstance(body, Note)]


async def until_nothing_waits(*seats: Seat) -> None:
    for seat in seats:
        seat.opened.synchroniser.retry_now()
    for seat in seats:

        async def sent(seat: Seat = seat) -> bool:
            unsent = await seat.opened.cache.unsent()
            return (unsent.local, unsent.sent, unsent.attention) == (0, 0, 0)

        await eventually(sent, within=60)


async def each_is_everywhere_once(
    seats: list[Seat], acknowledged: set[str], stored: list[str]
) -> None:
    assert acknowledged <= set(stored)
    assert [text for text, times in Counter(stored).items() if times > 1] == []
    for seat in seats:

        async def so(seat: Seat = seat) -> bool:
            return sorted(await seat.notes()) == sorted(stored)

        await eventually(so, within=60)


async def _until_killed(folder: Path, url: str, *, after: float) -> tuple[set[str], str]:
    """Run a workstation and kill it ``after`` its first save; return saves and the last draft."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.stories.writer",
        str(folder),
        "killed",
        url,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    lines = [await child.stdout.readline()]
    with suppress(TimeoutError):
        async with asyncio.timeout(after):
            while line := await child.stdout.readline():
                lines.append(line)
    child.kill()
    lines += (await child.stdout.read()).splitlines(keepends=True)
    await child.wait()
    said = [line.decode().rstrip("\n") for line in lines if line.endswith(b"\n")]
    saved = {line.removeprefix("saved ") for line in said if line.startswith("saved ")}
    kept = [line.removeprefix("kept ") for line in said if line.startswith("kept ")]
    return saved, kept[-1] if kept else ""


async def test_a_workstation_killed_while_it_saves_and_sends_loses_nothing_and_no_draft(
    clinic: Clinic, running: Running
) -> None:
    (lind,) = await seated(clinic, "lind")
    chance = random.Random(4)
    acknowledged: set[str] = set()
    draft = ""
    for _ in range(ROUNDS):
        saved, kept = await _until_killed(
            clinic.folder, running.url, after=chance.uniform(0.01, 0.4)
        )
        acknowledged |= saved
        draft = kept or draft

    again = clinic.seat("killed")
    session = await again.sit("okoro")
    (found,) = await session.drafts.all()
    assert found.id == DRAFT
    number, last = (int(_number(text)) for text in (found.content.decode(), draft))
    assert number >= last
    await until_nothing_waits(again, lind)
    await each_is_everywhere_once([again, lind], acknowledged, texts_in(entries_of(running, GRACE)))
    assert len(acknowledged) > ROUNDS

    session = await again.sit("lind")
    assert await session.drafts.all() == ()
    session = await again.sit("okoro")
    assert [kept.id for kept in await session.drafts.all()] == [DRAFT]


def _number(text: str) -> str:
    return text.replace('{"t":"', "").split()[1]


async def _write_while(seats: list[Seat], disturb: Callable[[], None]) -> set[str]:
    """Write at every seat while ``disturb`` does its worst in another thread."""
    acknowledged: set[str] = set()
    trouble = asyncio.ensure_future(asyncio.to_thread(disturb))
    number = 0
    while not trouble.done():
        for seat in seats:
            number += 1
            text = f"nummer {number} vid {time.monotonic()}"
            await seat.writes(text)
            acknowledged.add(text)
            seat.opened.synchroniser.retry_now()
        await asyncio.sleep(0.05)
    await trouble
    return acknowledged


async def test_a_server_killed_in_the_middle_of_pushes_loses_and_doubles_nothing(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "key")
    async with opened(config) as core:
        await bootstrap(core, REGION, ACCOUNTS)
        epoch = core.epoch
    process = await asyncio.to_thread(Process, folder, unused_tcp_port)
    chance = random.Random(5)

    def disturb() -> None:
        nonlocal process
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.1, 0.7))
            process.kill()
            process = Process(folder, unused_tcp_port)

    async with a_clinic(an_address(process.url), tmp_path / "seats") as clinic:
        seats = await seated(clinic, "okoro", "lind")
        acknowledged = await _write_while(seats, disturb)
        await until_nothing_waits(*seats)
        async with opened(config) as core:  # beside the running server, to read
            stored = texts_in(await entries_in(core, GRACE))
        await each_is_everywhere_once(seats, acknowledged, stored)
    assert await asyncio.to_thread(process.stop) == 0
    async with opened(config) as core:
        assert core.epoch == epoch, "a crash is no restore"


@needs_postgres
@pytest.mark.expects_log(
    "does not answer|the drainer waits|the mark was not written|the norms wait|the end of lifts waits"
)
async def test_a_postgresql_killed_in_the_middle_of_pushes_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    chance = random.Random(6)
    with running_cluster() as cluster:

        def disturb() -> None:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 0.7))
                cluster.crash()
                cluster.start()

        with running_server(
            tmp_path, db=cluster.create("killed"), directory=REGION, accounts=ACCOUNTS
        ) as running:
            async with a_clinic(running, tmp_path / "seats") as clinic:
                seats = await seated(clinic, "okoro", "lind")
                acknowledged = await _write_while(seats, disturb)
                await until_nothing_waits(*seats)
                stored = texts_in(entries_of(running, GRACE))
                await each_is_everywhere_once(seats, acknowledged, stored)
