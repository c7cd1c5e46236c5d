"""Values, attention, diagnoses, plans, bookings and new patients."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import CLINIC, GRACE, WARD, a_booking, an_observation, next_number
from tests.ward import Ward
from workstation.domain.attention import Attention, HypersensitivityState, hypersensitivity
from workstation.domain.contact import Booking, Contact
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.identity import IdentityProblem
from workstation.domain.observation import Observation
from workstation.domain.patient import Patient
from workstation.domain.plan import PlannedAction
from workstation.domain.problem import Problem
from workstation.domain.values import Concept, Quantity
from workstation.operations.acknowledge import acknowledge
from workstation.operations.arrive import arrive
from workstation.operations.book import book
from workstation.operations.finish_action import finish_action
from workstation.operations.plan_action import plan_action
from workstation.operations.ports import Desk
from workstation.operations.record_observation import record_observation
from workstation.operations.register_patient import (
    AlreadyRegistered,
    register_patient,
    register_unidentified,
)
from workstation.operations.save_attention import save_attention
from workstation.operations.save_diagnosis import save_diagnosis
from workstation.operations.writing import Incomplete


async def test_a_number_without_a_unit_or_from_tomorrow_is_no_value(ward: Ward, maja: Desk) -> None:
    pulse = Concept(text="Puls")
    for wrong in (
        Observation(concept=pulse),
        Observation(concept=pulse, quantity=Quantity(value="72")),
        Observation(
            concept=pulse,
            quantity=Quantity(value="72", unit="/min"),
            effective="2026-03-04T08:00:00Z",
        ),
    ):
        with pytest.raises(Incomplete):
            await record_observation(wrong, patient=GRACE, records=ward.cache, desk=maja)

    right = Observation(concept=pulse, quantity=Quantity(value="72", unit="/min"))
    await record_observation(right, patient=GRACE, records=ward.cache, desk=maja)
    assert len(await ward.cache.listed(GRACE, "observation")) == 1


async def test_an_acknowledged_result_no_longer_waits(ward: Ward, anna: Desk) -> None:
    result = an_observation(answers_to_unit=WARD, interpretation="HH")
    await ward.put(result)
    before = await ward.cache.work(unit=WARD, person=anna.author.hsa_id, limit=9)

    await acknowledge(
        patient=GRACE, entity=result.entity, seen=[result.id], comment="Ringt patienten",
        records=ward.cache, desk=anna,
    )  # fmt: skip

    assert [line.reason for line in before] == ["critical"]
    assert await ward.cache.work(unit=WARD, person=anna.author.hsa_id, limit=9) == ()


async def test_not_asked_known_and_none_known_are_three_different_things(
    ward: Ward, anna: Desk
) -> None:
    async def said() -> HypersensitivityState:
        listed = await ward.cache.listed(GRACE, "attention")
        return hypersensitivity(one.state for one in listed)

    assert await said() is HypersensitivityState.NOT_ASKED
    none = Attention(category="C", concept=Concept(), none_known=True)
    first = await save_attention(none, patient=GRACE, records=ward.cache, desk=anna)
    assert await said() is HypersensitivityState.NONE_KNOWN

    with pytest.raises(Incomplete) as missing:
        vague = Attention(category="C", concept=Concept(text="penicillin"))
        await save_attention(vague, patient=GRACE, records=ward.cache, desk=anna)
    assert missing.value.fields == ("severity", "certainty")
    known = Attention(
        category="C", concept=Concept(text="penicillin"), severity="harmful", certainty="probable"
    )
    await save_attention(
        known, patient=GRACE, entity=first.entity, seen=[first.id], records=ward.cache, desk=anna
    )
    assert await said() is HypersensitivityState.KNOWN
    with pytest.raises(Problem, match="gäller"):
        await save_attention(none, patient=GRACE, records=ward.cache, desk=anna)


async def test_a_diagnosis_needs_words(ward: Ward, anna: Desk) -> None:
    with pytest.raises(Incomplete):
        await save_diagnosis(
            Diagnosis(concept=Concept()), patient=GRACE, records=ward.cache, desk=anna
        )


async def test_a_planned_action_is_done_once(ward: Ward, maja: Desk) -> None:
    action = PlannedAction(type="nursing", title="Vikt dagligen", due="2026-03-03")
    record = await plan_action(action, patient=GRACE, records=ward.cache, desk=maja)
    about: dict[str, Any] = {
        "patient": GRACE,
        "entity": record.entity,
        "records": ward.cache,
        "desk": maja,
    }

    await finish_action(outcome="done", seen=[record.id], **about)

    body = (await ward.entity(record)).state.current.body
    assert isinstance(body, PlannedAction)
    assert (body.status, body.done) == ("done", "2026-03-02")
    with pytest.raises(Problem):
        await finish_action(outcome="done", seen=await ward.seen(record), **about)


async def test_an_arrival_begins_a_contact_in_the_same_transaction(ward: Ward, anna: Desk) -> None:
    booking = await book(
        Booking(status="booked", start="2026-03-02T10:00:00Z", unit=CLINIC, reason="Kontroll"),
        patient=GRACE, records=ward.cache, desk=anna,
    )  # fmt: skip

    _arrived, contact = await arrive(
        fee="frikort", patient=GRACE, entity=booking.entity, seen=[booking.id],
        records=ward.cache, desk=anna,
    )  # fmt: skip

    assert isinstance(contact.body, Contact)
    assert contact.body.booking == booking.entity
    assert (await ward.entity(booking)).row.status == "arrived"


async def test_a_cancelled_booking_takes_no_arrival(ward: Ward, anna: Desk) -> None:
    booking = a_booking(status="cancelled")
    await ward.put(booking)

    with pytest.raises(Problem):
        await arrive(
            patient=GRACE, entity=booking.entity, seen=[booking.id], records=ward.cache, desk=anna
        )


async def test_a_new_patient_is_on_the_unit_s_list_and_cannot_be_registered_twice(
    ward: Ward, anna: Desk
) -> None:
    details = Patient(family="Ström", given=("Elin",))
    await register_patient(details, number="19900202-2383", records=ward.cache, desk=anna)

    listed = await ward.cache.patients_of(WARD, limit=9)
    assert [(line.family, line.birth_date, line.sex) for line in listed] == [
        ("Ström", "1990-02-02", "female")
    ]
    with pytest.raises(AlreadyRegistered) as known:
        await register_patient(details, number="900202-2383", records=ward.cache, desk=anna)
    assert known.value.line.patient == listed[0].patient


async def test_a_wrong_number_is_refused(ward: Ward, anna: Desk) -> None:
    with pytest.raises(IdentityProblem):
        await register_patient(
            Patient(family="Ström"), number="19900202-2386", records=ward.cache, desk=anna
        )


async def test_somebody_nobody_can_name_gets_a_reserve_number_of_their_own(
    ward: Ward, anna: Desk
) -> None:
    for _person in range(3):
        await register_unidentified(
            birth_year=1980, sex="male", description="Okänd man", records=ward.cache, desk=anna,
            random_below=lambda below: next_number() % below,
        )  # fmt: skip

    lines = await ward.cache.patients_of(WARD, limit=9)
    assert len({line.identity for line in lines}) == 3
    assert all(line.identity.startswith("19800101") for line in lines)
