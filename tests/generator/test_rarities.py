"""What is rare and must be in every region: links, forks, mistakes put right, plans and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.generator.worlds import AS_OF, TestKey, by_entity, everything, world
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import IdentityKind, kind_of_system
from workstation.domain.kinds import entity_state, project
from workstation.domain.marks import Resolution, Signature
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.patient import IdentityLink, Patient
from workstation.domain.plan import CarePlan
from workstation.domain.procedure import ImagingStudy, Procedure
from workstation.domain.record import Body, Record
from workstation.domain.referral import ReferralAnswer
from workstation.generator import generate
from workstation.generator.world import LINKED_PLACES


def _states() -> Iterator[EntityState]:
    for records in everything():
        for versions in by_entity(records).values():
            yield entity_state(versions)


def _bodies(kind: type[Body]) -> list[Record]:
    return [r for records in everything() for r in records if isinstance(r.body, kind)]


def test_somebody_is_first_met_under_a_reserve_number_and_later_under_a_personnummer() -> None:
    first, second = (everything()[place] for place in LINKED_PLACES)
    before, after = (
        next(r.body for r in records if isinstance(r.body, Patient)) for records in (first, second)
    )

    kinds = [kind_of_system(body.identifiers[0].system) for body in (before, after)]
    assert kinds == [IdentityKind.VGR_LRID, IdentityKind.PERSONNUMMER]
    assert (before.family, before.given, before.birth_date, before.sex) == (
        after.family,
        after.given,
        after.birth_date,
        after.sex,
    )
    assert first[0].patient != second[0].patient


def test_both_streams_of_one_person_say_which_the_other_is() -> None:
    patients = [everything()[place][0].patient for place in LINKED_PLACES]
    links = [
        (record.patient, record.body.other, record.body.action)
        for record in _bodies(IdentityLink)
        if isinstance(record.body, IdentityLink)
    ]

    assert sorted(links) == sorted(
        [(patients[0], patients[1], "link"), (patients[1], patients[0], "link")]
    )


@pytest.mark.parametrize("patients", [LINKED_PLACES[0] + 1, LINKED_PLACES[1] + 1])
def test_a_region_that_ends_between_the_two_begins_as_every_other(patients: int) -> None:
    made = generate(patients=patients, seed=7, as_of=AS_OF, signer=TestKey())

    assert list(made.patients)[-1] == world()[1][patients - 1]


def test_two_units_changed_the_same_order_apart_and_nobody_has_decided() -> None:
    forks = [state for state in _states() if project(state).undecided]

    assert forks
    for state in forks:
        order = order_state(state)
        assert order.undecided
        assert len(order.sides) == 2
        assert len({side.step.author.unit for side in order.sides}) == 2
        assert len({side.step.device for side in order.sides}) == 2
        assert order.sides[0].step.bases == order.sides[1].step.bases
        newest = max(side.step.written_at.as_datetime() for side in order.sides)
        assert newest > AS_OF - timedelta(days=3)


def test_of_an_undecided_order_the_smaller_dose_or_the_pause_holds() -> None:
    for state in _states():
        if project(state).undecided:
            order = order_state(state)
            amounts = [side.daily_amount for side in order.sides]
            paused = [side for side in order.sides if side.status is OrderStatus.PAUSED]
            if paused:
                assert order.status is OrderStatus.PAUSED
            else:
                assert order.effective.daily_amount == min(a for a in amounts if a is not None)


def test_other_forks_were_decided_by_a_clinician_who_says_why() -> None:
    decisions = _bodies(Resolution)

    assert decisions
    for record in decisions:
        assert isinstance(record.body, Resolution)
        assert len(record.bases) == 2
        assert record.body.chosen in record.bases
        assert record.body.reason


def test_of_every_sort_of_record_some_were_voided_with_a_reason() -> None:
    voided = {state.family for state in _states() if state.voided}

    assert {"note", "medication_order", "diagnosis", "observation"} <= voided


def test_some_notes_of_doctors_in_training_are_countersigned_by_another() -> None:
    signed = [
        (record, record.body) for record in _bodies(Signature) if isinstance(record.body, Signature)
    ]
    by_target = {
        body.target_hash: record.author.hsa_id for record, body in signed if body.role == "sign"
    }
    countersigned = [(record, body) for record, body in signed if body.role == "countersign"]

    assert countersigned
    for record, body in countersigned:
        assert by_target[body.target_hash] != record.author.hsa_id


def test_procedures_say_what_was_done_in_which_contact_and_when_it_was_over() -> None:
    done = _bodies(Procedure)

    assert any(r.body.concept.codings for r in done if isinstance(r.body, Procedure))
    for record in done:
        body = record.body
        assert isinstance(body, Procedure)
        assert body.concept.text
        assert body.status == "completed"
        assert str(body.start) < str(body.end)
        assert body.contact is not None


def test_a_picture_is_of_an_examination_that_was_asked_for_and_answered_after_it() -> None:
    taken = [r for r in _bodies(ImagingStudy) if isinstance(r.body, ImagingStudy)]

    assert taken
    for record in taken:
        assert isinstance(record.body, ImagingStudy)
        assert record.body.procedures[0].text
        (series,) = record.body.series
        assert series.uid.startswith("2.25.")
        assert len(series.uid) <= 64
        assert series.instances > 0
    assert _bodies(ReferralAnswer)


def test_care_at_home_and_in_nursing_homes_follows_a_plan_with_goals() -> None:
    plans = [r.body for r in _bodies(CarePlan) if isinstance(r.body, CarePlan)]

    assert {"Vårdplan, hemsjukvård", "Vårdplan, särskilt boende"} <= {p.title for p in plans}
    for plan in plans:
        assert plan.activities
        assert plan.goals


@pytest.mark.parametrize("seed", [21, 27, 29])
def test_what_is_rare_is_in_every_region_whatever_its_seed(seed: int) -> None:
    made = tuple(generate(patients=36, seed=seed, as_of=AS_OF, signer=TestKey()).patients)

    kinds = {record.kind for batch in made for record in batch.opened}
    assert {"identity_link", "resolution", "void", "procedure", "care_plan"} <= kinds
    assert {"block", "consent"} <= kinds
    entities = (by_entity(batch.opened).values() for batch in made)
    assert any(project(entity_state(v)).undecided for versions in entities for v in versions)
