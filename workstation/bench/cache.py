"""The encrypted cache: loading a unit, beside a bare insert of the same bytes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlcipher3.dbapi2 as dbapi

from local_cache.cache import Cache, create_cache
from sync.protocol.plan import AT_ONCE, MOST_SPANS, portion
from sync.protocol.ports import SentSpan
from workstation.bench import Measured, at_most, within
from workstation.bench.material import Served, Stream, a_note, streams
from workstation.bench.measurer import KEY, UNIT
from workstation.bench.timing import percentile, timed_async
from workstation.domain.clock import SystemClock

RECORDS = 50_000
_ROWS_A_TRANSACTION = 1_000
_SAVES = 200


def run() -> Iterator[Measured]:
    """Measure the initial load of 50,000 records and single saves."""
    whole = list(streams(RECORDS))
    with tempfile.TemporaryDirectory() as folder:
        floor = bare_insert(Path(folder) / "bare.db", whole)
        taken, read = asyncio.run(load_seconds(Path(folder) / "cache.db", whole))
        what = f"load {RECORDS} records"
        yield within("cache", f"{what}: durable, every list right", taken, "s", floor, 2.5)
        yield Measured(
            bench="cache", what=f"{what}: every chart read too", value=read, unit="s", floor=floor
        )
        saves = asyncio.run(_save_times(Path(folder) / "cache.db", whole[0]))
        yield at_most("cache", "save a note, durable, p99", percentile(saves, 0.99), "ms", 100)
        yield Measured(
            bench="cache", what="save a note, durable, p50", value=percentile(saves, 0.5), unit="ms"
        )


def bare_insert(path: Path, whole: Sequence[Stream]) -> float:
    """Return seconds to insert the same bytes into a bare SQLCipher table: the floor.

    Integer key, unique id, unique (patient, rev), 1,000 rows a transaction, synchronous FULL.
    """
    connection = dbapi.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE entry (key INTEGER PRIMARY KEY, id BLOB UNIQUE, patient INTEGER,"
        " rev INTEGER, raw BLOB, sig TEXT, UNIQUE (patient, rev))"
    )
    rows = [
        (n.to_bytes(16, "big"), patient, line.rev, bytes(line.raw), line.sig)
        for n, (patient, line) in enumerate(
            (patient, line) for patient, one in enumerate(whole) for line in one.entries
        )
    ]
    began = time.perf_counter()
    for start in range(0, len(rows), _ROWS_A_TRANSACTION):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO entry (id, patient, rev, raw, sig) VALUES (?, ?, ?, ?, ?)",
            rows[start : start + _ROWS_A_TRANSACTION],
        )
        connection.execute("COMMIT")
    taken = time.perf_counter() - began
    connection.close()
    return taken


async def load_seconds(path: Path, whole: Sequence[Stream]) -> tuple[float, float]:
    """Load streams into a new cache in the portions and the order that the engine fetches.

    Returns the seconds until nothing is wanted, and until all charts are in the read model.
    """
    served = {stream.head.p: Served(stream) for stream in whole}
    create_cache(path, KEY, device="bench", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SystemClock())
    try:
        began = time.perf_counter()
        heads = [stream.head for stream in whole]
        await cache.take_manifest(UNIT, first_pos=0, heads=heads, complete=True)
        while spans := portion(await cache.wanted(most=MOST_SPANS)):
            for sent in _together(served[span.p].answer(span) for span in spans):
                await cache.apply_streams(sent)
        taken = time.perf_counter() - began
        await cache.read_on()
        return taken, time.perf_counter() - began
    finally:
        await cache.close()


def _together(answers: Iterable[SentSpan]) -> Iterator[list[SentSpan]]:
    """Give spans in such heaps as the engine stores at once."""
    heap: list[SentSpan] = []
    entries = 0
    for each in answers:
        heap.append(each)
        entries += 1 + len(each[0])
        if entries >= AT_ONCE:
            yield heap
            heap, entries = [], 0
    if heap:
        yield heap


async def _save_times(path: Path, stream: Stream) -> list[float]:
    cache = await Cache.open(path, KEY, clock=SystemClock())
    numbers = iter(range(10**9))

    async def save() -> None:
        await cache.save([a_note(stream.head.p, next(numbers))])

    try:
        return await timed_async(save, times=_SAVES)
    finally:
        await cache.close()
