"""Finding a patient among 10,000 on this computer, and a word among 10,000 records of one."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local_cache.cache import Cache, create_cache
from workstation.bench import Measured, at_most
from workstation.bench.crowd import a_long_chart, crowd
from workstation.bench.material import stream_of
from workstation.bench.measurer import KEY, UNIT
from workstation.bench.timing import percentile, timed_async
from workstation.domain.clock import SystemClock
from workstation.domain.ids import PatientId

PATIENTS = 10_000
_NAMES = ("and", "anders", "andersson kar", "li", "svensson", "1941", "194103", "berg mar")
_WORDS = ("ingen blödning", "feber", "hjärtsvikt", "rassel basalt", "vikt", "otänkbart ord")
_TIMES = 40


def run() -> Iterator[Measured]:
    """Measure patient search and text search, p95 over many different questions."""
    with tempfile.TemporaryDirectory() as folder:
        people, texts = asyncio.run(_measure(Path(folder) / "cache.db"))
    what = f"find a patient among {PATIENTS}, p95"
    yield at_most("search", what, percentile(people, 0.95), "ms", 30)
    yield at_most("search", "find words in 10000 records, p95", percentile(texts, 0.95), "ms", 50)


async def _measure(path: Path) -> tuple[list[float], list[float]]:
    create_cache(path, KEY, device="bench", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SystemClock())
    try:
        patient, records = a_long_chart(10_000)
        whole = [*crowd(PATIENTS), stream_of(patient, records)]
        heads = [stream.head for stream in whole]
        await cache.take_manifest(UNIT, first_pos=0, heads=heads, complete=True)
        for stream in whole:
            await cache.apply_stream(stream.entries, stream.end)
        await cache.prepare(PatientId(patient))
        people: list[float] = []
        for text in _NAMES:
            people += await timed_async(
                lambda text=text: cache.find_patients(text, limit=20),  # type: ignore[misc]
                times=_TIMES,
            )
        words: list[float] = []
        for text in _WORDS:
            words += await timed_async(
                lambda text=text: cache.search_text(PatientId(patient), text, limit=50),  # type: ignore[misc]
                times=_TIMES,
            )
        return people, words
    finally:
        await cache.close()
