"""Workstation and server apart, over HTTP: the first load, a delta, a push, and nothing new."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from sync.client.connection import Connection
from sync.protocol.messages import PullRequest, PushRequest
from workstation.bench import Measured, at_most, within
from workstation.bench.cache import bare_insert
from workstation.bench.crowd import crowd_records
from workstation.bench.house import House, a_group, post, running
from workstation.bench.material import a_note, region_records, stream_of
from workstation.bench.seat import Seat, seated
from workstation.bench.wholepath import whole_path
from workstation.domain.record import Sealed

RECORDS = 50_000
_DELTA = 100
_PUSH = 1_000
_TIMES = 5
_SMALL, _LARGE = 100, 5_000
_MOST_BYTES = 200
_TIMES_THE_PATH = 2.5
"""Of the bare whole path (``workstation.bench.wholepath``): a server that reads, packs and sends, and
a client that unpacks and inserts. The promise of 2.5 times the bare insert is about the cache alone
(``bench cache``): over the network the same two cores also read, log, pack, send and unpack, which
bare takes nearly as long as the insert.
"""
Batches = Sequence[tuple[UUID, tuple[Sealed, ...]]]


def run() -> Iterator[Measured]:
    """Measure the first load with its floors, then what follows it, on the same two stores."""
    batches = [
        (patient, (*records, a_note(patient, number)))
        for number, (patient, records) in enumerate(region_records(RECORDS))
    ]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        floor = bare_insert(place / "bare.db", [stream_of(*batch) for batch in batches])
        path = whole_path(place, batches)
        with running(place / "server", batches) as house:
            yield from asyncio.run(_story(place, house, batches, floor=floor, path=path))
        yield from _nothing_new(place)


async def _story(
    place: Path, house: House, batches: Batches, *, floor: float, path: float
) -> list[Measured]:
    """Load everything, push at once, then have a hundred changes told by somebody else."""
    patients = [patient for patient, _records in batches]
    async with seated(place / "cache.db", house) as seat:
        began = time.perf_counter()
        seat.engine.start()
        await seat.until(seat.loaded)
        loaded = time.perf_counter() - began
        right_after = await _push(seat, patients, first=2_000_000)
        later = await _push(seat, patients, first=3_000_000)
        deltas = [
            await _delta(seat, house, patients, first=n * 1_000) for n in range(1, 1 + _TIMES)
        ]
    what = f"load {RECORDS} records, server to encrypted cache"
    return [
        within("sync", what, loaded, "s", path, _TIMES_THE_PATH),
        Measured(bench="sync", what=f"{what} (bare insert)", value=loaded, unit="s", floor=floor),
        at_most("sync", f"push {_PUSH}, durable, right after the load", right_after, "ms", 500),
        at_most("sync", f"push {_PUSH}, durable", later, "ms", 500),
        at_most("sync", f"delta of {_DELTA} (median of {_TIMES})", _median(deltas), "ms", 100),
    ]


async def _push(seat: Seat, patients: Sequence[UUID], *, first: int) -> float:
    """Return the milliseconds from the engine's start until 1,000 records are received."""
    await seat.engine.stop()
    notes = [a_note(patients[n % len(patients)], first + n) for n in range(_PUSH)]
    for note in notes:
        await seat.cache.save([note])
    began = time.perf_counter()
    seat.engine.start()
    await seat.until(seat.received)
    return (time.perf_counter() - began) * 1000


async def _delta(seat: Seat, house: House, patients: Sequence[UUID], *, first: int) -> float:
    """Return the milliseconds from the engine's start until 100 records of others are here."""
    await seat.engine.stop()
    at = await seat.position()
    token = house.log_in().token
    groups = tuple(
        a_group(patient, a_note(patient, first + n))
        for n in range(_DELTA)
        for patient in (patients[n % len(patients)],)
    )
    await asyncio.to_thread(
        post, house.url, token, "/sync/push", PushRequest(epoch="", groups=groups)
    )

    async def here() -> bool:
        return await seat.position() >= at + _DELTA

    began = time.perf_counter()
    seat.engine.start()
    await seat.until(here)
    return (time.perf_counter() - began) * 1000


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _nothing_new(place: Path) -> Iterator[Measured]:
    """One request, its body's bytes and its time, with few patients and with many."""
    for patients in (_SMALL, _LARGE):
        folder = place / f"unit-of-{patients}"
        with running(folder, crowd_records(patients)) as house:
            size, taken = asyncio.run(_ask_again(folder, house))
        what = f"nothing new, {patients} patients"
        yield at_most("sync", f"{what}, bodies of its one request", size, "B", _MOST_BYTES)
        yield Measured(bench="sync", what=what, value=taken, unit="ms")


async def _ask_again(folder: Path, house: House) -> tuple[int, float]:
    """Return the bytes of question and answer together, and the median time, of a whole pull."""
    async with seated(folder / "cache.db", house) as seat:
        seat.engine.start()
        await seat.until(seat.loaded)
        await seat.engine.stop()
        standing = await seat.cache.standing()
        question = PullRequest(epoch=standing.epoch, cursors=dict(standing.cursors))
        token = house.log_in().token
        taken = []
        size = 0
        connection = Connection(house.url, token=lambda: token)
        try:
            for _number in range(20):
                began = time.perf_counter()
                lines = [line async for line in connection.lines("/sync/pull", question)]
                taken.append((time.perf_counter() - began) * 1000)
                size = sum(len(line) + 1 for line in lines)
        finally:
            await connection.close()
        return size, _median(taken)
