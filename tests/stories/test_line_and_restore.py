"""The line goes, is silent, comes back; the server comes back as it was an hour ago. Nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from sync.client.login import DEADLINE_SECONDS
from sync.protocol.messages import HEARTBEAT_SECONDS
from tests.builders import GRACE
from tests.clinic import Clinic, Seat, a_clinic, eventually
from tests.server.running import Running, running_server
from tests.stories.region import ACCOUNTS, REGION
from tests.stories.stations import chained, entries_of
from tests.stories.test_many_seats import seated
from tests.sync.proxy import Proxy, a_line_to
from ui.shell.desk import Desk

HUNDREDS = 400


@dataclass(kw_only=True)
class Hospital:
    """A server that can be stopped, put back and started, behind one address."""

    folder: Path
    running: Running
    up: ExitStack = field(default_factory=ExitStack)
    line: Proxy | None = None

    @classmethod
    def opened(cls, folder: Path) -> Hospital:
        folder.mkdir()
        up = ExitStack()
        return cls(folder=folder, up=up, running=up.enter_context(_server(folder)))

    def stop(self) -> None:
        self.up.close()

    def start(self) -> None:
        self.running = self.up.enter_context(_server(self.folder))
        if self.line is not None:
            self.line.lead_to(self.running.url)


def _server(folder: Path) -> Any:
    return running_server(folder, directory=REGION, accounts=ACCOUNTS)


@pytest.fixture
async def hospital(tmp_path: Path) -> AsyncGenerator[Hospital, None]:
    hospital = await asyncio.to_thread(Hospital.opened, tmp_path / "server")
    try:
        async with a_line_to(hospital.running.url) as line:
            hospital.line = line
            yield hospital
    finally:
        await asyncio.to_thread(hospital.stop)


@pytest.fixture
async def clinic(hospital: Hospital, tmp_path: Path) -> AsyncGenerator[Clinic, None]:
    """Give workstations that reach the hospital over its line."""
    assert hospital.line is not None
    there = replace(hospital.running, url=hospital.line.url)
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(a_clinic(there, tmp_path / "seats"))


async def all_have(seats: list[Seat], texts: set[str]) -> None:
    """Wait until everybody has exactly these notes, each once."""
    for seat in seats:

        async def so(seat: Seat = seat) -> bool:
            return sorted(await seat.notes()) == sorted(texts)

        await eventually(so, within=60)


def connected(seat: Seat) -> bool:
    assert seat.session is not None
    return seat.session.sync.status().connected


async def until_connected(seat: Seat, wanted: bool) -> None:
    """Wait until the seat says whether it is connected."""

    async def so() -> bool:
        return connected(seat) is wanted

    await eventually(so, within=60)


@pytest.mark.slow
async def test_hundreds_written_in_a_long_time_offline_all_come_when_the_line_is_back(
    clinic: Clinic, hospital: Hospital
) -> None:
    okoro, lind = await seated(clinic, "okoro", "lind")
    okoro.line.is_up = False
    await until_connected(okoro, False)
    texts = {f"Utan nät, nummer {n}." for n in range(HUNDREDS)}
    for text in sorted(texts):
        await okoro.writes(text)
    assert await lind.notes() == []
    session = okoro.session
    assert session is not None

    async def counted() -> bool:
        return session.sync.status().local + session.sync.status().sent == HUNDREDS

    await eventually(counted)

    okoro.line.is_up = True
    session.sync.try_now()
    await okoro.has_sent_everything()
    await all_have([okoro, lind], texts)
    assert len(entries_of(hospital.running, GRACE)) == HUNDREDS + 1


@pytest.mark.slow
@pytest.mark.parametrize("how", ["silent", "cut"])
async def test_a_line_that_is_lost_is_shown_on_the_screen_and_work_goes_on(
    clinic: Clinic, hospital: Hospital, how: str, app: QApplication
) -> None:
    """That it is known within five seconds is told where time is virtual: tests/sync."""
    okoro, lind = await seated(clinic, "okoro", "lind")
    assert okoro.session is not None
    assert hospital.line is not None
    desk = Desk(okoro.session)
    try:
        await until_connected(okoro, True)
        assert desk.frame.status._model is not None
        assert desk.frame.status._model.connected
        await asyncio.sleep(2 * HEARTBEAT_SECONDS)  # as it is in the middle of a working day

        if how == "silent":
            hospital.line.fall_silent()
        else:
            hospital.line.faults.refused = True
            hospital.line.cut_all()
        await until_connected(okoro, False)
        shown = desk.frame.status._model
        assert not shown.connected
        assert shown.last_contact
        await okoro.writes("Skrivet utan nät.")  # while nothing at all can be answered

        hospital.line.speak_again()
        hospital.line.faults.refused = False
        for seat in (okoro, lind):
            seat.opened.synchroniser.retry_now()
        await until_connected(okoro, True)
        await okoro.has_sent_everything()
        await lind.sees("Skrivet utan nät.")
        assert desk.frame.status._model.connected
    finally:
        await desk.tasks.finish()
        desk.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()


@pytest.mark.slow
async def test_a_server_put_back_to_an_older_copy_gets_everything_again_from_the_workstations(
    clinic: Clinic, hospital: Hospital, tmp_path: Path
) -> None:
    okoro, lind = await seated(clinic, "okoro", "lind")
    await okoro.writes("Före kopian.")
    await lind.sees("Före kopian.")
    before = hospital.running.core.epoch
    await asyncio.to_thread(hospital.stop)
    shutil.copy(hospital.folder / "record.db", tmp_path / "copy.db")
    await asyncio.to_thread(hospital.start)
    assert hospital.running.core.epoch == before

    for seat in (okoro, lind):
        seat.opened.synchroniser.retry_now()
    await okoro.writes("Efter kopian, av Okoro.")
    await lind.writes("Efter kopian, av Lind.")
    texts = {"Före kopian.", "Efter kopian, av Okoro.", "Efter kopian, av Lind."}
    await all_have([okoro, lind], texts)
    await okoro.has_sent_everything()
    await lind.leave()  # only Okoro's workstation still has what Lind wrote
    raws = {each.raw for each in entries_of(hospital.running, GRACE)}
    assert len(raws) == 4

    await asyncio.to_thread(hospital.stop)
    shutil.copy(tmp_path / "copy.db", hospital.folder / "record.db")
    await asyncio.to_thread(hospital.start)
    assert hospital.running.core.epoch != before
    okoro.opened.synchroniser.retry_now()
    await okoro.writes("Efter återställningen.")
    texts.add("Efter återställningen.")

    async def salvaged() -> bool:
        stored = {each.raw for each in entries_of(hospital.running, GRACE)}
        return raws <= stored and len(stored) == 5

    await eventually(salvaged, within=60)
    await lind.sit("lind")
    await all_have([okoro, lind], texts)
    await okoro.has_sent_everything()
    head = chained(entries_of(hospital.running, GRACE))
    for seat in (okoro, lind):

        async def the_same(seat: Seat = seat) -> bool:
            heads = await seat.opened.cache.heads(seat.desk.author.unit)
            return [each.hash for each in heads] == [head]

        await eventually(the_same, within=60)


@pytest.mark.slow
async def test_whoever_leaves_or_changes_places_on_a_silent_line_does_not_wait_for_it(
    clinic: Clinic, hospital: Hospital
) -> None:
    (okoro,) = await seated(clinic, "okoro")
    assert hospital.line is not None
    await okoro.writes("Sparat före tystnaden.")
    await okoro.leave()
    await okoro.sit("lind")
    await okoro.leave()
    began = time.monotonic()
    await okoro.sit("okoro")
    await okoro.leave()
    usual = time.monotonic() - began  # both moves where the line is good, on this machine now
    await okoro.sit("okoro")
    await until_connected(okoro, True)

    hospital.line.fall_silent()
    began = time.monotonic()
    await okoro.sit("lind")
    await okoro.leave()

    # Whoever waited for an answer would wait as long as for a login that nobody answers.
    assert time.monotonic() - began < 3 * usual + DEADLINE_SECONDS / 2
