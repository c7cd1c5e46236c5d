"""A record kept under a reserve number is linked to the right person's, and the link is undone."""

from __future__ import annotations

import pytest

from tests.builders import ADA, GRACE, PERSONNUMMER, WARD, a_patient, an_id
from tests.ward import Ward
from workstation.domain.directory import Profession
from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import IDENTITY_SYSTEMS, IdentityKind
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Identifier, IdentityLink
from workstation.domain.problem import Problem
from workstation.operations.link_identities import NotHere, link_identities, links_of
from workstation.operations.ports import Desk
from workstation.operations.unlink_identities import unlink_identities
from workstation.operations.void_entity import void_entity
from workstation.operations.writing import Incomplete, NotAllowed, heads_of

RESERVE = "19120101AB12"
REASON = "Legitimation visad, samma person."


async def _two(ward: Ward) -> None:
    """Grace under her personnummer, and Ada's record, which is kept under a reserve number."""
    system = IDENTITY_SYSTEMS[IdentityKind.NATIONAL_RESERVE].emitted
    await ward.put(
        a_patient(listed_unit=WARD),
        a_patient(
            patient=ADA,
            entity=EntityId(ADA),
            family="Okänd kvinna",
            given=(),
            identifiers=(Identifier(system=system, value=RESERVE),),
            listed_unit=WARD,
        ),
    )


async def _states(ward: Ward, patient: PatientId) -> list[EntityState]:
    return [one.state for one in await ward.cache.listed(patient, "identity_link")]


async def _link(ward: Ward, desk: Desk) -> None:
    await link_identities(reserve=ADA, right=GRACE, reason=REASON, records=ward.cache, desk=desk)


async def test_a_link_stands_in_both_records_with_its_reason(ward: Ward, maja: Desk) -> None:
    await _two(ward)
    await _link(ward, maja)

    for own, other in ((ADA, GRACE), (GRACE, ADA)):
        (state,) = await _states(ward, own)
        body = state.current.body
        assert isinstance(body, IdentityLink)
        assert (body.other, body.action, body.reason) == (other, "link", REASON)
        assert state.current.author.name == "Öberg, Maja"


async def test_the_undoing_voids_the_link_in_both_from_either_side(ward: Ward, anna: Desk) -> None:
    await _two(ward)
    for one, other in ((ADA, GRACE), (GRACE, ADA)):
        await _link(ward, anna)
        await unlink_identities(
            patient=one, other=other, reason="Fel person.", records=ward.cache, desk=anna
        )
        assert await links_of(ADA, ward.cache) == await links_of(GRACE, ward.cache) == ()
    states = [*await _states(ward, ADA), *await _states(ward, GRACE)]
    assert len(states) == 4
    assert all(state.voided and len(state.line.versions) == 2 for state in states)


@pytest.mark.parametrize(
    ("profession", "may"),
    [
        ("physician", True),
        ("nurse", True),
        ("medical_secretary", True),
        ("assistant_nurse", False),
        ("receptionist", False),
        ("administrator", False),
    ],
)
async def test_licensed_staff_and_secretaries_link_and_nobody_else(
    ward: Ward, profession: Profession, may: bool
) -> None:
    await _two(ward)
    desk = ward.desk(profession=profession)
    if may:
        await _link(ward, desk)
        await unlink_identities(
            patient=ADA, other=GRACE, reason="Fel.", records=ward.cache, desk=desk
        )
        return
    with pytest.raises(NotAllowed):
        await _link(ward, desk)
    with pytest.raises(NotAllowed):
        await unlink_identities(
            patient=ADA, other=GRACE, reason="Fel.", records=ward.cache, desk=desk
        )
    assert await _states(ward, ADA) == []


async def test_nothing_is_linked_without_a_reason(ward: Ward, anna: Desk) -> None:
    await _two(ward)
    with pytest.raises(Incomplete) as told:
        await link_identities(reserve=ADA, right=GRACE, reason="  ", records=ward.cache, desk=anna)
    assert told.value.fields == ("reason",)
    assert await _states(ward, GRACE) == []


async def test_a_record_that_is_not_here_is_not_linked_in_one_of_the_two_only(
    ward: Ward, anna: Desk
) -> None:
    await _two(ward)
    away = PatientId(an_id("away"))
    for reserve, right in ((ADA, away), (away, GRACE)):
        with pytest.raises(NotHere):
            await link_identities(
                reserve=reserve, right=right, reason=REASON, records=ward.cache, desk=anna
            )
    assert await _states(ward, ADA) == await _states(ward, GRACE) == []


async def test_two_persons_with_numbers_of_their_own_are_never_linked(
    ward: Ward, anna: Desk
) -> None:
    await _two(ward)
    other = PatientId(an_id("karin"))
    number = Identifier(system=PERSONNUMMER, value="194103082386")
    await ward.put(a_patient(patient=other, entity=EntityId(other), identifiers=(number,)))
    for reserve, right in ((other, GRACE), (GRACE, ADA), (ADA, ADA)):
        with pytest.raises(Problem):
            await link_identities(
                reserve=reserve, right=right, reason=REASON, records=ward.cache, desk=anna
            )


async def test_a_reserve_number_is_one_person_until_the_link_is_undone(
    ward: Ward, anna: Desk
) -> None:
    await _two(ward)
    await _link(ward, anna)
    other = PatientId(an_id("karin"))
    number = Identifier(system=PERSONNUMMER, value="194103082386")
    await ward.put(a_patient(patient=other, entity=EntityId(other), identifiers=(number,)))
    for right in (GRACE, other):
        with pytest.raises(Problem):
            await link_identities(
                reserve=ADA, right=right, reason=REASON, records=ward.cache, desk=anna
            )
    assert len(await _states(ward, ADA)) == 1

    await unlink_identities(
        patient=ADA, other=GRACE, reason="Fel person.", records=ward.cache, desk=anna
    )
    await link_identities(reserve=ADA, right=other, reason=REASON, records=ward.cache, desk=anna)
    assert [link.other for link in await links_of(ADA, ward.cache)] == [other]


async def test_a_link_is_never_voided_in_one_record_alone(ward: Ward, anna: Desk) -> None:
    await _two(ward)
    await _link(ward, anna)
    (state,) = await _states(ward, GRACE)
    with pytest.raises(Problem):
        await void_entity(
            reason="Fel.",
            patient=GRACE,
            entity=state.id,
            seen=heads_of(state),
            records=ward.cache,
            desk=anna,
        )
    first = await links_of(ADA, ward.cache)
    assert first
    with pytest.raises(Problem):
        await unlink_identities(
            patient=GRACE,
            other=PatientId(an_id("away")),
            reason="Fel.",
            records=ward.cache,
            desk=anna,
        )
    assert len(await links_of(GRACE, ward.cache)) == 1
