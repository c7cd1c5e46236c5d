"""The directory: care providers, units, people and their assignments (as HSA knows them).

Not part of any patient's record. The server keeps it; a workstation caches what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
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
CARE = LICENSED | {"assistant_nurse"}
"""Who takes part in the care itself."""
KEEPERS = LICENSED | {"medical_secretary"}
"""Who may write down what a patient says of who may read."""
PRESCRIBERS = frozenset({"physician"})
Right = Literal[
    "care", "admin", "content_author", "content_approver", "log_review", "import", "lab_system"
]


class Provider(Silent, frozen=True, kw_only=True):
    """Vårdgivare."""

    hsa_id: HsaId
    name: str
    type: Literal["region", "municipality", "private"] = "region"


class Unit(Silent, frozen=True, kw_only=True):
    """Vårdenhet. ``type`` says what it is for; ``receives``: referral types it accepts.

    ``head``: HSA-id of who heads it (verksamhetschef or whom they named): sees what waits too long.
    ``reserve``: the unit's reserve routine, in its own words: whom to call when no record can be read.
    """

    hsa_id: HsaId
    name: str
    provider: HsaId
    type: Literal[
        "ward", "outpatient", "primary_care", "municipal", "laboratory", "imaging", "emergency"
    ]
    phone: str = ""
    receives: tuple[str, ...] = ()
    head: HsaId = HsaId("")
    reserve: str = ""


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


class StandIn(Silent, frozen=True, kw_only=True):
    """Who sees to it that what waits for ``person`` in ``unit`` does not wait in vain.

    ``since``/``until``: ms UTC; until None: for the time being. ``absent``: the person is away, and
    the deputy sees everything at once; else only what has been late for a while.
    """

    person: HsaId
    unit: HsaId
    deputy: HsaId
    since: int = 0
    until: int | None = None
    absent: bool = False

    def holds(self, now: int) -> bool:
        """Whether it holds at a time, ms UTC."""
        return self.since <= now and (self.until is None or now < self.until)


class Directory(Silent, frozen=True, kw_only=True):
    """A region's whole directory."""

    providers: tuple[Provider, ...] = ()
    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Whose work somebody sees besides their own, in one unit.

    ``absent``: of these, everything at once. ``deputised``: what has been late long enough for a
    deputy. ``heads``: sees what has been late long enough for the unit's head: the head, who stands
    in for an absent head, and everybody of a unit that has none.
    """

    absent: frozenset[HsaId] = frozenset()
    deputised: frozenset[HsaId] = frozenset()
    heads: bool = False


def cover_of(directory: Directory, *, person: HsaId, unit: HsaId, now: int) -> Cover:
    """Return whose work ``person`` covers in ``unit`` at ``now`` (ms UTC).

    Who stands in for somebody absent stands in for whomever that one stands in for as well.
    """
    holding = [s for s in directory.stand_ins if s.unit == unit and s.holds(now)]
    covered = {person}
    while more := {s.person for s in holding if s.absent and s.deputy in covered} - covered:
        covered |= more
    heads = {u.head for u in directory.units if u.hsa_id == unit}
    return Cover(
        absent=frozenset(covered - {person}),
        deputised=frozenset(s.person for s in holding if s.deputy in covered) - {person},
        heads=not heads.isdisjoint(covered) or HsaId("") in heads,
    )


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
