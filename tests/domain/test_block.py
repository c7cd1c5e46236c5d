"""A block closes what it says to those it says, and a lift opens it for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CLINIC, HOSPITAL, MORNING, WARD, a_void
from tests.privacy import OTHERS, OTHERS_UNIT, a_block, a_lift, an_inner_block, following
from workstation.domain.block import (
    NEVER_BLOCKED,
    Block,
    BlockLift,
    BlockUnclear,
    EntryFacts,
    GuardianMayNotBlock,
    Reader,
    asked_by,
    blocks_in_force,
    check_block,
    check_lift,
    same_block,
    withheld,
    withheld_from,
)
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state, project
from workstation.domain.record import Record
from workstation.domain.values import end_of, millis_of

SAME_UNIT = Reader(unit=WARD, provider=HOSPITAL)
SAME_PROVIDER = Reader(unit=CLINIC, provider=HOSPITAL)
OTHER_PROVIDER = Reader(unit=OTHERS_UNIT, provider=OTHERS, person=HsaId("SE2321000016-P9"))
NOON = millis_of("2026-03-02T12:00:00.000Z")


def entry(family: str = "note", *times: int, unit: HsaId = WARD) -> EntryFacts:
    return EntryFacts(family=family, unit=unit, provider=HOSPITAL, times=times or (MORNING,))


def states(*records: Record) -> list[EntityState]:
    by_entity: dict[object, list[Record]] = {}
    for record in records:
        by_entity.setdefault(record.entity, []).append(record)
    return [entity_state(some) for some in by_entity.values()]


def closed(*records: Record, reader: Reader, what: EntryFacts | None = None, at: int = 0) -> bool:
    at = at or MORNING
    return withheld(what or entry(), blocks_in_force(states(*records), at), reader, at)


def test_an_outer_block_closes_to_other_providers_and_to_nobody_inside() -> None:
    block = a_block()
    assert closed(block, reader=OTHER_PROVIDER)
    assert not closed(block, reader=SAME_PROVIDER)
    assert not closed(block, reader=SAME_UNIT)


def test_an_inner_block_closes_to_everybody_outside_the_unit() -> None:
    block = an_inner_block()
    assert closed(block, reader=SAME_PROVIDER)
    assert closed(block, reader=OTHER_PROVIDER)
    assert not closed(block, reader=SAME_UNIT)
    assert not closed(block, reader=SAME_PROVIDER, what=entry(unit=CLINIC))


@pytest.mark.parametrize("family", sorted(NEVER_BLOCKED))
def test_who_the_patient_is_and_what_may_be_read_is_never_blocked(family: str) -> None:
    assert not closed(a_block(), reader=OTHER_PROVIDER, what=entry(family))


def test_excluded_types_stay_open() -> None:
    block = a_block(excluded=("medication_order",))
    assert not closed(block, reader=OTHER_PROVIDER, what=entry("medication_order"))
    assert closed(block, reader=OTHER_PROVIDER, what=entry("note"))


def test_a_period_takes_in_its_last_day_and_what_was_written_or_happened_in_it() -> None:
    block = a_block(information_start="2026-03-01", information_end="2026-03-02")
    late = millis_of("2026-03-02T22:30:00.000Z")
    after = millis_of("2026-03-02T23:00:00.000Z")  # midnight in Sweden
    before = millis_of("2026-02-27")
    assert closed(block, reader=OTHER_PROVIDER, what=entry("note", late))
    assert not closed(block, reader=OTHER_PROVIDER, what=entry("note", after))
    assert not closed(block, reader=OTHER_PROVIDER, what=entry("note", before))
    assert closed(block, reader=OTHER_PROVIDER, what=entry("note", after, late))


def test_a_lift_opens_for_its_unit_or_person_until_its_time_and_for_nobody_else() -> None:
    block = a_block()
    lift = a_lift(block)
    assert not closed(block, lift, reader=OTHER_PROVIDER, at=NOON - 1)
    assert closed(block, lift, reader=OTHER_PROVIDER, at=NOON)
    elsewhere = Reader(unit=HsaId("SE2321000016-Z8Z8"), provider=OTHERS)
    assert closed(block, lift, reader=elsewhere)
    for_one = a_lift(block, unit=HsaId(""), person=OTHER_PROVIDER.person)
    assert not closed(block, for_one, reader=OTHER_PROVIDER)
    assert closed(block, for_one, reader=Reader(unit=OTHERS_UNIT, provider=OTHERS))


def test_a_lift_taken_back_or_voided_opens_nothing() -> None:
    block = a_block()
    lift = a_lift(block)
    ended = a_lift(block, **following(lift), status="ended")
    assert closed(block, lift, ended, reader=OTHER_PROVIDER)
    assert closed(block, lift, a_void(lift), reader=OTHER_PROVIDER)


def test_a_block_revoked_or_voided_closes_nothing() -> None:
    block = a_block()
    revoked = a_block(**following(block), status="revoked")
    assert not closed(block, revoked, reader=OTHER_PROVIDER)
    assert not closed(block, a_void(block), reader=OTHER_PROVIDER)


def test_while_two_disagree_on_a_block_it_holds() -> None:
    block = a_block()
    revoked = a_block(**following(block), status="revoked")
    wider = a_block(**following(block), excluded=())
    assert closed(block, revoked, wider, reader=OTHER_PROVIDER)
    assert closed(block, a_void(block), wider, reader=OTHER_PROVIDER)


def test_while_two_disagree_on_a_lift_the_shorter_holds() -> None:
    block = a_block()
    lift = a_lift(block)
    shorter = a_lift(block, **following(lift), until="2026-03-02T10:00:00.000Z")
    longer = a_lift(block, **following(lift), until="2026-03-03T10:00:00.000Z")
    at = millis_of("2026-03-02T11:00:00.000Z")
    assert closed(block, lift, shorter, longer, reader=OTHER_PROVIDER, at=at)
    assert closed(block, lift, a_void(lift), longer, reader=OTHER_PROVIDER)


def test_registering_the_same_block_twice_is_one_block() -> None:
    first, again = a_block(information_end="2026-03-02"), a_block(information_end="2026-03-02")
    (block,) = blocks_in_force(states(first, again), MORNING)
    assert set(block.blocks) == {first.entity, again.entity}
    assert isinstance(again.body, Block)
    assert same_block(states(first), again.body) == first.entity
    assert same_block(states(a_block()), again.body) is None
    revoked = a_block(**following(first), status="revoked", information_end="2026-03-02")
    assert same_block(states(first, revoked), again.body) is None


def test_of_two_blocks_one_lifted_the_other_still_closes() -> None:
    wide, narrow = a_block(), an_inner_block()
    assert closed(wide, narrow, a_lift(wide), reader=OTHER_PROVIDER)


@given(st.integers(-2, 2), st.integers(0, 3))
def test_withheld_is_what_withheld_from_says_at_every_time(offset: int, kinds: int) -> None:
    records = [a_block()] if kinds & 1 else []
    records += [an_inner_block()] if kinds & 2 else []
    records += [a_lift(record) for record in records]
    blocks = blocks_in_force(states(*records), MORNING)
    since = withheld_from(entry(), blocks, OTHER_PROVIDER)
    at = NOON + offset
    assert withheld(entry(), blocks, OTHER_PROVIDER, at) is (since is not None and since <= at)
    assert since in ((NOON,) if records else (None,))


def test_a_guardian_may_not_block() -> None:
    assert asked_by("patient") == "patient"
    with pytest.raises(GuardianMayNotBlock):
        asked_by("guardian")


@pytest.mark.parametrize(
    "block",
    [
        Block(type="inner", provider=HOSPITAL),
        Block(type="outer", provider=HsaId("")),
        Block(
            type="outer",
            provider=HOSPITAL,
            information_start="2026-03-02",
            information_end="2026-03-01",
        ),
    ],
)
def test_a_block_must_say_what_it_covers(block: Block) -> None:
    with pytest.raises(BlockUnclear):
        check_block(block)


def test_a_lift_is_for_somebody_for_a_reason_and_for_a_time_to_come() -> None:
    lift = a_lift(a_block()).body
    assert isinstance(lift, BlockLift)
    check_lift(lift, now=MORNING)
    for wrong in (
        {"unit": HsaId("")},
        {"person": HsaId("SE2321000016-P1")},
        {"reason": " "},
        {"until": "2026-03-02"},
    ):
        fields = {"block": lift.block, "until": lift.until, "unit": lift.unit, "reason": "ja"}
        with pytest.raises(BlockUnclear):
            check_lift(BlockLift(**(fields | wrong)), now=MORNING)  # type: ignore[arg-type]


def test_lists_say_that_there_is_a_block_and_not_of_what() -> None:
    row = project(entity_state([an_inner_block(unit_name="Psykiatrin")]))
    assert (row.title, row.text, row.status, row.group) == ("", "", "active", "current")


@pytest.mark.parametrize(
    ("when", "last"),
    [("2026", "2027-01-01"), ("2026-12", "2027-01-01"), ("2026-02-28", "2026-03-01")],
)
def test_a_date_ends_where_the_next_begins(when: str, last: str) -> None:
    assert end_of(when) == millis_of(last)


def test_the_last_day_of_the_calendar_has_an_end() -> None:
    assert end_of("9999") == end_of("9999-12-31") > millis_of("9999-12-31")
