"""What is saved on one workstation, on another one and on the patient's own page: how soon.

Two workstations and the server are apart, over HTTP; the page is read as its script does: it waits
for the word that something is new, and draws itself anew.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from workstation.bench import Measured, at_most
from workstation.bench.crowd import crowd_records
from workstation.bench.house import PASSWORD, READER, House, running
from workstation.bench.material import a_note, region_records
from workstation.bench.seat import Seat, seated
from workstation.bench.timing import percentile
from workstation.domain.ids import PatientId

_PATIENTS = 300
_RECORDS = 4_000
_NOTES = 40
_PATIENCE_SECONDS = 20.0


def run() -> Iterator[Measured]:
    """Measure from the beginning of a save until it is seen elsewhere."""
    crowd = tuple(crowd_records(_PATIENTS))
    patient = crowd[0][0]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        charts = ((p, (*r, a_note(p, n))) for n, (p, r) in enumerate(region_records(_RECORDS)))
        batches = (*crowd, *charts)
        with running(place / "server", batches, reader=patient) as house:
            there, page = asyncio.run(_story(place, house, PatientId(patient)))
    seconds = f"{_NOTES} saves, p95"
    yield at_most("live", f"seen on another workstation, {seconds}", there, "s", 2)
    yield at_most("live", f"seen on the patient's page, {seconds}", page, "s", 2)


async def _story(place: Path, house: House, patient: PatientId) -> tuple[float, float]:
    async with (
        seated(place / "here.db", house, device="here") as here,
        seated(place / "there.db", house, device="there") as there,
        httpx.AsyncClient(base_url=house.url, trust_env=False, timeout=30) as browser,
    ):
        await here.cache.save([a_note(patient, 1)])  # the unit's from now on
        for seat in (here, there):
            seat.engine.start()
            await seat.until(seat.loaded)
        await here.until(here.received)
        await browser.post("/login", data={"identity": READER, "password": PASSWORD})
        elsewhere: list[float] = []
        on_page: list[float] = []
        for number in range(2, 2 + _NOTES):
            seen, drawn = await _one(here, there, browser, patient, number)
            elsewhere.append(seen)
            on_page.append(drawn)
        return percentile(elsewhere, 0.95), percentile(on_page, 0.95)


async def _one(
    here: Seat, there: Seat, browser: httpx.AsyncClient, patient: PatientId, number: int
) -> tuple[float, float]:
    """Return the seconds until the ``number``-th note was there, and on the page."""
    words = f"dag {number}."
    listening = asyncio.Event()
    async with asyncio.timeout(_PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        page = group.create_task(_drawn(browser, words, listening))
        await listening.wait()
        began = time.perf_counter()
        other = group.create_task(_arrived(there, patient, number))
        await here.cache.save([a_note(patient, number)])
    return other.result() - began, page.result() - began


async def _arrived(there: Seat, patient: PatientId, notes: int) -> float:
    async def so() -> bool:
        found = await there.cache.listed(patient, "note", limit=notes)
        return len(found) >= notes

    await there.until(so)
    return time.perf_counter()


async def _drawn(browser: httpx.AsyncClient, words: str, listening: asyncio.Event) -> float:
    """Wait for news and draw the page until it says these words; return when."""
    async with browser.stream("GET", "/journal/events") as events:
        listening.set()
        async for line in events.aiter_lines():
            if line.startswith("event: changed"):
                page = await browser.get("/journal/notes")
                if words in page.text:
                    return time.perf_counter()
    raise RuntimeError("the page's line of events ended")
