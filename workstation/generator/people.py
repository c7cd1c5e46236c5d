"""People: who they are before anything is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workstation.domain.identity import IdentityNumber
from workstation.domain.identity_systems import IDENTITY_SYSTEMS, IdentityKind
from workstation.domain.patient import Address, Identifier, Patient, Protection, Relative, Telecom
from workstation.domain.values import Coding, Concept, age_on
from workstation.generator.chance import Chance
from workstation.generator.identities import Numbers
from workstation.generator.names import Origin, family_name, newcomers, origins_of
from workstation.generator.places import STREETS, TOWNS
from workstation.generator.region import Region, Unit

SYNTHETIC = Coding(
    system="http://terminology.hl7.org/CodeSystem/v3-ActReason",
    code="HTEST",
    display="Påhittad testperson",
)
"""Stands in every generated patient, so that none is ever taken for a living person."""

_PROTECTION: tuple[tuple[Protection, float], ...] = (
    ("none", 97.6),
    ("sekretessmarkering", 1.4),
    ("skyddad_folkbokforing", 0.7),
    ("fingerade", 0.3),
)
_RELATIONS = {
    "young": (("Mamma", True), ("Pappa", False)),
    "adult": (("Make", False), ("Maka", True), ("Sambo", True), ("Syster", True), ("Bror", False)),
    "old": (
        ("Dotter", True),
        ("Son", False),
        ("Maka", True),
        ("Make", False),
        ("Syskonbarn", True),
    ),
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Person:
    """One inhabitant or visitor. ``births`` and ``deceased`` are days."""

    number: IdentityNumber
    earlier_number: IdentityNumber | None
    born: date
    female: bool
    given: tuple[str, ...]
    family: str
    origin: Origin
    interpreter: bool
    protection: Protection
    listed: Unit
    deceased: date | None
    resident: bool
    address: Address
    phone: str
    relatives: tuple[Relative, ...]

    def age_on(self, day: date) -> int:
        """Completed years on ``day``."""
        return age_on(self.born, day)

    @property
    def sex(self) -> str:
        """As the analyses' reference ranges name it."""
        return "female" if self.female else "male"

    def body(self, *, dead: bool = True) -> Patient:
        """Return the patient as the record has them; with ``dead`` false, while they lived."""
        numbers = [n for n in (self.number, self.earlier_number) if n is not None]
        return Patient(
            identifiers=tuple(
                Identifier(system=IDENTITY_SYSTEMS[n.kind].emitted, value=n.value) for n in numbers
            ),
            family=self.family,
            given=self.given,
            preferred=self.given[0],
            birth_date=self.born.isoformat(),
            sex="female" if self.female else "male",
            deceased=self.deceased.isoformat() if dead and self.deceased else None,
            is_deceased=bool(dead and self.deceased),
            protection=self.protection,
            addresses=(self.address,) if self.resident and self.protection == "none" else (),
            telecoms=(Telecom(system="phone", value=self.phone, use="mobile"),)
            if self.phone and self.protection == "none"
            else (),
            relatives=self.relatives if self.protection == "none" else (),
            language=self.origin.language,
            interpreter=self.interpreter,
            listed_unit=self.listed.hsa_id,
            extra=(SYNTHETIC,),
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What sort of person a course asks for."""

    youngest: int
    oldest: int
    female: bool | None = None
    kind: IdentityKind = IdentityKind.PERSONNUMMER
    newcomer: bool = False
    death: float = 0.0
    newborn: bool = False


def a_person(
    wanted: Wanted, *, region: Region, numbers: Numbers, as_of: date, chance: Chance
) -> Person:
    """Return somebody who fits ``wanted`` on ``as_of``."""
    born = _birth(wanted, as_of, chance)
    female = chance.happens(0.51) if wanted.female is None else wanted.female
    origin = chance.weighted(newcomers() if wanted.newcomer else origins_of(born.year))
    family = family_name(origin, chance.pick(origin.family), female=female)
    kind = wanted.kind
    number = numbers.give(kind, born, female=female, chance=chance)
    earlier = None
    if kind is IdentityKind.PERSONNUMMER and origin.interpreter and chance.happens(0.12):
        earlier = numbers.give(IdentityKind.VGR_LRID, born, female=female, chance=chance)
    listed = chance.pick(region.units_of("vc"))
    age = age_on(born, as_of)
    return Person(
        number=number,
        earlier_number=earlier,
        born=born,
        female=female,
        given=_given(origin, chance, female=female),
        family=family,
        origin=origin,
        interpreter=chance.happens(min(1.0, origin.interpreter * (2 if wanted.newcomer else 1))),
        protection=chance.weighted(_PROTECTION),
        listed=listed,
        deceased=_death(wanted, as_of, chance),
        resident=not wanted.newcomer,
        address=_address(listed, chance),
        phone=f"070-174 06 {chance.whole(5, 99):02d}" if age >= 12 else "",
        relatives=_relatives(origin, family, age, chance),
    )


def as_concept(number: IdentityNumber) -> Concept:
    """Return the kind of number in words, for an identifier's type."""
    words = {
        IdentityKind.PERSONNUMMER: "Personnummer",
        IdentityKind.SAMORDNINGSNUMMER: "Samordningsnummer",
    }
    return Concept(text=words.get(number.kind, "Reservnummer"))


def _birth(wanted: Wanted, as_of: date, chance: Chance) -> date:
    if wanted.newborn:
        return as_of - timedelta(days=chance.whole(1, 60))
    first = _years_before(as_of, wanted.oldest + 1) + timedelta(days=1)
    return chance.between(first, _years_before(as_of, wanted.youngest))


def _years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _death(wanted: Wanted, as_of: date, chance: Chance) -> date | None:
    if not chance.happens(wanted.death):
        return None
    return as_of - timedelta(days=chance.whole(20, 900))


def _given(origin: Origin, chance: Chance, *, female: bool) -> tuple[str, ...]:
    names = origin.female if female else origin.male
    return tuple(chance.some(names, 2 if origin.language == "svenska" else 1))


def _address(listed: Unit, chance: Chance) -> Address:
    postal = dict(TOWNS)[listed.town]
    return Address(
        lines=(f"{chance.pick(STREETS)} {chance.whole(1, 88)}",),
        postal_code=f"{postal} {chance.whole(10, 99)}",
        city=listed.town,
        country="SE",
    )


def _relatives(origin: Origin, family: str, age: int, chance: Chance) -> tuple[Relative, ...]:
    stage = "young" if age < 18 else "adult" if age < 65 else "old"
    relation, female = chance.pick(_RELATIONS[stage])
    given = chance.pick(origin.female if female else origin.male)
    phone = f"070-174 06 {chance.whole(5, 99):02d}"
    return (Relative(name=f"{family}, {given}", relation=relation, phone=phone),)
