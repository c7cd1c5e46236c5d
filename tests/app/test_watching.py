"""What has become dangerous since it was ordered waits for its prescriber, until it is dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import (
    CLINIC,
    GRACE,
    a_medication_order,
    a_note,
    a_patient,
    a_stop,
    a_time,
    an_author,
    an_observation,
)
from tests.clinic import eventually
from tests.ward import Ward, open_ward
from workstation.app import watching
from workstation.app.watching import Watch
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts
from workstation.domain.dosage import parse_dosage
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.medication import ATC, Drug, Override
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity
from workstation.operations.known import Known, read_known
from workstation.operations.ports import Reading, WorkLine
from workstation.operations.support import Support
from workstation.operations.worsened import Worse, worsened

BERG = an_author(hsa_id=HsaId("SE2321000016-P003"), name="Bo Berg", unit=CLINIC)


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    opened = await open_ward(tmp_path)
    await opened.put(a_patient(birth_date="1941-03-08", sex="female"))
    try:
        yield opened
    finally:
        await opened.cache.close()


@pytest.fixture
async def watch(ward: Ward) -> AsyncIterator[Watch]:
    support = ward.session().support
    assert support is not None
    unit = ward.desk().author.unit
    made = Watch(cache=ward.cache, support=support, unit=unit, settle=0.0)
    made.begin()
    try:
        yield made
    finally:
        await made.stop()


def an_order(name: str, atc: str, strength: str, **more: object) -> Record:
    concept = Concept(text=name, codings=(Coding(system=ATC, code=atc),))
    values: dict[str, object] = {
        "drug": Drug(
            name=name, form="tablett", strength=strength, route="peroralt", concept=concept
        ),
        "dosage": parse_dosage("1x1", unit="tablett"),
        "start": "2026-02-20",
    }
    return a_medication_order(**(values | more))


def potassium(value: str, minutes: float) -> Record:
    return an_observation(
        concept=Concept(text="P-Kalium", codings=(Coding(system=NPU, code="NPU03230"),)),
        quantity=Quantity(value=value, unit="mmol/L"),
        effective="2026-03-02T09:00:00Z",
        reference=None,
        written_at=a_time(minutes),
    )


async def waits(watch: Watch) -> WorkLine:
    async def there() -> bool:
        return bool(watch.lines())

    await eventually(there)
    (line,) = watch.lines()
    return line


async def test_a_result_that_makes_an_order_dangerous_waits_for_who_ordered_it(
    ward: Ward, watch: Watch
) -> None:
    order = an_order("spironolakton", "C03DA01", "25 mg", written_at=a_time(1))
    await ward.put(potassium("4.2", 0.5), order)
    await ward.put(potassium("6.4", 30))

    line = await waits(watch)
    assert line.reason == "worse"
    assert line.person == order.author.hsa_id
    assert line.entity == order.entity
    assert line.row.title.startswith("spironolakton: ")
    assert line.patient.patient == GRACE

    await ward.put(a_stop(order, written_at=a_time(40)))

    async def gone() -> bool:
        return not watch.lines()

    await eventually(gone)


async def test_what_was_as_bad_when_it_was_ordered_is_no_news(ward: Ward, watch: Watch) -> None:
    order = an_order("spironolakton", "C03DA01", "25 mg", written_at=a_time(60))
    await ward.put(potassium("6.4", 30), order)
    await ward.put(an_observation(written_at=a_time(90)))
    await watch._look(GRACE)
    assert list(watch.lines()) == []


async def test_two_orders_that_did_not_know_of_each_other_are_work_when_they_meet(
    ward: Ward, watch: Watch
) -> None:
    warfarin = an_order("warfarin", "B01AA03", "2,5 mg", device="VC-3", author=BERG)
    await ward.put(warfarin)
    await ward.put(an_order("ibuprofen", "M01AE01", "400 mg", written_at=a_time(50)))
    line = await waits(watch)
    assert line.row.title.startswith("ibuprofen: ")


async def test_an_order_written_in_spite_of_a_warning_is_no_work_again(
    ward: Ward, watch: Watch
) -> None:
    await ward.put(an_order("warfarin", "B01AA03", "2,5 mg", device="VC-3", author=BERG))
    support = ward.session().support
    assert support is not None
    await support.prepare(GRACE)
    second = an_order("ibuprofen", "M01AE01", "400 mg", written_at=a_time(50))
    checked = support.order(GRACE, second.body)  # type: ignore[arg-type]
    assert checked is not None
    given = tuple(
        Override(
            rule=shown.card.lead.rule,
            version=shown.card.lead.version,
            reason="Följs upp",
            basis=shown.card.basis,
        )
        for shown in checked.interrupting
    )
    assert given
    await ward.put(
        an_order("ibuprofen", "M01AE01", "400 mg", written_at=a_time(50), overrides=given)
    )
    await watch._look(GRACE)
    assert list(watch.lines()) == []


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Known]:
    """Every patient that was judged for what has got worse."""
    judged: list[Known] = []

    def judge(engine: Engine, known: Known, facts: Facts) -> tuple[Worse, ...]:
        judged.append(known)
        return worsened(engine, known, facts)

    monkeypatch.setattr(watching, "worsened", judge)
    return judged


def a_watch(ward: Ward, settle: float = 0.0) -> tuple[Watch, Support]:
    support = ward.session().support
    assert support is not None
    unit = ward.desk().author.unit
    return Watch(cache=ward.cache, support=support, unit=unit, settle=settle), support


async def test_what_says_nothing_to_the_rules_is_not_judged_again(
    ward: Ward, counted: list[Known]
) -> None:
    watch, support = a_watch(ward)
    await ward.put(an_order("warfarin", "B01AA03", "2,5 mg"))
    known = await support.judged(GRACE)
    await watch._look(GRACE)
    await ward.put(a_note())
    assert await support.judged(GRACE) is known
    await watch._look(GRACE)
    assert counted == [known]

    await ward.put(potassium("6.4", 30))
    assert await support.judged(GRACE) is not known
    await watch._look(GRACE)
    assert len(counted) == 2


async def test_nothing_is_looked_at_while_somebody_is_at_work(ward: Ward) -> None:
    watch, _support = a_watch(ward, settle=0.3)
    ward.cache.stir()
    began = asyncio.get_running_loop().time()
    await watch._settled()
    assert asyncio.get_running_loop().time() - began >= 0.29


async def test_a_change_that_comes_while_the_record_is_read_is_not_missed(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    _watch, support = a_watch(ward)
    read = read_known
    times: list[Known] = []

    async def slow(records: Reading, patient: PatientId) -> Known:
        known = await read(records, patient)
        if not times:
            await ward.put(an_order("warfarin", "B01AA03", "2,5 mg"))
        times.append(known)
        return known

    monkeypatch.setattr("workstation.operations.support.read_known", slow)
    known = await support.prepare(GRACE)
    assert len(known.orders) == 1
    assert len(times) == 2
