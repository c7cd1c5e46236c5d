"""What the links of one stream say together, whatever order they were written and read in."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.builders import ADA, GRACE, PERSONNUMMER, a_record, a_void, an_id
from workstation.domain.identity_links import Linked, linked_as, links_in_force
from workstation.domain.ids import PatientId
from workstation.domain.kinds import entity_state, project
from workstation.domain.patient import IdentityLink
from workstation.domain.record import Record

RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"
COORDINATION = "http://electronichealth.se/identifier/samordningsnummer"


def _link(other: PatientId = ADA, **fields: Any) -> Record:
    return a_record("identity_link", IdentityLink(other=other, **fields), patient=GRACE)


def _others(*entities: list[Record]) -> set[tuple[PatientId, ...]]:
    states = [entity_state(records) for records in entities]
    return {tuple(link.other for link in links_in_force(order)) for order in permutations(states)}


def test_a_link_holds_until_it_is_voided_and_again_when_it_is_made_anew() -> None:
    first, second = _link(), _link()

    assert _others([first]) == {(ADA,)}
    assert _others([first, a_void(first)]) == {()}
    assert _others([first, a_void(first)], [second]) == {(ADA,)}
    assert project(entity_state([first, a_void(first)])).status == "voided"


def test_two_who_linked_the_same_pair_apart_made_one_link() -> None:
    first, second = _link(), _link()

    (link,) = links_in_force([entity_state([first]), entity_state([second])])

    assert {state.id for state in link.states} == {first.entity, second.entity}


def test_an_unlinking_record_ends_what_was_linked_before_it_only() -> None:
    first, end, again = _link(), _link(action="unlink"), _link()

    assert _others([first], [end]) == {()}
    assert _others([first], [end], [again]) == {(ADA,)}


def test_a_void_that_somebody_else_did_not_know_of_hides_nothing_until_it_is_decided() -> None:
    first = _link()
    change = a_record(
        "identity_link",
        IdentityLink(other=ADA, reason="Körkort"),
        patient=GRACE,
        entity=first.entity,
        bases=(first.id,),
    )

    assert _others([first, change, a_void(first)]) == {(ADA,)}


def test_a_record_that_is_linked_to_itself_or_to_others_is_told_apart() -> None:
    other = PatientId(an_id("else"))

    assert _others([_link(GRACE)]) == {()}
    assert {frozenset(each) for each in _others([_link()], [_link(other)])} == {
        frozenset({ADA, other})
    }


@pytest.mark.parametrize(
    ("own", "other", "is_it"),
    [
        (RESERVE, PERSONNUMMER, Linked.RIGHT),
        (RESERVE, "", Linked.RIGHT),
        (PERSONNUMMER, RESERVE, Linked.RESERVE),
        (PERSONNUMMER, "", Linked.RESERVE),
        (COORDINATION, PERSONNUMMER, Linked.RIGHT),
        (PERSONNUMMER, COORDINATION, Linked.BESIDE),
        (PERSONNUMMER, PERSONNUMMER, Linked.BESIDE),
        (RESERVE, RESERVE, Linked.BESIDE),
        ("", "", Linked.BESIDE),
    ],
)
def test_the_right_number_is_told_from_the_one_that_stood_in_for_it(
    own: str, other: str, is_it: Linked
) -> None:
    assert linked_as(own, other) is is_it
