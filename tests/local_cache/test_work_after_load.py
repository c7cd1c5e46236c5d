"""The work list right after a first load: what waits is there before anybody is told that nothing does."""

from __future__ import annotations

from pathlib import Path

from local_cache.cache import Cache, create_cache
from tests import builders as made
from workstation.access.signing import Ed25519Signer
from workstation.bench.material import stream_of
from workstation.domain.clock import SystemClock
from workstation.domain.ids import HsaId
from workstation.domain.record import seal

_KEY = bytes(range(32))


async def test_a_critical_result_waits_in_the_list_as_soon_as_a_load_is_done(
    tmp_path: Path,
) -> None:
    signer = Ed25519Signer(bytes(32))
    records = [made.a_patient(), *(made.a_note() for _ in range(300))]
    records.insert(1, made.an_observation(interpretation="HH", answers_to_unit=made.WARD))
    stream = stream_of(made.GRACE, [seal(record, signer) for record in records])
    path = tmp_path / "cache.db"
    create_cache(path, _KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, _KEY, clock=SystemClock())
    try:
        await cache.take_manifest(made.WARD, first_pos=0, heads=[stream.head], complete=True)
        await cache.apply_stream(stream.entries, stream.end)
        work = await cache.work(unit=made.WARD, person=HsaId("SE-nobody"), limit=10)
        assert "critical" in {line.reason for line in work}
    finally:
        await cache.close()
