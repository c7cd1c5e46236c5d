"""A generated region in a server: who is in whose care, and who can log in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from workstation.access.signing import Ed25519Signer
from workstation.app.regions import directory_of, sow
from workstation.domain.patient import Patient
from workstation.generator import generate
from workstation.server import schema
from workstation.server.serve import ServerConfig, opened

_AS_OF = datetime(2026, 11, 22, tzinfo=UTC)


async def test_a_unit_has_the_patients_it_cares_for_now_and_no_longer_those_it_once_met(
    tmp_path: Path,
) -> None:
    config = ServerConfig(db=str(tmp_path / "record.db"), key_file=tmp_path / "key")
    async with opened(config) as core:
        sown = await sow(core, patients=12, seed=5, as_of=_AS_OF)
        table = schema.membership
        query = (
            select(table.c.unit, func.count())
            .where(table.c.until_at.is_(None))
            .group_by(table.c.unit)
        )
        rows = await core.database.read(lambda c: c.execute(query).all())
    world = generate(patients=12, seed=5, as_of=_AS_OF, signer=Ed25519Signer(bytes(32)))
    wanted: dict[str, int] = {}
    once = 0
    for batch in world.patients:
        once += len(batch.memberships) - len(batch.units)
        for unit in batch.units:
            wanted[unit] = wanted.get(unit, 0) + 1
    assert {row[0]: row[1] for row in rows} == wanted
    assert once > 0
    assert dict(sown.in_care) == wanted


def test_every_generated_member_of_staff_has_a_unit_a_provider_and_an_assignment() -> None:
    region = generate(patients=1, seed=5, as_of=_AS_OF, signer=Ed25519Signer(bytes(32))).region
    directory = directory_of(region)
    units = {unit.hsa_id: unit for unit in directory.units}
    providers = {provider.hsa_id for provider in directory.providers}
    people = {person.hsa_id for person in directory.people}
    assert {assignment.person for assignment in directory.assignments} == people
    assert all(units[a.unit].provider in providers for a in directory.assignments)
    assert {unit.type for unit in directory.units} >= {
        "ward", "primary_care", "municipal", "laboratory", "imaging", "emergency", "outpatient",
    }  # fmt: skip


def test_a_name_stands_in_records_as_it_does_in_the_directory_family_name_first() -> None:
    region = generate(patients=1, seed=5, as_of=_AS_OF, signer=Ed25519Signer(bytes(32))).region
    names = {person.hsa_id: person.name for person in directory_of(region).people}
    for member in region.staff:
        if not member.protected:
            assert member.author.name == names[member.hsa_id]
            assert member.author.name == f"{member.family}, {member.given}"


def test_next_of_kin_are_named_as_everybody_else() -> None:
    made = generate(patients=12, seed=5, as_of=_AS_OF, signer=Ed25519Signer(bytes(32))).patients
    bodies = [batch.opened[0].body for batch in made]
    relatives = [r for body in bodies if isinstance(body, Patient) for r in body.relatives]
    assert relatives
    assert all(relative.name.count(", ") == 1 for relative in relatives)
