"""A first load stores at once and reads afterwards: lists are right, charts are whole when opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cache import unread
from local_cache.cache import Cache
from local_cache.doctor import check
from sync.protocol.messages import Span
from sync.protocol.ports import SentSpan
from tests.builders import (
    GRACE,
    WARD,
    a_contact,
    a_diagnosis,
    a_note,
    a_patient,
    an_observation,
)
from tests.local_cache.conftest import KEY, SetClock
from tests.local_cache.server import FeedServer
from workstation.access.signing import Ed25519Signer
from workstation.domain.record import Record, Sealed, seal

_NOTES = 120
_SIGNER = Ed25519Signer(b"\x07" * 32)


def sealed(record: Record) -> Sealed:
    return seal(record, _SIGNER)


def _sent(server: FeedServer, span: Span) -> SentSpan:
    if span.essential:
        return server.islands(span.p, (1, 2, 3))
    return server.span(span.p, span.first, span.last)


def _a_ward(server: FeedServer) -> None:
    server.store(sealed(a_patient()), sealed(a_contact()), sealed(a_diagnosis()))
    for number in range(_NOTES):
        server.store(sealed(a_note(text=f"Dag {number}: ingen blödning.")))
    server.store(sealed(an_observation()))
    server.enters(WARD, GRACE)


async def _essential(cache: Cache, server: FeedServer) -> None:
    heads = server.heads(WARD)
    await cache.take_manifest(WARD, first_pos=server.pos(WARD), heads=heads, complete=True)
    (span,) = await cache.wanted(most=10)
    assert span.essential
    await cache.apply_streams([_sent(server, span)])


async def _rest(cache: Cache, server: FeedServer) -> None:
    while spans := await cache.wanted(most=10):
        await cache.apply_streams([_sent(server, span) for span in spans])


async def test_names_are_found_as_soon_as_the_essential_is_here(
    cache: Cache, server: FeedServer
) -> None:
    _a_ward(server)
    await _essential(cache, server)
    assert [line.patient for line in await cache.find_patients("Hopper", limit=5)] == [GRACE]
    assert [line.patient for line in await cache.patients_of(WARD, limit=5)] == [GRACE]
    assert len(await cache.listed(GRACE, "diagnosis")) == 1


async def test_a_chart_opened_right_after_the_load_is_whole(
    cache: Cache, server: FeedServer
) -> None:
    _a_ward(server)
    await _essential(cache, server)
    await _rest(cache, server)
    assert (await cache.counts(GRACE))["note"] == _NOTES
    assert len(await cache.search_text(GRACE, "Dag 77", limit=5)) == 1
    assert len(await cache.listed(GRACE, "observation")) == 1


async def test_what_was_not_yet_read_when_the_program_ended_is_read_by_the_next_one(
    path: Path, cache: Cache, server: FeedServer, clock: SetClock
) -> None:
    _a_ward(server)
    await _essential(cache, server)
    await _rest(cache, server)
    await cache.close()
    again = await Cache.open(path, KEY, clock=clock)
    try:
        await again.read_on()
        assert (await again.counts(GRACE))["note"] == _NOTES
    finally:
        await again.close()
    findings = check(path, KEY)
    assert findings.derived == 0
    assert findings.chains == 0


async def test_a_correction_saved_before_the_rest_is_read_stands_on_top_of_it(
    cache: Cache, server: FeedServer
) -> None:
    _a_ward(server)
    note = a_note(text="Första ordet.")
    server.store(sealed(note))
    await _essential(cache, server)
    await _rest(cache, server)
    corrected = a_note(entity=note.entity, bases=(note.id,), text="Rättat.")
    await cache.save([sealed(corrected)])
    listed = await cache.entity(GRACE, note.entity)
    assert listed is not None
    assert listed.state.current.id == corrected.id
    assert not listed.row.undecided
    assert (await cache.counts(GRACE))["note"] == _NOTES + 1


async def test_a_long_stretch_is_read_in_parts_and_nothing_of_it_is_passed_by(
    cache: Cache, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread, "AT_ONCE", _NOTES // 3)
    _a_ward(server)
    await _essential(cache, server)
    await _rest(cache, server)

    assert (await cache.counts(GRACE))["note"] == _NOTES
    found = [await cache.search_text(GRACE, f"Dag {number}", limit=200) for number in (0, 77, 119)]

    assert all(found)
    await cache.read_on()
    assert (await cache.counts(GRACE))["note"] == _NOTES
