"""What is promised about who gives care in the invented region."""

from __future__ import annotations

import pytest

from workstation.domain.hsa_id import HSA_ID_LONGEST, organisation_number, parse_hsa_id
from workstation.generator.region import build_region

REGION = build_region(1)


def test_a_region_has_every_sort_of_care() -> None:
    types = {unit.type for unit in REGION.units}

    assert {"akut", "vc", "hemsjukvard", "sabo", "lab", "rontgen", "psyk", "forlossning"} <= types
    assert len(REGION.units_of("vc")) >= 10
    assert any(not provider.public for provider in REGION.providers)
    assert len(REGION.providers) >= 7


def test_every_hsa_id_is_valid_unique_and_of_the_test_series() -> None:
    ids = [
        *(provider.hsa_id for provider in REGION.providers),
        *(unit.hsa_id for unit in REGION.units),
        *(person.hsa_id for person in REGION.staff),
        *(person.assignment for person in REGION.staff),
    ]

    assert len(set(ids)) == len(ids)
    for hsa_id in ids:
        assert parse_hsa_id(hsa_id) == hsa_id
        assert len(hsa_id) <= HSA_ID_LONGEST
        assert hsa_id[13:].startswith("TST")


def test_a_units_id_is_issued_by_the_provider_it_belongs_to() -> None:
    for unit in REGION.units:
        assert organisation_number(unit.hsa_id) == unit.provider.organisation_number


def test_every_unit_is_staffed_and_every_user_name_its_own() -> None:
    names = [person.username for person in REGION.staff]

    assert len(set(names)) == len(names)
    assert all(name.replace(".", "").isascii() for name in names)
    for unit in REGION.units:
        assert REGION.staff_of(unit)


@pytest.mark.parametrize(
    "title",
    ["Överläkare", "ST-läkare", "Sjuksköterska", "Undersköterska", "Distriktssköterska"]
    + ["Medicinsk sekreterare", "Fysioterapeut", "Biomedicinsk analytiker", "Receptionist"]
    + ["Barnmorska", "Psykolog", "Kurator", "Arbetsterapeut"],
)
def test_every_profession_is_there(title: str) -> None:
    assert title in {person.title for person in REGION.staff}


def test_only_licensed_staff_may_prescribe() -> None:
    assert all(person.licensed for person in REGION.staff if person.prescriber)


def test_protected_staff_are_shown_by_their_role_only() -> None:
    protected = [person for person in REGION.staff if person.protected]

    assert protected
    for person in protected:
        assert person.author.name == person.title
        assert person.family not in repr(person)


def test_another_seed_gives_other_people_at_the_same_units() -> None:
    other = build_region(2)

    assert [unit.hsa_id for unit in other.units] == [unit.hsa_id for unit in REGION.units]
    assert [p.family for p in other.staff] != [p.family for p in REGION.staff]
