"""Referrals through real caches and a real server, between two units and a laboratory, on bad lines.

The same promises as in ``tests/simulation/referrals.py``, with real operations and fewer seeds.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.builders import GRACE, LABORATORY, a_receiver
from tests.clinic import Clinic, Seat, eventually
from tests.server.laboratory import Laboratory, an_answer
from tests.server.running import Running
from tests.stories.region import PRACTICE
from tests.stories.test_many_seats import all_see, offline, online, seated
from workstation.domain.ids import HsaId
from workstation.domain.kinds import project
from workstation.domain.observation import NPU
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    ReferralWatch,
    Step,
    referral_state,
    steps_for,
)
from workstation.domain.values import Coding, Concept
from workstation.operations.acknowledge import acknowledge
from workstation.operations.answer_referral import answer_referral
from workstation.operations.move_watch import move_watch
from workstation.operations.record_referral_event import EVENTS, record_referral_event
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.write_referral import complete_referral, write_referral
from workstation.operations.writing import heads_of

SEEDS = 5
_ACTS = 14
_ANSWERS = ("DSV", "PSV", "SSV")


async def state_at(seat: Seat, referral: Record) -> ReferralState:
    assert seat.session is not None
    listed = await seat.session.records.entity(GRACE, referral.entity)
    assert listed is not None
    return referral_state(listed.state)


async def acts(seat: Seat, referral: Record, chance: Random) -> None:
    """Do something that the screen offers; what was overtaken in between is a plain Problem."""
    assert seat.session is not None
    listed = await seat.session.records.entity(GRACE, referral.entity)
    assert listed is not None
    state = referral_state(listed.state)
    about = {
        "patient": GRACE,
        "entity": referral.entity,
        "seen": heads_of(listed.state),
        "records": seat.session.records,
        "desk": seat.desk,
    }
    unit = seat.desk.author.unit
    steps = [s for s in steps_for(state, unit) if s not in (Step.VID, Step.VOID)]
    if state.unseen and unit == state.owner_unit and chance.random() < 0.4:
        await acknowledge(**about)  # type: ignore[arg-type]
        return
    if not steps:
        return
    step = chance.choice(steps)
    if step is Step.RESOLUTION:
        chosen = chance.choice(state.rivals).id
        await resolve_fork(chosen=chosen, reason="så blev det", **about)  # type: ignore[arg-type]
    elif step is Step.WATCH:
        watch = ReferralWatch(unit=unit, owner=seat.desk.author.hsa_id, reason="handover")
        await move_watch(watch, **about)  # type: ignore[arg-type]
    elif step is Step.AMENDED:
        fuller = Referral(
            type=state.request.type,
            question="Kompletterad?",
            background="Mer.",
            to_unit=state.receiver,
            requested=state.request.requested,
            due="2027-01-01",
        )
        await complete_referral(fuller, **about)  # type: ignore[arg-type]
    elif str(step) in _ANSWERS:
        answer = ReferralAnswer(answer=str(step), text=f"Svar {chance.random()}")  # type: ignore[arg-type]
        await answer_referral(answer, **about)  # type: ignore[arg-type]
    elif step in EVENTS:
        event = ReferralEvent(
            event=str(step),  # type: ignore[arg-type]
            reason="skäl",
            priority="soon" if step is Step.PRIORITISED else "",
            booked_for=chance.choice(("2026-12-01T09:00:00Z", "2026-12-02T09:00:00Z"))
            if step is Step.BOOKED
            else None,
            person=seat.desk.author.hsa_id if step is Step.ASSIGNED else HsaId(""),
        )
        await record_referral_event(event, **about)  # type: ignore[arg-type]


async def same_everywhere(seats: list[Seat], referral: Record) -> ReferralState:
    """Wait until nothing is left to send and every workstation shows the same; return it."""
    for seat in seats:
        await seat.has_sent_everything()

    async def agreed() -> bool:
        shown = {
            (s.status, s.owner, s.undecided, s.closed, frozenset(t.record.id for t in s.taken))
            for s in [await state_at(seat, referral) for seat in seats]
        }
        return len(shown) == 1

    await eventually(agreed)
    return await state_at(seats[0], referral)


async def watched_by_one(seat: Seat, referral: Record) -> None:
    assert seat.session is not None
    listed = await seat.session.records.entity(GRACE, referral.entity)
    assert listed is not None
    state = referral_state(listed.state)
    work = project(listed.state).work
    mine = {(w.unit, w.person) for w in work if w.reason in ("watch", "acknowledge", "complete")}
    if state.closed:
        assert work == ()
    elif not state.undecided:
        assert mine == {(state.owner_unit, state.owner)}
    else:
        assert {w.reason for w in work} == {"undecided"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_between_two_units_a_referral_is_the_same_everywhere_and_watched_by_one(
    clinic: Clinic, seed: int
) -> None:
    chance = Random(seed)
    ekman = clinic.seat("ekman")
    await ekman.sit("ekman")
    ward = await seated(clinic, "okoro", "falk")
    seats = [*ward, ekman]
    assert ward[0].session is not None
    referral = await write_referral(
        Referral(
            type="consultation",
            question="Operation?",
            background="Smärta.",
            to_unit=PRACTICE,
            due="2027-01-01",
        ),
        patient=GRACE,
        receiver=a_receiver(PRACTICE),
        records=ward[0].session.records,
        desk=ward[0].desk,
    )
    await all_see(seats, referral)
    for _act in range(_ACTS):
        seat = chance.choice(seats)
        (offline if chance.random() < 0.5 else online)(chance.choice(seats))
        try:
            await acts(seat, referral, chance)
        except Problem:
            continue
    online(*seats)

    await same_everywhere(seats, referral)

    for seat in seats:
        assert await seat.opened.cache.refused() == ()
        await watched_by_one(seat, referral)


@pytest.mark.slow
async def test_a_cancellation_made_offline_comes_too_late_for_an_answer_that_is_there(
    clinic: Clinic, running: Running
) -> None:
    (okoro,) = await seated(clinic, "okoro")
    assert okoro.session is not None
    asked = Concept(text="P-Kalium", codings=(Coding(system=NPU, code="NPU03230"),))
    order = await write_referral(
        Referral(
            type="laboratory",
            question="Kalium?",
            to_unit=LABORATORY,
            requested=(asked,),
            due="2027-01-01",
        ),
        patient=GRACE,
        receiver=a_receiver(LABORATORY),
        records=okoro.session.records,
        desk=okoro.desk,
    )
    await okoro.has_sent_everything()
    offline(okoro)
    await record_referral_event(
        ReferralEvent(event="AVB", reason="ångrat"),
        patient=GRACE,
        entity=order.entity,
        seen=[order.id],
        records=okoro.session.records,
        desk=okoro.desk,
    )
    assert Laboratory.at(running).delivers(an_answer(order)) == [("201 Created", "")]

    online(okoro)
    await okoro.has_sent_everything()

    async def answered() -> bool:
        return (await state_at(okoro, order)).status == "final"

    await eventually(answered)
    state = await state_at(okoro, order)
    assert [str(s.body.event) for s in state.late if isinstance(s.body, ReferralEvent)] == ["AVB"]
    assert len(state.unseen) == 1
    assert await okoro.opened.cache.refused() == ()
