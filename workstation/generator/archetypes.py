"""Who lives in the region: kinds of lives and how common they are."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.identity_systems import IdentityKind
from workstation.generator.people import Wanted

HEAVIEST = 10_000
"""Records of the one patient with the longest chart."""


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """One kind of life.

    Attributes:
        weight: How common it is, in comparison with the others.
        has: Conditions everybody of the kind has. ``may``: with the probability that each has.
        years: Least and most years of record.
        troubles: Passing troubles per year.
        stays: Illnesses that may end in hospital, and how many such stays per ten years.
        medicines: At least so many current medicines in the end.
    """

    name: str
    weight: float
    wanted: Wanted
    has: tuple[str, ...] = ()
    may: tuple[tuple[str, float], ...] = ()
    years: tuple[int, int] = (4, 9)
    troubles: float = 0.5
    stays: tuple[str, ...] = ()
    stays_per_ten_years: float = 0.0
    medicines: int = 0
    care: str = ""
    special: str = ""


_LUNG_HEART = ("lunginflammation", "hjartsvikt", "dehydrering")
_OLD = (("hypertoni", 0.6), ("artros", 0.5), ("formaksflimmer", 0.25), ("hypotyreos", 0.15))

ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        name="friskt barn",
        weight=15,
        wanted=Wanted(youngest=1, oldest=12),
        years=(12, 13),
        troubles=0.7,
        special="child",
    ),
    Archetype(
        name="nyfödd",
        weight=1.5,
        wanted=Wanted(youngest=0, oldest=0, newborn=True),
        years=(1, 1),
        troubles=0,
        special="newborn",
    ),
    Archetype(
        name="tonåring",
        weight=6,
        wanted=Wanted(youngest=13, oldest=19),
        years=(3, 8),
        troubles=0.5,
        may=(("astma", 0.08), ("angest", 0.08)),
    ),
    Archetype(
        name="barn med adhd",
        weight=2,
        wanted=Wanted(youngest=8, oldest=17),
        years=(3, 5),
        has=("adhd",),
        troubles=0.4,
    ),
    Archetype(
        name="frisk vuxen",
        weight=23,
        wanted=Wanted(youngest=20, oldest=64),
        years=(4, 10),
        troubles=0.4,
        may=(("angest", 0.04), ("hypotyreos", 0.03)),
    ),
    Archetype(
        name="frisk äldre",
        weight=8,
        wanted=Wanted(youngest=65, oldest=82),
        years=(5, 10),
        troubles=0.6,
        may=(("artros", 0.3), ("hypertoni", 0.3)),
    ),
    Archetype(
        name="högt blodtryck",
        weight=9,
        wanted=Wanted(youngest=45, oldest=80),
        has=("hypertoni",),
        may=(("artros", 0.2), ("kranskarl", 0.1), ("depression", 0.1)),
    ),
    Archetype(
        name="diabetes typ 2",
        weight=6,
        wanted=Wanted(youngest=45, oldest=85, death=0.03),
        has=("diabetes",),
        may=(("hypertoni", 0.7), ("kranskarl", 0.2), ("njursvikt", 0.08)),
        stays=("urosepsis", "hjartinfarkt"),
        stays_per_ten_years=0.5,
    ),
    Archetype(
        name="diabetes typ 1",
        weight=2,
        wanted=Wanted(youngest=12, oldest=60),
        has=("diabetes1",),
        may=(("hypotyreos", 0.15),),
    ),
    Archetype(
        name="hjärtsvikt",
        weight=4,
        wanted=Wanted(youngest=65, oldest=92, death=0.12),
        has=("hjartsvikt",),
        may=(("formaksflimmer", 0.5), ("diabetes", 0.25), *_OLD),
        stays=("hjartsvikt", "lunginflammation"),
        stays_per_ten_years=3,
        years=(3, 7),
    ),
    Archetype(
        name="KOL",
        weight=4,
        wanted=Wanted(youngest=58, oldest=86, death=0.08),
        has=("kol",),
        may=(("hypertoni", 0.4), ("osteoporos", 0.2), ("depression", 0.15)),
        stays=("kol", "lunginflammation"),
        stays_per_ten_years=2.5,
    ),
    Archetype(name="astma", weight=4, wanted=Wanted(youngest=6, oldest=55), has=("astma",)),
    Archetype(
        name="njursvikt",
        weight=3,
        wanted=Wanted(youngest=50, oldest=86, death=0.06),
        has=("njursvikt", "hypertoni"),
        may=(("diabetes", 0.4), ("kranskarl", 0.2)),
        stays=("dehydrering", "urosepsis"),
        stays_per_ten_years=1.5,
    ),
    Archetype(
        name="depression",
        weight=6,
        wanted=Wanted(youngest=18, oldest=72),
        years=(2, 4),
        has=("depression",),
        may=(("angest", 0.3),),
        stays=("psykisk",),
        stays_per_ten_years=0.6,
    ),
    Archetype(
        name="psykossjukdom",
        weight=1.5,
        wanted=Wanted(youngest=20, oldest=65),
        has=("psykos",),
        years=(3, 6),
        stays=("psykisk",),
        stays_per_ten_years=1,
    ),
    Archetype(
        name="bipolär sjukdom",
        weight=1.2,
        wanted=Wanted(youngest=22, oldest=68),
        has=("bipolar",),
        years=(3, 6),
        may=(("hypotyreos", 0.2),),
    ),
    Archetype(
        name="cancer",
        weight=4,
        wanted=Wanted(youngest=48, oldest=86, death=0.15),
        years=(2, 4),
        special="cancer",
        may=(("hypertoni", 0.4),),
        stays=("lunginflammation", "dehydrering"),
        stays_per_ten_years=2,
    ),
    Archetype(
        name="gravid",
        weight=4,
        wanted=Wanted(youngest=21, oldest=41, female=True),
        years=(2, 3),
        special="pregnant",
        troubles=0.3,
    ),
    Archetype(
        name="multisjuk äldre",
        weight=4,
        wanted=Wanted(youngest=83, oldest=95, death=0.14),
        has=("hypertoni", "hjartsvikt", "formaksflimmer"),
        years=(4, 6),
        medicines=14,
        may=(
            ("diabetes", 0.4),
            ("kol", 0.25),
            ("osteoporos", 0.5),
            ("artros", 0.6),
            ("njursvikt", 0.3),
            ("stroke", 0.2),
        ),
        stays=(*_LUNG_HEART, "urosepsis", "hoftfraktur"),
        stays_per_ten_years=4,
        care="hemsjukvard",
    ),
    Archetype(
        name="demenssjukdom",
        weight=3,
        wanted=Wanted(youngest=76, oldest=94, death=0.15),
        has=("demens",),
        may=_OLD,
        years=(3, 5),
        care="sabo",
        medicines=6,
        stays=("hoftfraktur", "dehydrering"),
        stays_per_ten_years=2,
    ),
    Archetype(
        name="neurologisk sjukdom",
        weight=3,
        wanted=Wanted(youngest=35, oldest=84),
        special="neurology",
        may=(("hypertoni", 0.3),),
    ),
    Archetype(
        name="ledgångsreumatism",
        weight=1.5,
        wanted=Wanted(youngest=30, oldest=78),
        has=("reumatoid_artrit",),
        years=(3, 7),
    ),
    Archetype(
        name="nyanländ",
        weight=3,
        years=(1, 2),
        special="arrival",
        wanted=Wanted(youngest=2, oldest=60, newcomer=True, kind=IdentityKind.VGR_LRID),
    ),
    Archetype(
        name="besökare",
        weight=1,
        years=(1, 1),
        troubles=3,
        wanted=Wanted(youngest=18, oldest=70, kind=IdentityKind.OTHER_RESERVE),
    ),
)
HEAVY = Archetype(
    name="mycket lång journal",
    weight=0,
    wanted=Wanted(youngest=86, oldest=91),
    has=("hypertoni", "diabetes", "hjartsvikt", "formaksflimmer", "njursvikt", "kol"),
    years=(11, 11),
    medicines=14,
    care="sabo",
    stays=(*_LUNG_HEART, "kol"),
    stays_per_ten_years=6,
    special="heavy",
)
NEWLY_REGISTERED = Archetype(
    name="nyligen folkbokförd",
    weight=0,
    wanted=Wanted(youngest=2, oldest=60),
    years=(0, 1),
    troubles=6,
)
"""The second stream of somebody who was first met under a reserve number."""
