"""The short way to the state of a lone record ends where the long way does."""

from __future__ import annotations

import pytest

from tests.builders import a_note, a_referral_answer, a_void, an_id, an_observation
from workstation.domain import entity
from workstation.domain.ids import RecordId
from workstation.domain.kinds import BY_NAME, entity_state
from workstation.domain.record import Record

NOTE = a_note()


@pytest.mark.parametrize(
    "record",
    [
        NOTE,
        a_note(bases=(RecordId(an_id("not here")),)),
        an_observation(),
        a_referral_answer(a_note()),
        a_void(NOTE),
    ],
    ids=lambda record: str(record.kind),
)
def test_a_lone_record_has_the_same_state_either_way(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = entity_state([record])
    monkeypatch.setattr(entity, "_MARKS", (object,))  # nothing may take the short way
    assert entity.entity_state([record], BY_NAME) == short
