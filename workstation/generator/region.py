"""Who gives care in the region: providers, units, staff, each with an HSA-id of a test series."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from workstation.domain.hsa_id import parse_hsa_id
from workstation.domain.ids import HsaId
from workstation.domain.record import Author
from workstation.generator import places
from workstation.generator.chance import Chance
from workstation.generator.names import family_name, working_age
from workstation.generator.places import UnitPlan

# role: (title in the record, licensed, may prescribe)
_ROLES: dict[str, tuple[str, bool, bool]] = {
    "overlakare": ("Överläkare", True, True),
    "specialist": ("Specialistläkare", True, True),
    "st_lakare": ("ST-läkare", True, True),
    "distriktslakare": ("Specialist i allmänmedicin", True, True),
    "psykiater": ("Specialist i psykiatri", True, True),
    "radiolog": ("Specialist i radiologi", True, True),
    "sjukskoterska": ("Sjuksköterska", True, False),
    "distriktsskoterska": ("Distriktssköterska", True, True),
    "rontgensjukskoterska": ("Röntgensjuksköterska", True, False),
    "barnmorska": ("Barnmorska", True, True),
    "underskoterska": ("Undersköterska", False, False),
    "skotare": ("Skötare", False, False),
    "fysioterapeut": ("Fysioterapeut", True, False),
    "arbetsterapeut": ("Arbetsterapeut", True, False),
    "psykolog": ("Psykolog", True, False),
    "kurator": ("Kurator", True, False),
    "biomedicinsk_analytiker": ("Biomedicinsk analytiker", True, False),
    "sekreterare": ("Medicinsk sekreterare", False, False),
    "receptionist": ("Receptionist", False, False),
    "enhetschef": ("Enhetschef", False, False),
}
PHYSICIANS = frozenset(
    {"overlakare", "specialist", "st_lakare", "distriktslakare", "psykiater", "radiolog"}
)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A care provider (vårdgivare). ``public`` means region or municipality."""

    hsa_id: HsaId
    name: str
    organisation_number: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A care unit. ``type`` is a short word for what it does; ``part_of`` its hospital, if any."""

    hsa_id: HsaId
    name: str
    type: str
    provider: Provider
    town: str
    postal_code: str
    phone: str
    part_of: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class StaffMember:
    """One person in one role at one unit. ``username`` is unique in the region.

    ``protected`` staff are shown by role only, never by name (care rules section 4).
    """

    hsa_id: HsaId
    assignment: HsaId
    given: str
    family: str
    role: str
    title: str
    licensed: bool
    prescriber: bool
    unit: Unit
    username: str
    protected: bool = False

    def __repr__(self) -> str:
        return f"<StaffMember {self.role}>"

    @property
    def physician(self) -> bool:
        """Whether the person is a physician."""
        return self.role in PHYSICIANS

    @property
    def name(self) -> str:
        """As records and lists have it; for protected staff the title alone."""
        return self.title if self.protected else self.full_name

    @property
    def full_name(self) -> str:
        """``Family, Given``: the one order in which clinicians' screens show a name."""
        return f"{self.family}, {self.given}"

    @cached_property
    def author(self) -> Author:
        """How the person signs for a record."""
        return Author(
            hsa_id=self.hsa_id,
            name=self.name,
            title=self.title,
            assignment=self.assignment,
            unit=self.unit.hsa_id,
            unit_name=self.unit.name,
            provider=self.unit.provider.hsa_id,
            provider_name=self.unit.provider.name,
        )


@dataclass(frozen=True, kw_only=True)
class Region:
    """Everybody who gives care."""

    name: str
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    staff: tuple[StaffMember, ...]
    _by_unit: dict[HsaId, tuple[StaffMember, ...]] = field(repr=False)

    def units_of(self, *types: str) -> tuple[Unit, ...]:
        """Return the units of these types, in the region's order."""
        return tuple(unit for unit in self.units if unit.type in types)

    def staff_of(self, unit: Unit) -> tuple[StaffMember, ...]:
        """Return who works at the unit."""
        return self._by_unit[unit.hsa_id]


def build_region(seed: int) -> Region:
    """Return the region that a seed gives: the same units always, other people for each seed."""
    builder = _Builder(Chance(f"region/{seed}"))
    region = builder.provider(places.REGION, places.REGION_NUMBER, public=True)
    for hospital, plans in places.HOSPITALS:
        town = 1 if hospital.startswith("Ekfors") else 0
        for plan in plans:
            builder.unit(region, plan, town, part_of=hospital)
    for place, name in enumerate(places.PUBLIC_HEALTH_CENTRES):
        plan = UnitPlan(type="vc", name=name, staff=places.HEALTH_CENTRE_STAFF)
        builder.unit(region, plan, max(0, place - 1))
    for place, (company, number, name) in enumerate(places.PRIVATE_HEALTH_CENTRES):
        plan = UnitPlan(type="vc", name=name, staff=places.HEALTH_CENTRE_STAFF)
        builder.unit(builder.provider(company, number, public=False), plan, place)
    homes = dict(places.NURSING_HOMES)
    for town, (name, number, teams) in enumerate(places.MUNICIPALITIES):
        municipality = builder.provider(name, number, public=True)
        for team in teams:
            plan = UnitPlan(type="hemsjukvard", name=team, staff=places.HOME_CARE_STAFF)
            builder.unit(municipality, plan, town)
        for home in homes[name]:
            plan = UnitPlan(type="sabo", name=home, staff=places.NURSING_HOME_STAFF)
            builder.unit(municipality, plan, town)
    return builder.region()


class _Builder:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._providers: list[Provider] = []
        self._units: list[Unit] = []
        self._staff: list[StaffMember] = []
        self._usernames: dict[str, int] = {}
        self._next_id = 0

    def provider(self, name: str, number: str, *, public: bool) -> Provider:
        provider = Provider(
            hsa_id=self._hsa_id(number, "VG"), name=name, organisation_number=number, public=public
        )
        self._providers.append(provider)
        return provider

    def unit(self, provider: Provider, plan: UnitPlan, town: int, part_of: str = "") -> None:
        name, postal = places.TOWNS[town % len(places.TOWNS)]
        unit = Unit(
            hsa_id=self._hsa_id(provider.organisation_number, "E"),
            name=f"{plan.name}, {part_of}" if part_of else plan.name,
            type=plan.type,
            provider=provider,
            town=name,
            postal_code=f"{postal} {self._chance.whole(10, 60)}",
            phone=_phone(len(self._units)),
            part_of=part_of,
        )
        self._units.append(unit)
        for role, count in plan.staff:
            for _place in range(count):
                self._hire(role, unit)

    def region(self) -> Region:
        by_unit = {
            unit.hsa_id: tuple(person for person in self._staff if person.unit is unit)
            for unit in self._units
        }
        return Region(
            name=places.REGION,
            providers=tuple(self._providers),
            units=tuple(self._units),
            staff=tuple(self._staff),
            _by_unit=by_unit,
        )

    def _hire(self, role: str, unit: Unit) -> None:
        title, licensed, prescriber = _ROLES[role]
        female = self._chance.happens(0.55 if role in PHYSICIANS else 0.82)
        origin = self._chance.weighted(working_age())
        given = self._chance.pick(origin.female if female else origin.male)
        family = family_name(origin, self._chance.pick(origin.family), female=female)
        number = unit.provider.organisation_number
        self._staff.append(
            StaffMember(
                hsa_id=self._hsa_id(number, "P"),
                assignment=self._hsa_id(number, "U"),
                given=given,
                family=family,
                role=role,
                title=title,
                licensed=licensed,
                prescriber=prescriber,
                unit=unit,
                username=self._username(given, family),
                protected=len(self._staff) % 211 == 210,
            )
        )

    def _hsa_id(self, organisation_number: str, letter: str) -> HsaId:
        self._next_id += 1
        return parse_hsa_id(f"SE{organisation_number}-TST{letter}{self._next_id:07d}")

    def _username(self, given: str, family: str) -> str:
        plain = f"{_ascii(given)}.{_ascii(family)}"
        count = self._usernames[plain] = self._usernames.get(plain, 0) + 1
        return plain if count == 1 else f"{plain}{count}"


def _ascii(name: str) -> str:
    """Lower case letters a-z only: what a user name may hold."""
    special = name.lower().translate(str.maketrans("łđø", "ldo"))
    bare = unicodedata.normalize("NFKD", special)
    return "".join(letter for letter in bare if "a" <= letter <= "z")


def _phone(place: int) -> str:
    """A number from the series 031-390 06 00 to 99, which is kept for fiction.

    Source: the Swedish Post and Telecom Authority's numbers for use in books and films.
    """
    return f"031-390 06 {place % 100:02d}"
