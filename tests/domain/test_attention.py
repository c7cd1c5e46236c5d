"""No known hypersensitivity beside a known one: the safer rules, and the statement says that it does not hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_time, a_void, an_attention
from workstation.domain.attention import (
    Attention,
    HypersensitivityState,
    hypersensitivity,
    overruled,
)
from workstation.domain.entity import EntityState
from workstation.domain.kinds import entity_state
from workstation.domain.values import Concept


def a_statement(minutes: float, **more: object) -> EntityState:
    none = {"none_known": True, "concept": Concept(), "severity": "", "certainty": ""}
    return entity_state([an_attention(written_at=a_time(minutes), **{**none, **more})])


def a_known(minutes: float, agent: str = "penicillin", **more: object) -> EntityState:
    concept = Concept(text=agent)
    return entity_state([an_attention(written_at=a_time(minutes), concept=concept, **more)])


_any = st.builds(
    lambda none, minutes, status, category: (
        a_statement(minutes, status=status)
        if none
        else a_known(minutes, status=status, category=category)
    ),
    st.booleans(),
    st.integers(-5000, 5000),
    st.sampled_from(["active", "inactive", "refuted"]),
    st.sampled_from(["A", "B", "C", "D", "E"]),
)


def _holds(state: EntityState) -> bool:
    body = state.current.body
    assert isinstance(body, Attention)
    return body.category == "C" and body.status == "active"


@given(st.lists(_any, max_size=8), st.randoms(use_true_random=False))
def test_no_statement_of_none_holds_beside_a_known_one_in_whatever_order_they_came(
    states: list[EntityState], order: object
) -> None:
    said = overruled(states)
    none = {s.id for s in states if _holds(s) and s.current.body.none_known}  # type: ignore[attr-defined]
    known = [s for s in states if _holds(s) and not s.current.body.none_known]  # type: ignore[attr-defined]
    assert set(said) == (none if known else set())
    is_known = hypersensitivity(states) is HypersensitivityState.KNOWN
    assert is_known is bool(known)
    assert {one.agent for one in said.values()} <= {"penicillin"}
    shuffled = list(states)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert overruled(shuffled) == said


def test_named_is_what_was_recorded_first_after_the_statement() -> None:
    statement = a_statement(100)
    states = [a_known(300, "sulfa"), a_known(10, "jod"), statement, a_known(200, "latex")]
    told = overruled(states)[statement.id]
    assert (told.agent, told.since) == ("latex", a_time(200).millis)


def test_a_statement_written_after_a_known_one_does_not_take_it_away() -> None:
    statement = a_statement(500)
    told = overruled([a_known(10, "jod"), a_known(20, "latex"), statement])[statement.id]
    assert told.agent == "latex"


def test_once_the_known_one_is_voided_the_statement_holds_again() -> None:
    known = an_attention(written_at=a_time(20))
    voided = entity_state([known, a_void(known, written_at=a_time(30))])
    assert overruled([a_statement(10), voided]) == {}
