"""What holds for an entity depends on which records there are, and on nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders as made
from workstation.access.signing import Ed25519Signer
from workstation.domain.kinds import entity_state, open_raw, project
from workstation.domain.lineage import lineage
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.note import note_status
from workstation.domain.record import Record, seal
from workstation.domain.referral import referral_state

_SIGNER = Ed25519Signer(bytes(32))


@given(st.data())
def test_versions_come_after_their_bases_and_arrival_changes_nothing(data: st.DataObject) -> None:
    records: list[Record] = [made.a_note()]
    for _n in range(data.draw(st.integers(0, 12))):
        bases = data.draw(st.sets(st.sampled_from([r.id for r in records]), min_size=1, max_size=3))
        minutes = data.draw(st.integers(-600, 600))  # clocks differ between wards
        records.append(
            made.a_note(
                entity=records[0].entity, bases=tuple(bases), written_at=made.a_time(minutes)
            )
        )
    line = lineage(records)
    arrived = records + data.draw(st.lists(st.sampled_from(records), max_size=5))
    data.draw(st.randoms(use_true_random=False)).shuffle(arrived)
    assert lineage(arrived) == line
    place = {version.id: index for index, version in enumerate(line.versions)}
    assert all(place[base] < place[v.id] for v in line.versions for base in v.bases)
    built_on = {base for record in records for base in record.bases}
    assert {head.id for head in line.heads} == {r.id for r in records} - built_on


def test_a_forged_cycle_is_shown_rather_than_followed_for_ever() -> None:
    first = made.a_note()
    second = made.a_note(entity=first.entity, bases=(first.id,))
    looped = made.a_note(
        id=first.id, entity=first.entity, bases=(second.id,), written_at=first.written_at
    )
    assert len(lineage([looped, second]).versions) == 2


def test_a_base_that_is_not_here_is_named_and_the_rest_still_shown() -> None:
    unseen = made.a_record_id()
    line = lineage([made.a_note(bases=(unseen,))])
    assert line.missing == {unseen}
    assert len(line.heads) == 1


def test_a_saved_note_is_unsigned_until_that_very_version_is_signed() -> None:
    note = made.a_note()
    again = made.a_note(entity=note.entity, bases=(note.id,), text="Ingen blödning.")
    signature = made.a_signature(note, _SIGNER)
    assert note_status(entity_state([note])) == "unsigned"
    assert note_status(entity_state([note, signature])) == "signed"
    assert note_status(entity_state([note, signature, again])) == "unsigned"


def test_two_corrections_apart_stand_side_by_side_until_somebody_chooses() -> None:
    note = made.a_note()
    one = made.a_note(entity=note.entity, bases=(note.id,), text="Ingen blödning.")
    other = made.a_note(entity=note.entity, bases=(note.id,), text="Blödning kan inte uteslutas.")
    state = entity_state([other, note, one])
    assert state.undecided
    assert {version.id for version in state.contenders} == {one.id, other.id}
    decided = entity_state([note, one, other, made.a_resolution([one, other], other)])
    assert not decided.undecided
    assert decided.current.id == other.id


def test_a_voided_note_stays_readable_and_a_correction_elsewhere_makes_it_undecided() -> None:
    note = made.a_note()
    void = made.a_void(note)
    assert entity_state([note, void]).voided
    assert entity_state([note, void]).current.id == note.id
    correction = made.a_note(entity=note.entity, bases=(note.id,))
    assert entity_state([note, void, correction]).undecided


def test_stopped_here_and_changed_there_is_held_until_decided() -> None:
    order = made.a_medication_order()
    stop, change = made.a_stop(order), made.a_change_of_dose(order)
    state = order_state(entity_state([order, change, stop]))
    assert state.undecided
    assert state.current
    assert state.status is OrderStatus.HELD
    assert {side.step.id for side in state.sides} == {stop.id, change.id}


def test_of_two_doses_changed_apart_the_lower_is_given_until_decided() -> None:
    order = made.a_medication_order()
    two = made.a_change_of_dose(order)
    half = made.a_change_of_dose(order, dosage=made.a_dosage("0.5", "0", "0", "0"))
    state = order_state(entity_state([order, two, half]))
    assert state.undecided
    assert state.effective.step.id == half.id


def test_doses_that_cannot_be_compared_are_held() -> None:
    order = made.a_medication_order()
    other_drug = made.a_change_of_dose(order, drug=made.a_drug("felodipin", "C08CA02"))
    state = order_state(entity_state([order, made.a_change_of_dose(order), other_drug]))
    assert state.status is OrderStatus.HELD


def test_stopped_twice_apart_is_stopped() -> None:
    order = made.a_medication_order()
    state = order_state(entity_state([order, made.a_stop(order), made.a_stop(order)]))
    assert not state.undecided
    assert state.status is OrderStatus.STOPPED


def test_a_resolution_lets_the_chosen_side_hold_even_when_that_side_is_a_resolution() -> None:
    order = made.a_medication_order()
    stop, change = made.a_stop(order), made.a_change_of_dose(order)
    chosen = made.a_resolution([stop, change], change)
    late = made.a_stop(order)  # from a clinic that was offline meanwhile
    forked = order_state(entity_state([order, stop, change, chosen, late]))
    assert forked.status is OrderStatus.HELD
    final = made.a_resolution([chosen, late], chosen)
    decided = order_state(entity_state([order, stop, change, chosen, late, final]))
    assert not decided.undecided
    assert decided.effective.step.id == change.id


def test_a_new_order_with_both_sides_as_bases_decides_too() -> None:
    order = made.a_medication_order()
    stop, change = made.a_stop(order), made.a_change_of_dose(order)
    decision = made.a_change_of_dose(order, bases=(stop.id, change.id))
    state = order_state(entity_state([order, stop, change, decision]))
    assert not state.undecided
    assert state.effective.step.id == decision.id


_ACTIONS = st.sampled_from(["change", "pause", "resume", "stop", "renew"])


@given(
    st.lists(st.tuples(_ACTIONS, st.integers(0, 9), st.integers(1, 4)), max_size=10), st.randoms()
)
def test_an_undecided_order_is_never_less_safe_than_any_of_its_sides(
    steps: list[tuple[str, int, int]], chance: random.Random
) -> None:
    records = [made.a_medication_order()]
    for action, base, tablets in steps:
        whole = action in ("change", "renew")
        records.append(
            made.a_medication_order(
                action=action,
                entity=records[0].entity,
                bases=(records[base % len(records)].id,),
                drug=made.a_drug() if whole else None,
                dosage=made.a_dosage(str(tablets)) if whole else None,
            )
        )
    state = order_state(entity_state(records))
    shuffled = records[:]
    chance.shuffle(shuffled)
    again = order_state(entity_state(shuffled))
    assert again.effective.step.id == state.effective.step.id
    assert again.status is state.status
    if state.undecided:
        safest = list(OrderStatus)
        sides = min(safest.index(side.status) for side in state.sides)
        held_for_stopped = state.status is OrderStatus.HELD
        assert held_for_stopped or safest.index(state.status) <= sides
        amounts = [s.daily_amount for s in state.sides if s.status is OrderStatus.ACTIVE]
        if state.status is OrderStatus.ACTIVE:
            assert state.effective.daily_amount == min(a for a in amounts if a is not None)


def test_an_order_is_current_while_undecided_so_that_it_never_leaves_the_list_unseen() -> None:
    order = made.a_medication_order()
    row = project(entity_state([order, made.a_stop(order), made.a_change_of_dose(order)]))
    assert row.group == "current"
    assert [work.reason for work in row.work] == ["undecided"]


def test_a_referral_waits_for_its_sender_until_the_final_answer_is_acknowledged() -> None:
    asked = made.a_referral()
    received = made.a_referral_event(asked)
    answer = made.a_referral_answer(received)
    state = referral_state(entity_state([asked, received, answer]))
    assert state.status == "final"
    assert not state.closed
    done = referral_state(entity_state([asked, received, answer, made.an_acknowledgement(answer)]))
    assert done.closed


def test_a_sent_referral_has_an_owner_who_watches_and_a_unit_that_assesses() -> None:
    work = project(entity_state([made.a_referral()])).work
    assert [(w.reason, w.unit) for w in work] == [
        ("watch", made.WARD),
        ("assess", made.LABORATORY),
    ]
    assert all(w.due is not None for w in work)


def test_booked_here_and_cancelled_there_is_undecided_and_still_watched() -> None:
    asked = made.a_referral()
    booked = made.a_referral_event(asked, event="booked")
    cancelled = made.a_referral_event(asked, event="AVB", author=made.an_author())
    state = referral_state(entity_state([asked, booked, cancelled]))
    assert state.undecided
    assert not state.closed
    assert project(entity_state([asked, booked, cancelled])).work


def test_an_answer_that_meets_a_cancellation_is_never_closed_unread() -> None:
    asked = made.a_referral()
    cancelled = made.a_referral_event(asked, event="AVB")
    answer = made.a_referral_answer(asked, text="Hb 62")
    state = referral_state(entity_state([asked, cancelled, answer]))
    assert not state.closed


@pytest.mark.parametrize("kind", ["a_note", "a_medication_order", "a_referral", "a_diagnosis"])
def test_a_version_from_a_newer_program_is_shown_as_unreadable_not_left_out(kind: str) -> None:
    old = getattr(made, kind)()
    raw = seal(old, _SIGNER).raw.replace(b'"kind_version":1', b'"kind_version":2')
    row = project(entity_state([open_raw(raw)]))
    assert row.status == "unreadable"


def test_a_readable_order_followed_by_a_newer_programs_step_is_never_shown_as_settled() -> None:
    order = made.a_medication_order()
    step = seal(made.a_stop(order), _SIGNER).raw.replace(b'"kind_version":1', b'"kind_version":2')
    state = entity_state([order, open_raw(step)])
    assert state.unreadable
    assert project(state).status == "unreadable"
    assert order_state(state).status is OrderStatus.HELD
