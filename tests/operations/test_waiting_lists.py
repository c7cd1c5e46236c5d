"""What waits here: in order, by index, and seen by deputy and head once it has waited too long."""

from __future__ import annotations

import pytest

from local_cache import waiting
from tests.builders import (
    GRACE,
    HOSPITAL,
    LABORATORY,
    WARD,
    a_change_of_dose,
    a_medication_order,
    a_referral,
    a_stop,
    a_time,
    sealed,
)
from tests.ward import Ward
from workstation.domain.directory import Directory, StandIn, Unit
from workstation.domain.ids import HsaId
from workstation.operations.ports import Desk

HEAD = HsaId("SE2321000016-P090")
DEPUTY = HsaId("SE2321000016-P091")
_DAY = 24 * 60


async def test_the_inbox_has_the_most_urgent_first_then_the_oldest(ward: Ward, anna: Desk) -> None:
    made = [
        a_referral(question="c", written_at=a_time(3)),
        a_referral(question="b", written_at=a_time(2)),
        a_referral(question="a", written_at=a_time(9), priority="immediate"),
    ]
    await ward.cache.save(sealed(*made, signer=anna.signer))

    lines = await ward.cache.inbox(LABORATORY, limit=2)
    rest = await ward.cache.inbox(LABORATORY, limit=2, offset=2)

    assert [line.question for line in (*lines, *rest)] == ["a", "b", "c"]
    assert {line.reason for line in lines} == {"assess"}
    assert (await ward.cache.list_counts(LABORATORY))["assess"] == 3


async def test_what_nobody_looks_at_comes_to_the_deputy_then_to_the_head(
    ward: Ward, anna: Desk
) -> None:
    owner = anna.author.hsa_id
    await ward.cache.keep_directory(
        Directory(
            units=(Unit(hsa_id=WARD, name="Avd", provider=HOSPITAL, type="ward", head=HEAD),),
            stand_ins=(StandIn(person=owner, unit=WARD, deputy=DEPUTY),),
        )
    )
    order = a_referral(owner=owner, written_at=anna.now(), due=None)
    await ward.cache.save(sealed(order, signer=anna.signer))

    async def sees(person: HsaId) -> bool:
        return bool(await ward.cache.work(unit=WARD, person=person, limit=9))

    assert not await sees(owner)
    ward.clock.forward(minutes=4 * _DAY)  # nobody has confirmed receipt
    assert (await sees(owner), await sees(DEPUTY), await sees(HEAD)) == (True, False, False)
    ward.clock.forward(minutes=2 * _DAY)
    assert (await sees(DEPUTY), await sees(HEAD)) == (True, False)
    ward.clock.forward(minutes=6 * _DAY)
    assert await sees(HEAD)


@pytest.mark.parametrize(
    ("query", "index"),
    [(waiting._PART, "work_in_order"), (waiting._LATE, "work_late")],
)
async def test_a_list_is_read_by_its_index_not_by_looking_through_everything(
    ward: Ward, query: str, index: str
) -> None:
    values = tuple(1 for n in range(1, 6) if f"?{n}" in query)
    plan = await ward.cache._read(
        lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    )
    first = next(str(row) for row in plan if "work" in str(row))
    assert index in first
    assert "SEARCH" in first


async def test_an_absence_shows_everything_to_who_stands_in_at_once(ward: Ward, anna: Desk) -> None:
    owner = anna.author.hsa_id
    away = StandIn(person=owner, unit=WARD, deputy=DEPUTY, absent=True)
    await ward.cache.keep_directory(Directory(stand_ins=(away,)))
    order = a_referral(owner=owner, written_at=anna.now(), due="2026-03-01")
    await ward.cache.save(sealed(order, signer=anna.signer))
    ward.clock.forward(minutes=2 * _DAY)

    lines = await ward.cache.work(unit=WARD, person=DEPUTY, limit=9)

    assert [(line.reason, line.person) for line in lines] == [("overdue", owner)]
    assert lines[0].patient.patient == GRACE


async def test_a_medicine_that_nobody_has_decided_is_no_line_among_referrals(
    ward: Ward, anna: Desk
) -> None:
    order = a_medication_order()
    sides = [a_change_of_dose(order, device="PC-1"), a_stop(order, device="PC-2")]
    await ward.cache.save(sealed(order, *sides, signer=anna.signer))
    listed = await ward.cache.entity(order.patient, order.entity)
    assert listed is not None
    assert listed.row.undecided

    assert await ward.cache.inbox(WARD, limit=9) == ()
    assert await ward.cache.watched(WARD, limit=9) == ()
    assert await ward.cache.work(unit=WARD, person=anna.author.hsa_id, limit=9)
