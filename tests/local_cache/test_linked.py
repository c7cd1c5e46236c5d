"""A person with two numbers is found by either, and every list says so."""

from __future__ import annotations

import pytest

from local_cache.cache import Cache
from tests.builders import (
    ADA,
    GRACE,
    PERSONNUMMER,
    WARD,
    a_patient,
    a_record,
    a_void,
    an_id,
    sealed,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.identity_systems import IDENTITY_SYSTEMS, IdentityKind
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Identifier, IdentityLink
from workstation.domain.record import Record
from workstation.operations.ports import LinkedPatient

_RESERVE = IDENTITY_SYSTEMS[IdentityKind.NATIONAL_RESERVE].emitted


def _people() -> tuple[Record, Record]:
    number = Identifier(system=_RESERVE, value="19120101AB12")
    unknown = a_patient(
        patient=ADA,
        entity=EntityId(ADA),
        family="Okänd kvinna",
        given=(),
        identifiers=(number,),
        listed_unit=WARD,
    )
    return a_patient(listed_unit=WARD), unknown


def _links() -> tuple[Record, Record]:
    return (
        a_record("identity_link", IdentityLink(other=ADA), patient=GRACE),
        a_record("identity_link", IdentityLink(other=GRACE), patient=ADA),
    )


@pytest.mark.parametrize(
    ("typed", "first"),
    [("19120101AB12", ADA), ("191212121212", GRACE), ("okänd", ADA), ("hopper", GRACE)],
)
async def test_a_person_is_found_by_either_number_and_both_records_are_told(
    cache: Cache, signer: Ed25519Signer, typed: str, first: PatientId
) -> None:
    await cache.save(sealed(*_people(), *_links(), signer=signer))

    found = await cache.find_patients(typed, limit=9)

    assert [line.patient for line in found] == [first, GRACE if first == ADA else ADA]
    told = {line.patient: line.links for line in found}
    assert told[ADA] == (
        LinkedPatient(
            patient=GRACE, identity="191212121212", identity_system=PERSONNUMMER, here=True
        ),
    )
    assert told[GRACE] == (
        LinkedPatient(patient=ADA, identity="19120101AB12", identity_system=_RESERVE, here=True),
    )


async def test_who_is_found_anyway_is_not_listed_twice(cache: Cache, signer: Ed25519Signer) -> None:
    await cache.save(sealed(*_people(), *_links(), signer=signer))

    assert len(await cache.find_patients("1912", limit=9)) == 2
    assert len(await cache.find_patients("hopper", limit=1)) == 1


async def test_once_the_link_is_undone_the_two_are_two_again(
    cache: Cache, signer: Ed25519Signer
) -> None:
    links = _links()
    await cache.save(sealed(*_people(), *links, signer=signer))
    await cache.save(sealed(*(a_void(link) for link in links), signer=signer))

    (line,) = await cache.find_patients("hopper", limit=9)

    assert (line.patient, line.links) == (GRACE, ())


async def test_a_link_to_somebody_who_is_not_here_is_told_without_a_number(
    cache: Cache, signer: Ed25519Signer
) -> None:
    away = PatientId(an_id("away"))
    link = a_record("identity_link", IdentityLink(other=away), patient=GRACE)
    await cache.save(sealed(a_patient(listed_unit=WARD), link, signer=signer))

    (found,) = await cache.find_patients("hopper", limit=9)
    line = await cache.patient(GRACE)

    assert found.links == (LinkedPatient(patient=away),)
    assert line is not None
    assert line.links == found.links
