"""A region and its patients from a seed. The same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from workstation.domain.identity_systems import IdentityKind
from workstation.domain.patient import Protection
from workstation.domain.record import Signer
from workstation.generator.archetypes import ARCHETYPES, HEAVY, NEWLY_REGISTERED, Archetype
from workstation.generator.chance import Chance
from workstation.generator.chart import Chart, PatientBatch
from workstation.generator.course import Course
from workstation.generator.identities import Numbers
from workstation.generator.lives import link
from workstation.generator.living import first_day, live
from workstation.generator.people import Person, a_person
from workstation.generator.region import Region, build_region

HEAVY_PLACE = 60
"""Which patient has the longest chart: regions with more patients than this have one."""

LINKED_PLACES = (34, 35)
"""Two patients who are one person: first with a reserve number, then with a personnummer."""

_REGISTERED_AGO = timedelta(days=160)

# Sorts that every region of some size shall have: (place, identity kind or protection).
_KINDS: dict[int, IdentityKind] = {
    LINKED_PLACES[0]: IdentityKind.VGR_LRID,
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
    making = _Making(seed=seed, as_of=as_of, signer=signer, region=region)
    for place in range(count):
        if place == LINKED_PLACES[0]:
            making.one_person_twice()
        yield making.batch(place)


class _Making:
    """Makes the patients of one region, place by place."""

    def __init__(self, *, seed: int, as_of: datetime, signer: Signer, region: Region) -> None:
        self._seed, self._as_of = seed, as_of
        self._signer, self._region = signer, region
        self._numbers = Numbers()
        self._ready: dict[int, PatientBatch] = {}

    def batch(self, place: int) -> PatientBatch:
        """Return the patient at ``place``."""
        if place in self._ready:
            return self._ready.pop(place)
        chance = self._chance(place)
        kind = _archetype(place, chance)
        person = self._person(place, kind, chance)
        first = first_day(person, kind, self._as_of, chance.named("years"))
        return self._lived(place, kind, person, chance, first).chart.batch(kind.name)

    def one_person_twice(self) -> None:
        """Somebody gets a reserve number, later a personnummer: two streams, linked in both."""
        first, second = LINKED_PLACES
        chance, later = self._chance(first), self._chance(second)
        kind = next(kind for kind in ARCHETYPES if kind.special == "arrival")
        person = self._person(first, kind, chance)
        number = self._numbers.give(
            IdentityKind.PERSONNUMMER, person.born, female=person.female, chance=later
        )
        person = replace(person, protection="none")
        came = first_day(person, kind, self._as_of, chance.named("years"))
        before = self._lived(first, kind, person, chance, came)
        registered = replace(person, number=number, resident=True)
        since = self._as_of.date() - _REGISTERED_AGO
        after = self._lived(second, NEWLY_REGISTERED, registered, later, since)
        link(before, after)
        self._ready = {
            first: before.chart.batch(kind.name),
            second: after.chart.batch(NEWLY_REGISTERED.name),
        }

    def _chance(self, place: int) -> Chance:
        return Chance(f"patient/{self._seed}/{place}")

    def _person(self, place: int, kind: Archetype, chance: Chance) -> Person:
        wanted = kind.wanted
        if kind.special == "arrival":
            wanted = replace(wanted, kind=chance.weighted(_OF_NEWCOMERS))
        if place in _KINDS:
            wanted = replace(wanted, kind=_KINDS[place])
        person = a_person(
            wanted,
            region=self._region,
            numbers=self._numbers,
            as_of=self._as_of.date(),
            chance=chance.named("person"),
        )
        if place in _PROTECTED:
            person = replace(person, protection=_PROTECTED[place])
        return person

    def _lived(
        self, place: int, kind: Archetype, person: Person, chance: Chance, first: date
    ) -> Course:
        begun = datetime.combine(first, time(0, 20), tzinfo=UTC)
        chart = Chart(
            chance=chance.named("ids"), signer=self._signer, begun=begun, as_of=self._as_of
        )
        course = Course(
            person=person,
            region=self._region,
            chart=chart,
            chance=chance.named("course"),
            as_of=self._as_of,
        )
        course.register(begun)
        live(course, kind, first, example=place < len(ARCHETYPES))
        if course.alive:
            chart.keep_listed(person.listed.hsa_id)
        return course


def _archetype(place: int, chance: Chance) -> Archetype:
    """The first patients are one of each kind; after them, as common as each kind is."""
    if place == HEAVY_PLACE:
        return HEAVY
    if place < len(ARCHETYPES):
        return ARCHETYPES[place]
    return chance.weighted([(kind, kind.weight) for kind in ARCHETYPES])
