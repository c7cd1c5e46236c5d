"""The work list right after a first load: what waits is there before anybody is told that nothing does."""

from __future__ import annotations

from local_cache import unread
from local_cache.cache import Cache
from tests import builders as made
from tests.local_cache.server import FeedServer
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import HsaId
from workstation.domain.record import seal

_NOBODY = HsaId("SE-nobody")
_OLDER = 300


async def _a_first_load(cache: Cache, server: FeedServer) -> None:
    """Load a ward whose only critical result lies among records that are read afterwards."""
    signer = Ed25519Signer(bytes(32))
    records = [made.a_patient(), *(made.a_note() for _ in range(_OLDER))]
    records.insert(2, made.an_observation(interpretation="HH", answers_to_unit=made.WARD))
    server.store(*(seal(record, signer) for record in records))
    server.enters(made.WARD, made.GRACE)
    heads, pos = server.heads(made.WARD), server.pos(made.WARD)
    await cache.take_manifest(made.WARD, first_pos=pos, heads=heads, complete=True)
    await cache.apply_streams([server.islands(made.GRACE, (1,))])
    while spans := await cache.wanted(most=10):
        await cache.apply_streams([server.span(each.p, each.first, each.last) for each in spans])


async def test_a_critical_result_waits_in_the_list_as_soon_as_a_load_is_done(
    cache: Cache, server: FeedServer
) -> None:
    await _a_first_load(cache, server)
    with cache._file.reader.begin() as connection:
        assert unread.any_left(connection)  # else this would prove nothing

    work = await cache.work(unit=made.WARD, person=_NOBODY, limit=10)

    assert "critical" in {line.reason for line in work}


async def test_a_list_asked_for_before_the_load_is_done_says_what_has_come_so_far(
    cache: Cache, server: FeedServer
) -> None:
    assert await cache.work(unit=made.WARD, person=_NOBODY, limit=10) == ()

    await _a_first_load(cache, server)

    assert len(await cache.work(unit=made.WARD, person=_NOBODY, limit=10)) == 1
