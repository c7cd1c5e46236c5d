"""Medicines: who may order, what an order must say, and what happens when two act apart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.builders import (
    CLINIC,
    GRACE,
    a_change_of_dose,
    a_dosage,
    a_drug,
    a_medication_order,
    a_stop,
    an_author,
)
from tests.ward import Ward
from workstation.domain.medication import (
    Administration,
    MedicationOrder,
    OrderStatus,
    order_state,
)
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.values import Concept
from workstation.operations.change_order import change_order
from workstation.operations.pause_order import pause_order
from workstation.operations.ports import Desk
from workstation.operations.prescribe import prescribe
from workstation.operations.record_administration import AlreadyRecorded, record_administration
from workstation.operations.renew_order import renew_order
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.resume_order import resume_order
from workstation.operations.stop_order import stop_order
from workstation.operations.writing import ChangedMeanwhile, Incomplete, NotAllowed


def an_order(**fields: object) -> MedicationOrder:
    values: dict[str, object] = {
        "action": "prescribe",
        "drug": a_drug(),
        "dosage": a_dosage(),
        "reason": Concept(text="högt blodtryck"),
        "start": "2026-03-02",
        "follow_up": "2026-06-01",
    }
    return msgspec.convert(values | fields, MedicationOrder)


async def prescribed(ward: Ward, desk: Desk) -> Record:
    return await prescribe(an_order(), patient=GRACE, records=ward.cache, desk=desk)


async def status_of(ward: Ward, order: Record) -> OrderStatus:
    return order_state((await ward.entity(order)).state).status


async def test_only_a_physician_orders(ward: Ward, anna: Desk, maja: Desk) -> None:
    with pytest.raises(NotAllowed):
        await prescribe(an_order(), patient=GRACE, records=ward.cache, desk=maja)

    order = await prescribed(ward, anna)
    assert await status_of(ward, order) is OrderStatus.ACTIVE


async def test_an_order_that_leaves_something_out_names_every_missing_part(
    ward: Ward, anna: Desk
) -> None:
    bare = an_order(dosage=None, reason=None, follow_up=None)

    with pytest.raises(Incomplete) as missing:
        await prescribe(bare, patient=GRACE, records=ward.cache, desk=anna)

    assert missing.value.fields == ("dosage", "reason", "follow_up")
    assert await ward.cache.listed(GRACE, "medication_order") == ()


@pytest.mark.parametrize(
    ("field", "date"), [("start", "2026-02-30"), ("planned_stop", "2026-03-01")]
)
async def test_impossible_dates_are_refused_where_they_stand(
    ward: Ward, anna: Desk, field: str, date: str
) -> None:
    with pytest.raises(Incomplete) as wrong:
        await prescribe(an_order(**{field: date}), patient=GRACE, records=ward.cache, desk=anna)

    assert wrong.value.fields == (field,)


async def test_an_order_is_changed_paused_resumed_renewed_and_stopped_in_one_chain(
    ward: Ward, anna: Desk
) -> None:
    order = await prescribed(ward, anna)
    about: dict[str, Any] = {
        "patient": GRACE,
        "entity": order.entity,
        "records": ward.cache,
        "desk": anna,
    }

    more = an_order(dosage=a_dosage("2", "0", "0", "0"), why="otillräcklig effekt")
    await change_order(more, seen=await ward.seen(order), **about)
    await pause_order(why="svullnad", until="2026-03-09", seen=await ward.seen(order), **about)
    assert await status_of(ward, order) is OrderStatus.PAUSED
    await resume_order(why="svullnaden borta", seen=await ward.seen(order), **about)
    await renew_order(more, seen=await ward.seen(order), **about)
    await stop_order(why="byte", seen=await ward.seen(order), **about)

    state = order_state((await ward.entity(order)).state)
    assert state.status is OrderStatus.STOPPED
    assert [step.body.action for step in state.steps] == [  # type: ignore[attr-defined]
        "prescribe", "change", "pause", "resume", "renew", "stop",
    ]  # fmt: skip
    with pytest.raises(Problem):
        await change_order(more, seen=await ward.seen(order), **about)


async def test_a_change_on_an_old_version_is_refused_and_stores_nothing(
    ward: Ward, anna: Desk
) -> None:
    order = await prescribed(ward, anna)
    about: dict[str, Any] = {
        "patient": GRACE,
        "entity": order.entity,
        "records": ward.cache,
        "desk": anna,
    }
    await stop_order(why="biverkning", seen=[order.id], **about)

    with pytest.raises(ChangedMeanwhile):
        await change_order(an_order(why="mer"), seen=[order.id], **about)

    assert len(order_state((await ward.entity(order)).state).steps) == 2


async def a_fork(ward: Ward) -> Record:
    """Stopped on the ward and doubled at the clinic, neither knowing of the other."""
    order = a_medication_order()
    elsewhere = an_author(unit=CLINIC, unit_name="Vc Gårda")
    await ward.put(order, a_stop(order), a_change_of_dose(order, author=elsewhere))
    return order


async def test_two_who_acted_apart_are_both_kept_and_nothing_is_given_until_somebody_decides(
    ward: Ward, anna: Desk, maja: Desk
) -> None:
    order = await a_fork(ward)

    assert await status_of(ward, order) is OrderStatus.HELD
    dose = Administration(
        order=order.entity,
        status="given",
        amount="1",
        unit="tablett",
        actual="2026-03-02T08:30:00Z",
    )
    with pytest.raises(Problem):
        await record_administration(
            dose, patient=GRACE, seen=await ward.seen(order), records=ward.cache, desk=maja
        )
    with pytest.raises(Problem):
        await stop_order(
            why="ändå", patient=GRACE, entity=order.entity, seen=await ward.seen(order),
            records=ward.cache, desk=anna,
        )  # fmt: skip


@pytest.mark.parametrize("unit", ["SE2321000016-A1W1", "SE2321000016-B2C2"])
async def test_both_units_see_that_somebody_must_decide(ward: Ward, unit: str) -> None:
    await a_fork(ward)

    waiting = await ward.cache.work(unit=unit, person="nobody", limit=9)  # type: ignore[arg-type]

    assert [line.reason for line in waiting] == ["undecided"]


async def test_a_physician_decides_and_the_other_side_stays_readable(
    ward: Ward, anna: Desk, maja: Desk
) -> None:
    order = await a_fork(ward)
    seen = await ward.seen(order)
    about: dict[str, Any] = {"patient": GRACE, "entity": order.entity, "records": ward.cache}
    with pytest.raises(NotAllowed):
        await resolve_fork(chosen=seen[0], reason="fel", seen=seen, desk=maja, **about)
    with pytest.raises(ChangedMeanwhile):
        await resolve_fork(chosen=seen[0], reason="halvt", seen=seen[:1], desk=anna, **about)

    await resolve_fork(chosen=seen[0], reason="blödningsrisk", seen=seen, desk=anna, **about)

    state = order_state((await ward.entity(order)).state)
    assert not state.undecided
    assert len(state.steps) == 4
    with pytest.raises(Problem):
        await resolve_fork(
            chosen=seen[1], reason="sent", seen=await ward.seen(order), desk=anna, **about
        )


async def test_a_dose_is_recorded_with_its_times_and_one_not_given_says_why(
    ward: Ward, anna: Desk, maja: Desk
) -> None:
    order = await prescribed(ward, anna)
    about: dict[str, Any] = {
        "patient": GRACE,
        "seen": [order.id],
        "records": ward.cache,
        "desk": maja,
    }
    given = Administration(
        order=order.entity, status="given", amount="1", unit="tablett",
        planned="2026-03-02T08:00:00Z", actual="2026-03-02T08:10:00Z",
    )  # fmt: skip
    await record_administration(given, **about)

    with pytest.raises(Incomplete):
        await record_administration(Administration(order=order.entity, status="refused"), **about)
    with pytest.raises(Incomplete):
        ahead = msgspec.structs.replace(given, actual="2026-03-03T08:10:00Z")
        await record_administration(ahead, **about)

    assert len(await ward.cache.listed(GRACE, "administration")) == 1


async def test_a_planned_dose_is_recorded_once_unless_somebody_says_that_it_is_an_extra(
    ward: Ward, anna: Desk, maja: Desk
) -> None:
    order = await prescribed(ward, anna)
    about: dict[str, Any] = {
        "patient": GRACE, "seen": await ward.seen(order), "records": ward.cache, "desk": maja,
    }  # fmt: skip
    refused = Administration(
        order=order.entity, status="refused", planned="2026-03-02T08:00:00Z", reason="mår illa"
    )
    await record_administration(refused, **about)
    # The same instant, written in another way.
    given = Administration(
        order=order.entity, status="given", amount="1", unit="tablett",
        planned="2026-03-02T09:00:00+01:00", actual="2026-03-02T08:40:00Z",
    )  # fmt: skip

    with pytest.raises(AlreadyRecorded):
        await record_administration(given, **about)
    extra = await record_administration(given, extra_because="kräktes", **about)

    assert isinstance(extra.body, Administration)
    assert extra.body.reason == "Extra dos: kräktes"
    assert len(await ward.cache.listed(GRACE, "administration")) == 2


async def test_what_is_given_is_a_plain_number_above_zero_and_nothing_else(
    ward: Ward, anna: Desk, maja: Desk
) -> None:
    order = await prescribed(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "seen": [order.id], "desk": maja}
    for amount in ("0", "0.0", "-1", "+1", "1e3", ".5", "1/2", "5 mg", "1 000", "٣", "05", "nan"):
        given = Administration(
            order=order.entity, status="given", amount=amount, unit="tablett",
            actual="2026-03-02T08:10:00Z",
        )  # fmt: skip
        with pytest.raises(Incomplete) as refused:
            await record_administration(given, records=ward.cache, **about)
        assert refused.value.fields == ("amount",)
    assert not await ward.cache.listed(GRACE, "administration")
