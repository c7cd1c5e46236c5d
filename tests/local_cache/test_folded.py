"""What is read again and has not changed is not worked out again, and what has changed always is."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from local_cache.cache import Cache
from local_cache.folded import Folded
from tests.builders import (
    GRACE,
    a_change_of_dose,
    a_medication_order,
    a_note,
    a_patient,
    a_stop,
    a_void,
    sealed,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.kinds import entity_state, project
from workstation.domain.record import Record
from workstation.domain.watching import RULES, Escalation, WatchRules

_ORDERS = [a_medication_order() for _number in range(3)]
_RECORDS = [
    record
    for order in _ORDERS
    for record in (order, a_change_of_dose(order), a_stop(order), a_void(order))
]
_SIGNER = Ed25519Signer(b"\x07" * 32)
_RAWS = {record.id: sealed(record, signer=_SIGNER)[0].raw for record in _RECORDS}


def _raws(records: Sequence[Record]) -> list[bytes]:
    return [_RAWS[record.id] for record in records]


@given(asked=st.lists(st.lists(st.sampled_from(_RECORDS), max_size=4), max_size=12))
def test_whatever_was_asked_before_the_answer_is_that_of_these_records(
    asked: list[list[Record]],
) -> None:
    folded = Folded(most=3)
    for records in asked:
        found = folded.of(_raws(records), RULES)
        if not records:
            assert found is None
            continue
        state = entity_state(records)
        assert found == (state, project(state, RULES))


def test_the_same_bytes_give_the_same_objects_until_something_else_was_asked_too_often() -> None:
    folded = Folded(most=2)
    first, second, third = (_raws([order]) for order in _ORDERS)
    before = folded.of(first, RULES)
    folded.of(second, RULES)

    assert folded.of(first, RULES) is before
    folded.of(third, RULES)  # takes the place of the second, which was asked for longest ago
    assert folded.of(first, RULES) is before


def test_other_deadlines_make_other_rows() -> None:
    folded = Folded()
    raws = _raws([_ORDERS[0]])
    before = folded.of(raws, RULES)

    assert folded.of(raws, WatchRules(escalation=Escalation(deputy=1, head=2))) is not before


def test_bytes_that_are_no_record_are_no_entity() -> None:
    assert Folded().of([b"{}"], RULES) is None


async def test_after_a_save_only_what_it_is_about_is_another(
    cache: Cache, signer: Ed25519Signer
) -> None:
    notes = [a_note(text=f"Anteckning {n}") for n in range(3)]
    await cache.save(sealed(a_patient(), *notes, signer=signer))
    before = {one.state.id: one.state for one in await cache.listed(GRACE, "note")}

    await cache.save(sealed(a_void(notes[1]), signer=signer))
    after = {one.state.id: one.state for one in await cache.listed(GRACE, "note")}

    assert after[notes[1].entity].voided
    assert not before[notes[1].entity].voided
    for same in (notes[0].entity, notes[2].entity):
        assert after[same] is before[same]
