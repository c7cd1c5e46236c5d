"""The table, every status by every step by every side; and every pair of steps taken apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from tests import builders as made
from tests.domain.referral.ways import (
    FROM_THE_START,
    RECEIVER,
    SENDER,
    STRANGER,
    after,
    legal,
    sent,
    steps_and_sides,
    ways,
    written,
)
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state, project
from workstation.domain.record import Record
from workstation.domain.referral import (
    TRANSITIONS,
    Meeting,
    Side,
    Standing,
    Status,
    Step,
    lacking,
    meeting,
    permits,
    steps_for,
)
from workstation.domain.referral.course import sides_of_unit
from workstation.domain.referral.table import NEEDS, RANK, UNDER_WAY

MATRIX = Path(__file__).with_name("matrix.txt")


def test_the_table_says_what_a_clinician_has_read_and_agreed_to() -> None:
    """A change of the table is a change of this file, which is read in review."""
    lines = []
    for status in Status:
        for step in Step:
            said = {
                type_: tuple(
                    side.value
                    for side in Side
                    if permits(step, after=status, type_=type_, sides={side})
                )
                for type_ in FROM_THE_START
            }
            for who in dict.fromkeys(said.values()):
                if who:
                    types = [type_ for type_, sides in said.items() if sides == who]
                    kinds = "" if len(types) == len(FROM_THE_START) else f" ({', '.join(types)})"
                    lines.append(f"{status.value}: {step.value} by {', '.join(who)}{kinds}")
    for one in Step:
        for other in Step:
            if RANK[one] <= RANK[other] and meeting(one, other) is not Meeting.RIVALS:
                lines.append(f"apart: {one.value} + {other.value}: {meeting(one, other).value}")
    assert "\n".join(lines) + "\n" == MATRIX.read_text(encoding="utf-8")


def test_every_status_can_be_reached() -> None:
    assert set(ways("imaging")) == set(Status)
    exams_only = {Status.PLANNED, Status.STARTED, Status.INTERRUPTED}
    assert set(ways("consultation")) == set(Status) - exams_only


@pytest.mark.parametrize("type_", FROM_THE_START)
def test_every_status_by_every_step_by_every_side_is_taken_or_without_effect(type_: str) -> None:
    for status, way in ways(type_).items():
        before = after(way)
        for step, side in steps_and_sides():
            if step is Step.RESOLUTION:
                continue
            record = written(step, side, way)
            now = after([*way, record])
            unit = record.author.unit
            sides = (
                {side} if side in (Side.LAB, Side.PATIENT) else sides_of_unit(unit, before.point)
            )
            if side is Side.PATIENT and type_ != "own":
                sides = set()
            legal = permits(step, after=status, type_=type_, sides=sides) is not None
            assert (now.standing_of(record.id) is Standing.COUNTS) is legal, (status, step, side)
            if not legal:
                assert (now.status, now.receiver, now.owner, now.request_record) == (
                    before.status,
                    before.receiver,
                    before.owner,
                    before.request_record,
                )


@pytest.mark.parametrize("type_", FROM_THE_START)
def test_who_is_neither_sender_nor_receiver_may_do_nothing(type_: str) -> None:
    for way in ways(type_).values():
        assert steps_for(after(way), STRANGER) == ()
        for step in Step:
            if step is Step.RESOLUTION:
                continue
            record = written(step, Side.RECEIVER, way)
            strange = made.a_record(
                record.kind,
                record.body,
                patient=record.patient,
                entity=record.entity,
                bases=record.bases,
                author=made.an_author(unit=STRANGER),
            )
            assert after([*way, strange]).standing_of(strange.id) is Standing.ILLEGAL


@pytest.mark.parametrize("type_", FROM_THE_START)
def test_nothing_that_was_sent_is_ever_at_nobodys(type_: str) -> None:
    for way in ways(type_).values():
        for step, side in steps_and_sides():
            if step is Step.RESOLUTION:
                continue
            body = written(step, side, way).body
            if hasattr(body, "to_unit"):
                body = msgspec.structs.replace(body, to_unit=HsaId(""))
            record = replace(written(step, side, way), body=body)
            now = after([*way, record])
            assert now.receiver
            assert now.owner_unit
            if step in (Step.VID, Step.AMENDED):
                assert lacking(step, body) == "to_unit"
                assert now.standing_of(record.id) is Standing.ILLEGAL, step
                assert now.receiver == after(way).receiver
    nobody = msgspec.structs.replace(sent(type_).body, to_unit=HsaId(""))
    begun = replace(sent(type_), body=nobody)
    assert lacking(Step.AMENDED, nobody) == "to_unit"
    stood = after([begun])
    assert stood.receiver == begun.author.unit
    assert [work.unit for work in project(entity_state([begun])).work] == [begun.author.unit] * 2


@pytest.mark.parametrize("step", Step)
def test_a_step_says_what_it_must_or_is_none(step: Step) -> None:
    if step in (Step.RESOLUTION, Step.VOID):
        return
    for side in (Side.REQUESTER, Side.RECEIVER):
        whole = written(step, side, [sent()]).body
        if step is Step.ASSIGNED:
            whole = msgspec.structs.replace(whole, person=HsaId("SE2321000016-P001"))
        assert lacking(step, whole) == ""
        for field in ("to_unit", "booked_for", "person", "reason"):
            if hasattr(whole, field):
                empty = msgspec.structs.replace(
                    whole, **{field: None if field == "booked_for" else ""}
                )
                asks = field == NEEDS.get(step) or (
                    field == "reason" and any(r.reason for r in TRANSITIONS if r.step is step)
                )
                assert bool(lacking(step, empty)) is asks, (step, field)


def _pairs(type_: str) -> list[tuple[Status, list[Record], Record, Record]]:
    found = []
    for status, way in ways(type_).items():
        taken = [
            written(step, side, way) for step, side in steps_and_sides() if legal(step, side, way)
        ]
        heads = entity_state(way).line.heads
        for one, other in permutations(taken, 2):
            if one.id.bytes < other.id.bytes:
                assert set(one.bases) == {h.id for h in heads}
                found.append((status, way, one, other))
    return found


@pytest.mark.parametrize("type_", ["consultation", "laboratory", "own"])
def test_every_pair_of_steps_taken_apart_ends_as_the_table_says(type_: str) -> None:
    for _status, way, one, other in _pairs(type_):
        state = after([*way, one, other])
        turned = after([other, one, *reversed(way)])
        assert (state.status, state.owner, state.undecided) == (
            turned.status,
            turned.owner,
            turned.undecided,
        )
        standings = {state.standing_of(one.id), state.standing_of(other.id)}
        assert Standing.ILLEGAL not in standings
        assert Standing.UNPLACED not in standings
        assert (standings == {Standing.RIVAL}) is state.undecided
        work = project(entity_state([*way, one, other])).work
        if state.undecided:
            assert not state.closed
            assert Status(state.status) == Status(after(way).status)  # nothing is taken as done
        if not state.closed and not state.undecided and state.point.type != "own":
            watching = {(w.unit, w.person) for w in work if w.reason in _OWNERS}
            assert len(watching) == 1, state.status


_OWNERS = ("watch", "acknowledge", "complete")


@pytest.mark.parametrize("type_", ["consultation", "imaging"])
def test_no_two_steps_taken_apart_make_two_units_accept(type_: str) -> None:
    for status, way, one, other in _pairs(type_):
        state = after([*way, one, other])
        accepting = {
            record.author.unit
            for record in (one, other)
            if Status(after([*way, record]).status) in UNDER_WAY
            and status not in UNDER_WAY
            and state.standing_of(record.id) is Standing.COUNTS
        }
        assert len(accepting) <= 1


def test_a_decision_between_rivals_lets_one_hold_and_keeps_the_other_as_late() -> None:
    for _status, way, one, other in _pairs("consultation"):
        if not after([*way, one, other]).undecided:
            continue
        for chosen, dropped in ((one, other), (other, one)):
            decision = made.a_resolution([one, other], chosen, author=made.an_author(unit=SENDER))
            state = after([*way, one, other, decision])
            assert not state.undecided
            assert state.standing_of(chosen.id) is Standing.COUNTS
            assert state.standing_of(dropped.id) is Standing.LATE
            assert state.status == after([*way, chosen]).status


def test_a_rejection_stays_with_its_sender_until_it_has_been_seen() -> None:
    way = ways("consultation")[Status.REJECTED]
    rejected = way[-1]
    assert not after(way).closed
    assert [w.reason for w in project(entity_state(way)).work] == ["acknowledge"]
    seen = made.an_acknowledgement(rejected, author=made.an_author(unit=SENDER))
    assert after([*way, seen]).closed


def test_a_correction_of_the_final_answer_must_be_acknowledged_again() -> None:
    way = ways("laboratory")[Status.FINAL]
    seen = made.an_acknowledgement(way[-1], author=made.an_author(unit=SENDER))
    assert after([*way, seen]).closed
    corrected = written(Step.SSV, Side.LAB, way)
    state = after([*way, seen, corrected])
    assert state.unseen == (corrected,)
    assert state.answers[-2:] == (way[-1], corrected)  # both stay readable
    assert not state.closed


def test_an_early_answer_that_comes_after_the_final_one_does_not_take_its_place() -> None:
    way = ways("laboratory")[Status.FINAL]
    late = written(Step.PSV, Side.LAB, way)
    state = after([*way, late])
    assert state.status == "final"
    assert late in state.unseen


def test_what_waits_for_a_step_that_is_not_here_has_no_effect_until_it_is() -> None:
    way = ways("consultation")[Status.SENT]
    received = written(Step.BEK, Side.RECEIVER, way)
    accepted = written(Step.ACCEPTED, Side.RECEIVER, [*way, received])
    early = after([*way, accepted])
    assert early.standing_of(accepted.id) is Standing.UNPLACED
    assert early.status == "sent"
    assert after([accepted, received, *way]).status == "accepted"


def test_forwarded_the_next_unit_receives_and_the_former_may_no_more() -> None:
    way = ways("consultation")[Status.FORWARDED]
    state = after(way)
    assert state.receiver != RECEIVER
    assert steps_for(state, RECEIVER) == ()
    assert Step.ACCEPTED in steps_for(state, state.receiver)
