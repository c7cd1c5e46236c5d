"""What is remembered of the file is what the file says: never older, and not asked for twice."""

from __future__ import annotations

import random
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from local_cache import patients, reading
from local_cache.cache import Cache
from local_cache.remembered import CHART, Remembered
from local_cache.saving import TooLarge
from tests.builders import ADA, GRACE, a_medication_order, a_note, a_patient, sealed
from tests.local_cache.test_rebuild import SIGNER, a_story
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
