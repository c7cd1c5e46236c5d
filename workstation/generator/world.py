"""A region and its patients from a seed. The same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from workstation.domain.identity_systems import IdentityKind
from workstation.domain.patient import Protection
from workstation.domain.record import Signer
from workstation.generator.archetypes import ARCHETYPES, HEAVY, Archetype
from workstation.generator.chance import Chance
from workstation.generator.chart import Chart, PatientBatch
from workstation.generator.course import Course
from workstation.generator.identities import Numbers
from workstation.generator.living import first_day, live
from workstation.generator.people import a_person
from workstation.generator.region import Region, build_region

HEAVY_PLACE = 60
"""Which patient has the longest chart: regions with more patients than this have one."""

# Sorts that every region of some size shall have: (place, identity kind or protection).
_KINDS: dict[int, IdentityKind] = {
    26: IdentityKind.SAMORDNINGSNUMMER,
    27: IdentityKind.NATIONAL_RESERVE,
    28: IdentityKind.VGR_GRID,
    29: IdentityKind.VGR_LRID,
    30: IdentityKind.OTHER_RESERVE,
}
_PROTECTED: dict[int, Protection] = {
    31: "sekretessmarkering",
    32: "skyddad_folkbokforing",
    33: "fingerade",
}
_OF_NEWCOMERS = (
    (IdentityKind.VGR_LRID, 5.0),
    (IdentityKind.NATIONAL_RESERVE, 2.0),
    (IdentityKind.SAMORDNINGSNUMMER, 3.0),
    (IdentityKind.VGR_GRID, 0.5),
)


@dataclass(frozen=True, kw_only=True)
class World:
    """``region``: who gives care. ``patients``: one batch per patient, made as they are asked for."""

    region: Region
    patients: Iterator[PatientBatch]


def generate(*, patients: int, seed: int, as_of: datetime, signer: Signer) -> World:
    """Make a Swedish region with patients and their records.

    Everything follows from the arguments: the same ones give the same bytes, and a region with
    more patients begins with the same patients. Every person is invented.

    Args:
        patients: How many.
        as_of: The moment the world is seen at; nothing is written after it. With its zone.
        signer: Signs every record, in the place of its author.
    """
    region = build_region(seed)
    return World(region=region, patients=_patients(patients, seed, as_of, signer, region))


def _patients(
    count: int, seed: int, as_of: datetime, signer: Signer, region: Region
) -> Iterator[PatientBatch]:
    numbers = Numbers()
    for place in range(count):
        chance = Chance(f"patient/{seed}/{place}")
        yield _patient(place, _archetype(place, chance), chance, numbers, region, as_of, signer)


def _archetype(place: int, chance: Chance) -> Archetype:
    """The first patients are one of each kind; after them, as common as each kind is."""
    if place == HEAVY_PLACE:
        return HEAVY
    if place < len(ARCHETYPES):
        return ARCHETYPES[place]
    return chance.weighted([(kind, kind.weight) for kind in ARCHETYPES])


def _patient(
    place: int,
    kind: Archetype,
    chance: Chance,
    numbers: Numbers,
    region: Region,
    as_of: datetime,
    signer: Signer,
) -> PatientBatch:
    wanted = kind.wanted
    if kind.special == "arrival":
        wanted = replace(wanted, kind=chance.weighted(_OF_NEWCOMERS))
    if place in _KINDS:
        wanted = replace(wanted, kind=_KINDS[place])
    person = a_person(
        wanted, region=region, numbers=numbers, as_of=as_of.date(), chance=chance.named("person")
    )
    if place in _PROTECTED:
        person = replace(person, protection=_PROTECTED[place])
    first = first_day(person, kind, as_of, chance.named("years"))
    begun = datetime.combine(first, time(0, 20), tzinfo=UTC)
    chart = Chart(chance=chance.named("ids"), signer=signer, begun=begun, as_of=as_of)
    course = Course(
        person=person, region=region, chart=chart, chance=chance.named("course"), as_of=as_of
    )
    course.register(begun)
    live(course, kind, first)
    if course.alive:
        chart.keep_listed(person.listed.hsa_id)
    return chart.batch(kind.name)
