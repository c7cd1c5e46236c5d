"""Whatever order records come in, and by whatever way, the read model is that of a rebuild."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_cache.cache import Cache, create_cache
from local_cache.doctor import check, derived_rows
from tests.builders import (
    ADA,
    GRACE,
    WARD,
    a_change_of_dose,
    a_contact,
    a_diagnosis,
    a_medication_order,
    a_note,
    a_patient,
    a_referral,
    a_referral_answer,
    a_referral_event,
    a_resolution,
    a_signature,
    a_stop,
    a_void,
    an_acknowledgement,
    an_observation,
    sealed,
)
from tests.local_cache.conftest import KEY, SetClock
from tests.local_cache.server import FeedServer
from workstation.access.signing import Ed25519Signer
from workstation.domain.record import Record, Sealed

SIGNER = Ed25519Signer(b"\x07" * 32)


def a_story(patient: object) -> list[Record]:
    """Return a little of everything about a patient, forks and decisions among it."""
    who = {"patient": patient}
    note, order, referral = a_note(**who), a_medication_order(**who), a_referral(**who)
    change, stop = a_change_of_dose(order), a_stop(order)
    answer = a_referral_answer(referral)
    stay = a_contact(**who)
    corrected = a_note(entity=note.entity, bases=(note.id,), text="ingen blödning", **who)
    return [
        a_patient(**who),
        a_patient(family="Östlund", given=("Åsa",), **who),
        note,
        a_signature(note, SIGNER),
        corrected,
        a_void(corrected),
        order,
        change,
        stop,
        a_resolution((change, stop), stop),
        referral,
        a_referral_event(referral),
        answer,
        an_acknowledgement(answer),
        stay,
        a_contact(entity=stay.entity, bases=(stay.id,), status="finished", **who),
        a_contact(place="Sal 9", **who),
        a_diagnosis(**who),
        an_observation(**who),
    ]


def in_any_order(records: list[Sealed], seed: int) -> list[Sealed]:
    return random.Random(seed).sample(records, len(records))


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(), st.lists(st.sampled_from(["save", "feed", "span"]), min_size=2, max_size=12))
def test_what_came_bit_by_bit_is_what_a_rebuild_makes(seed: int, ways: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "unit.db"
        asyncio.run(_arrive(path, seed, ways))
        assert check(path, KEY).sound


async def _arrive(path: Path, seed: int, ways: list[str]) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SetClock())
    server = FeedServer()
    records = in_any_order(list(sealed(*a_story(GRACE), *a_story(ADA), signer=SIGNER)), seed)
    early, rest = records[:8], records[8:]
    server.store(*early)
    for patient in (GRACE, ADA):
        server.enters(WARD, patient)
    await cache.take_manifest(
        WARD, first_pos=server.pos(WARD), heads=server.heads(WARD), complete=True
    )
    share = len(rest) // len(ways) + 1
    for turn, way in enumerate(ways):
        await _come(cache, server, way, rest[turn * share : (turn + 1) * share])
        await cache.prepare(GRACE if turn % 2 else ADA)
    await _come(cache, server, "feed", [])
    await _come(cache, server, "span", [])
    await cache.read_on()
    before = cache._file.writer.connect()
    with before as connection, connection.begin():
        kept = derived_rows(connection)
    await cache.rebuild()
    with cache._file.writer.connect() as connection, connection.begin():
        assert set(derived_rows(connection)) == set(kept)
    assert await cache.is_complete(GRACE)
    await cache.close()


async def _come(cache: Cache, server: FeedServer, way: str, records: list[Sealed]) -> None:
    if way == "save":
        await cache.save(records)
        await cache.settle(server.takes(await cache.next_batch(most=500, max_bytes=10**7)))
        return
    server.store(*records)
    if way == "feed":
        pos = (await cache.standing()).cursors[WARD]
        await cache.apply_page(server.lines(WARD, pos))
    else:
        for span in await cache.wanted(most=9):
            await cache.apply_stream(*server.span(span.p, max(span.first, 1), span.last))
