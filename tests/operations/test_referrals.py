"""Referrals: what they must say, whose step is whose, and that somebody always watches."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.builders import GRACE, LABORATORY, a_receiver
from tests.ward import Ward
from workstation.domain.directory import Unit
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import (
    Event,
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    referral_state,
)
from workstation.domain.values import Concept
from workstation.operations.acknowledge import acknowledge
from workstation.operations.answer_referral import answer_referral
from workstation.operations.ports import Desk
from workstation.operations.record_referral_event import record_referral_event, steps_open
from workstation.operations.write_referral import complete_referral, write_referral
from workstation.operations.writing import ChangedMeanwhile, Incomplete, NotAllowed

REQUEST = Referral(
    type="laboratory",
    question="Hb och kreatinin?",
    to_unit=LABORATORY,
    to_unit_name="Laboratoriet",
    requested=(Concept(text="B-Hb"),),
    due="2026-03-09",
)


@pytest.fixture
def lab(ward: Ward) -> Desk:
    return ward.desk(
        "Falk, Lena", profession="biomedical_analyst", hsa_id="SE2321000016-P007",
        unit=LABORATORY, unit_name="Laboratoriet",
    )  # fmt: skip


async def sent(ward: Ward, desk: Desk) -> Record:
    return await write_referral(
        REQUEST, patient=GRACE, records=ward.cache, desk=desk, receiver=a_receiver(LABORATORY)
    )


async def state_of(ward: Ward, referral: Record) -> ReferralState:
    return referral_state((await ward.entity(referral)).state)


async def test_a_nurse_may_refer_and_then_watches_the_referral(ward: Ward, maja: Desk) -> None:
    referral = await sent(ward, maja)

    state = await state_of(ward, referral)
    assert state.request.owner == maja.author.hsa_id
    assert state.due is not None
    assert not state.closed


async def test_a_referral_may_not_merely_point_to_the_record(ward: Ward, anna: Desk) -> None:
    pointing = msgspec.structs.replace(
        REQUEST, type="consultation", question="Se journal", requested=(), due=None
    )

    with pytest.raises(Incomplete) as missing:
        await write_referral(
            pointing, patient=GRACE, records=ward.cache, desk=anna, receiver=a_receiver()
        )

    assert missing.value.fields == ("background", "due")


@pytest.mark.parametrize(
    "receiver",
    [None, a_receiver(HsaId("SE2321000016-XXXX")), a_receiver(LABORATORY, "imaging")],
    ids=["unknown", "another", "takes_no_such"],
)
async def test_a_referral_goes_to_a_unit_that_is_there_and_takes_it_or_nowhere(
    ward: Ward, anna: Desk, receiver: Unit | None
) -> None:
    with pytest.raises(Incomplete) as wrong:
        await write_referral(
            REQUEST, patient=GRACE, records=ward.cache, desk=anna, receiver=receiver
        )

    assert wrong.value.fields == ("to_unit",)
    assert await ward.cache.listed(GRACE, "referral") == ()


async def test_the_whole_way_from_sent_to_acknowledged(ward: Ward, anna: Desk, lab: Desk) -> None:
    referral = await sent(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "entity": referral.entity, "records": ward.cache}
    steps: tuple[Event, ...] = ("BEK", "accepted", "performed")
    for event in steps:
        await record_referral_event(
            ReferralEvent(event=event),
            seen=await ward.seen(referral),
            desk=lab,
            **about,
        )
    await answer_referral(
        ReferralAnswer(answer="PSV", text="Hb 118"),
        seen=await ward.seen(referral),
        desk=lab,
        **about,
    )
    await answer_referral(
        ReferralAnswer(answer="SSV", text="Hb 119"),
        seen=await ward.seen(referral),
        desk=lab,
        **about,
    )
    assert not (await state_of(ward, referral)).closed

    await acknowledge(seen=await ward.seen(referral), desk=anna, **about)

    assert (await state_of(ward, referral)).closed
    with pytest.raises(Problem, match="Lind"):
        await acknowledge(seen=await ward.seen(referral), desk=anna, **about)


async def test_the_receiver_rejects_and_the_sender_cancels_never_the_other_way_round(
    ward: Ward, anna: Desk, lab: Desk
) -> None:
    referral = await sent(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "entity": referral.entity, "records": ward.cache}
    reject, cancel = (
        ReferralEvent(event="AVV", reason="dubblett"),
        ReferralEvent(event="AVB", reason="ångrat"),
    )

    with pytest.raises(NotAllowed):
        await record_referral_event(reject, seen=[referral.id], desk=anna, **about)
    with pytest.raises(NotAllowed):
        await record_referral_event(cancel, seen=[referral.id], desk=lab, **about)

    state = await state_of(ward, referral)
    assert "AVB" in steps_open(state, anna.author.unit)
    assert "AVV" in steps_open(state, lab.author.unit)
    await record_referral_event(reject, seen=[referral.id], desk=lab, **about)
    assert not (await state_of(ward, referral)).closed  # a rejection must have been seen

    await acknowledge(seen=await ward.seen(referral), desk=anna, **about)
    assert (await state_of(ward, referral)).closed


async def test_a_completion_raises_the_number_and_starts_the_assessment_anew(
    ward: Ward, anna: Desk, lab: Desk
) -> None:
    referral = await sent(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "entity": referral.entity, "records": ward.cache}
    ask = ReferralEvent(event="KOM", reason="Vilket läkemedel?")
    await record_referral_event(ask, seen=[referral.id], desk=lab, **about)

    fuller = msgspec.structs.replace(REQUEST, question="Hb och kreatinin? Står på warfarin.")
    await complete_referral(fuller, seen=await ward.seen(referral), desk=anna, **about)

    state = await state_of(ward, referral)
    assert (state.status, state.request.number) == ("sent", 2)


async def test_a_step_on_what_has_moved_on_is_refused(ward: Ward, anna: Desk, lab: Desk) -> None:
    referral = await sent(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "entity": referral.entity, "records": ward.cache}
    await record_referral_event(ReferralEvent(event="BEK"), seen=[referral.id], desk=lab, **about)

    with pytest.raises(ChangedMeanwhile):
        await record_referral_event(
            ReferralEvent(event="AVB", reason="ångrat"), seen=[referral.id], desk=anna, **about
        )


async def test_an_acknowledged_preliminary_answer_leaves_the_final_one_waited_for(
    ward: Ward, anna: Desk, lab: Desk
) -> None:
    referral = await sent(ward, anna)
    about: dict[str, Any] = {"patient": GRACE, "entity": referral.entity, "records": ward.cache}
    first = ReferralAnswer(answer="PSV", text="Hb 118")
    await answer_referral(first, seen=[referral.id], desk=lab, **about)

    async def waits() -> set[str]:
        lines = await ward.cache.work(unit=anna.author.unit, person=anna.author.hsa_id, limit=9)
        return {line.reason for line in lines}

    assert await waits() == {"acknowledge"}
    await acknowledge(seen=await ward.seen(referral), desk=anna, **about)
    assert await waits() == set()
    ward.clock.forward(minutes=10 * 24 * 60)
    assert await waits() == {"overdue"}
