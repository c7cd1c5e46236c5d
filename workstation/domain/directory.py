"""The directory: care providers, units, people and their assignments (as HSA knows them).

Not part of any patient's record. The server keeps it; a workstation caches what it needs.
"""

from __future__ import annotations

from typing import Literal

from workstation.domain.ids import HsaId
from workstation.domain.record import Author, Silent

Profession = Literal[
    "physician",
    "nurse",
    "assistant_nurse",
    "midwife",
    "physiotherapist",
    "occupational_therapist",
    "psychologist",
    "dietitian",
    "biomedical_analyst",
    "medical_secretary",
    "receptionist",
    "administrator",
    "system",
]
LICENSED = frozenset(
    {
        "physician",
        "nurse",
        "midwife",
        "physiotherapist",
        "occupational_therapist",
        "psychologist",
        "dietitian",
        "biomedical_analyst",
    }
)
PRESCRIBERS = frozenset({"physician"})
Right = Literal["care", "admin", "content_author", "content_approver", "log_review", "import"]


class Provider(Silent, frozen=True, kw_only=True):
    """Vårdgivare."""

    hsa_id: HsaId
    name: str
    type: Literal["region", "municipality", "private"] = "region"


class Unit(Silent, frozen=True, kw_only=True):
    """Vårdenhet. ``type`` says what it is for; ``receives``: referral types it accepts."""

    hsa_id: HsaId
    name: str
    provider: HsaId
    type: Literal[
        "ward", "outpatient", "primary_care", "municipal", "laboratory", "imaging", "emergency"
    ]
    phone: str = ""
    receives: tuple[str, ...] = ()


class Person(Silent, frozen=True, kw_only=True):
    """A member of staff. ``protected``: shown by role only."""

    hsa_id: HsaId
    name: str
    profession: Profession
    title: str
    protected: bool = False


class Assignment(Silent, frozen=True, kw_only=True):
    """Medarbetaruppdrag: who may work where, with which rights."""

    hsa_id: HsaId
    person: HsaId
    unit: HsaId
    rights: tuple[Right, ...] = ("care",)


class Directory(Silent, frozen=True, kw_only=True):
    """A region's whole directory."""

    providers: tuple[Provider, ...] = ()
    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    assignments: tuple[Assignment, ...] = ()


def author_of(person: Person, assignment: Assignment, unit: Unit, provider: Provider) -> Author:
    """Return the author that this person is in this assignment."""
    return Author(
        hsa_id=person.hsa_id,
        name=person.name,
        title=person.title,
        assignment=assignment.hsa_id,
        unit=unit.hsa_id,
        unit_name=unit.name,
        provider=provider.hsa_id,
        provider_name=provider.name,
    )
