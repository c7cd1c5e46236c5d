"""Somebody always sees what waits: through chains of stand-ins, and where nobody heads the unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CLINIC, HOSPITAL, WARD
from workstation.domain.directory import Cover, Directory, StandIn, Unit, cover_of
from workstation.domain.ids import HsaId

OWNER, DEPUTY, SECOND, HEAD, OTHER = (HsaId(f"SE2321000016-P00{n}") for n in range(1, 6))


def away(person: HsaId, deputy: HsaId, **fields: object) -> StandIn:
    return StandIn(person=person, unit=WARD, deputy=deputy, absent=True, **fields)  # type: ignore[arg-type]


def seen_by(person: HsaId, *stand_ins: StandIn, head: HsaId = HEAD) -> Cover:
    unit = Unit(hsa_id=WARD, name="Avd", provider=HOSPITAL, type="ward", head=head)
    known = Directory(units=(unit,), stand_ins=stand_ins)
    return cover_of(known, person=person, unit=WARD, now=100)


def test_who_stands_in_for_an_absent_deputy_sees_what_that_one_would_have_seen() -> None:
    chain = (away(OWNER, DEPUTY), away(DEPUTY, SECOND))
    assert seen_by(SECOND, *chain).absent == {OWNER, DEPUTY}
    assert seen_by(DEPUTY, *chain).absent == {OWNER}
    late = StandIn(person=OWNER, unit=WARD, deputy=DEPUTY)
    assert seen_by(SECOND, late, away(DEPUTY, SECOND)).deputised == {OWNER, DEPUTY}
    over = away(DEPUTY, SECOND, until=100)
    assert seen_by(SECOND, away(OWNER, DEPUTY), over) == Cover()


def test_who_stands_in_for_an_absent_head_sees_what_has_come_that_far() -> None:
    assert seen_by(DEPUTY, away(HEAD, DEPUTY)).heads
    assert seen_by(SECOND, away(HEAD, DEPUTY), away(DEPUTY, SECOND)).heads
    assert not seen_by(SECOND, StandIn(person=HEAD, unit=WARD, deputy=SECOND)).heads


def test_in_a_unit_without_a_head_everybody_sees_it_and_elsewhere_nobody_else() -> None:
    assert seen_by(OTHER, head=HsaId("")).heads
    assert not seen_by(OTHER).heads
    unit = Unit(hsa_id=CLINIC, name="Mott", provider=HOSPITAL, type="outpatient")
    assert not cover_of(Directory(units=(unit,)), person=OTHER, unit=WARD, now=1).heads


people = st.sampled_from([OWNER, DEPUTY, SECOND, HEAD, OTHER])


@given(st.lists(st.tuples(people, people, st.booleans()), max_size=8), people)
def test_any_tangle_of_stand_ins_ends_and_nobody_stands_in_for_themselves(
    named: list[tuple[HsaId, HsaId, bool]], person: HsaId
) -> None:
    stand_ins = [
        StandIn(person=one, unit=WARD, deputy=other, absent=absent) for one, other, absent in named
    ]
    cover = seen_by(person, *stand_ins)
    assert person not in cover.absent | cover.deputised
    direct = {s.person for s in stand_ins if s.deputy == person and s.absent} - {person}
    assert direct <= cover.absent <= cover.deputised
