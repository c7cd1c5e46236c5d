"""What is remembered of the file is what the file says: never older, and not asked for twice."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from local_cache import patients, reading
from local_cache.cache import Cache, create_cache
from local_cache.remembered import CHART, Remembered
from local_cache.saving import TooLarge
from tests.builders import ADA, GRACE, WARD, a_medication_order, a_note, a_patient, sealed
from tests.local_cache.conftest import KEY, SetClock
from tests.local_cache.server import FeedServer
from tests.local_cache.test_rebuild import SIGNER, a_story
from tests.local_cache.test_syncing import follow, pull, push
from workstation.domain.ids import PatientId
from workstation.domain.record import GREATEST_RECORD, Record
from workstation.operations.ports import Listed, PatientLine

_FAMILIES = (
    "patient",
    "note",
    "medication_order",
    "diagnosis",
    "observation",
    "referral",
    "contact",
)
_Asked = tuple[PatientLine | None, tuple[tuple[Listed, ...], ...], tuple[tuple[Listed, ...], ...]]


async def _remembered(cache: Cache, patient: PatientId) -> _Asked:
    """Ask as screens do."""
    return (
        await cache.patient(patient),
        tuple([await cache.listed(patient, family) for family in _FAMILIES]),
        tuple([await cache.newest_by_code(patient, family, each=2) for family in _FAMILIES]),
    )


async def _in_the_file(cache: Cache, patient: PatientId) -> _Asked:
    """Ask the same of the file itself."""

    def ask(connection: Connection) -> _Asked:
        key = patients.key_of(connection, patient) or 0
        return (
            patients.line(connection, patient),
            tuple(_listed(connection, key, family) for family in _FAMILIES),
            tuple(reading.newest_by_code(connection, key, f, each=2) for f in _FAMILIES),
        )

    return await cache._read(ask)


def _listed(connection: Connection, key: int, family: str) -> tuple[Listed, ...]:
    return reading.listed(connection, key, family, group=None, code=None, before=None, limit=None)


@pytest.mark.parametrize("seed", range(3))
async def test_after_every_save_what_is_asked_again_is_what_the_file_says(
    cache: Cache, seed: int
) -> None:
    mixed = random.Random(seed)  # noqa: S311  an order, not a secret
    waiting: dict[PatientId, list[Record]] = {who: a_story(who) for who in (GRACE, ADA)}
    while any(waiting.values()):
        who = mixed.choice([patient for patient, left in waiting.items() if left])
        some = [waiting[who].pop(0) for _time in range(min(len(waiting[who]), mixed.randint(1, 3)))]
        await cache.save(sealed(*some, signer=SIGNER))

        for patient in (GRACE, ADA):
            assert await _remembered(cache, patient) == await _in_the_file(cache, patient)


async def test_after_an_order_is_saved_the_notes_are_not_read_again_and_the_orders_are(
    cache: Cache,
) -> None:
    await cache.save(sealed(a_patient(), a_note(), a_medication_order(), signer=SIGNER))
    await cache.listed(GRACE, "note")
    await cache.listed(GRACE, "medication_order")
    asked: list[str] = []
    event.listen(cache._file.reader, "begin", lambda _connection: asked.append("read"))

    await cache.listed(GRACE, "note")
    await cache.listed(GRACE, "medication_order")
    assert asked == []
    await cache.save(sealed(a_medication_order(), signer=SIGNER))
    assert len(await cache.listed(GRACE, "note")) == 1
    assert asked == []
    assert len(await cache.listed(GRACE, "medication_order")) == 2
    assert asked == ["read"]


async def test_a_save_that_fails_leaves_no_answer_that_is_not_in_the_file(cache: Cache) -> None:
    await cache.save(sealed(a_patient(), a_note(), signer=SIGNER))
    before = await _remembered(cache, GRACE)
    (note,) = sealed(a_note(), signer=SIGNER)
    large = replace(note, raw=b" " * (GREATEST_RECORD + 1))

    with pytest.raises(TooLarge):
        await cache.save([note, large])

    assert await _remembered(cache, GRACE) == before == await _in_the_file(cache, GRACE)


_OF_GRACE = (CHART, GRACE, "listed", "note", None)
_OF_THE_SAME = (CHART, GRACE, "entity", UUID(int=1))


def _knowing() -> Remembered:
    known = Remembered()
    for question in (_OF_GRACE, _OF_THE_SAME, ("patient", GRACE)):
        known.keep(question, ("old",), known.standing())
    return known


def test_nothing_is_answered_while_something_is_written() -> None:
    known = _knowing()
    with known.writing() as written:
        assert known.get(_OF_GRACE) is None
        written.families = {}
    assert known.get(_OF_GRACE) == (("old",),)


def test_what_was_read_from_under_a_write_or_before_one_is_never_kept() -> None:
    known = Remembered()
    before = known.standing()
    with known.writing() as written:
        known.keep(_OF_GRACE, ("old",), before)
        known.keep(_OF_GRACE, ("old",), known.standing())
        under = known.standing()
        written.families = {}
    known.keep(_OF_GRACE, ("old",), before)
    known.keep(_OF_GRACE, ("old",), under)
    assert known.get(_OF_GRACE) is None


def test_a_save_ends_what_is_known_of_that_family_and_of_single_entities() -> None:
    known = _knowing()
    with known.writing() as written:
        written.families = {GRACE: {"medication_order"}}
    assert known.get(_OF_GRACE) == (("old",),)
    assert known.get(_OF_THE_SAME) is None
    assert known.get(("patient", GRACE)) is None

    with known.writing() as written:
        written.families = {GRACE: {"note"}}
    assert known.get(_OF_GRACE) is None


def test_any_other_write_and_one_that_fails_end_every_answer() -> None:
    known = _knowing()
    with known.writing():
        pass
    assert known.get(_OF_GRACE) is None

    known = _knowing()
    with pytest.raises(ZeroDivisionError), known.writing():
        raise ZeroDivisionError
    assert known.get(_OF_GRACE) is None


def test_a_chart_too_long_to_be_remembered_is_read_each_time() -> None:
    known = Remembered()
    known.keep(_OF_GRACE, ("row",) * 5_000, known.standing())
    assert known.get(_OF_GRACE) is None


async def test_what_the_server_sends_confirms_erases_or_takes_away_is_never_answered_from_memory(
    cache: Cache, server: FeedServer
) -> None:
    async def is_as_in_the_file() -> _Asked:
        for patient in (ADA, GRACE):
            assert await _remembered(cache, patient) == await _in_the_file(cache, patient)
        return await _remembered(cache, GRACE)

    server.enters(WARD, GRACE)
    await follow(cache, server, WARD)
    server.store(*sealed(a_patient(), a_note(title="kvar"), a_note(title="bort"), signer=SIGNER))
    empty = await is_as_in_the_file()
    await pull(cache, server)
    come = await is_as_in_the_file()
    server.erases(WARD, GRACE, 3)
    await pull(cache, server)
    erased = await is_as_in_the_file()
    await cache.save(sealed(a_note(title="här"), signer=SIGNER))
    saved = await is_as_in_the_file()
    await push(cache, server)
    received = await is_as_in_the_file()
    server.leaves(WARD, GRACE)
    await pull(cache, server)
    gone = await is_as_in_the_file()

    said = [empty, come, erased, saved, received, gone]
    assert [before != after for before, after in pairwise(said)] == [True] * 5


async def test_a_closed_file_answers_nothing_from_memory_and_keeps_nothing_there(
    path: Path, clock: SetClock
) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=clock)
    await cache.save(sealed(a_patient(), a_note(), signer=SIGNER))
    assert await cache.listed(GRACE, "note")
    assert cache._remembered._answers
    await cache.close()
    assert not cache._remembered._answers
    with pytest.raises(RuntimeError):
        await cache.listed(GRACE, "note")


async def test_what_is_remembered_lets_others_take_their_turn(cache: Cache) -> None:
    await cache.save(sealed(a_patient(), a_note(), signer=SIGNER))
    await cache.listed(GRACE, "note")
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "another")
    await cache.listed(GRACE, "note")
    assert turns == ["another"]


def test_no_more_than_a_chart_is_ever_kept() -> None:
    known = Remembered()
    for number in range(1_000):
        known.keep((CHART, GRACE, "listed", "note", number), ("row",) * 30, known.standing())
        assert len(known._answers) <= 64
        assert sum(len(answer[0]) for answer in known._answers.values()) <= 2_000
