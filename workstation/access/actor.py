"""Who asks. Made by the server from a session; nothing a client says of itself comes in here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from workstation.domain.directory import Right
from workstation.domain.ids import HsaId, PatientId


class ActorKind(StrEnum):
    """What an actor counts as in the policy table. A person with two rights counts as both."""

    CARE = "care staff"
    ADMIN = "administrator"
    LOG_REVIEW = "log reviewer"
    CONTENT_AUTHOR = "author of clinical content"
    CONTENT_APPROVER = "approver of clinical content"
    LAB_SYSTEM = "a laboratory's system"
    PATIENT = "patient"
    MACHINE = "workstation without a person"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, repr=False)
class Staff:
    """A member of staff in one assignment (medarbetaruppdrag), which is part of the session.

    ``opened``: whose records they have open in an emergency.
    """

    person: HsaId
    assignment: HsaId
    unit: HsaId
    provider: HsaId
    rights: frozenset[Right]
    device: str = ""
    opened: frozenset[PatientId] = frozenset()


@dataclass(frozen=True, kw_only=True, repr=False)
class PatientSelf:
    """A patient who reads the own record."""

    patient: PatientId


@dataclass(frozen=True, kw_only=True, repr=False)
class Machine:
    """An enrolled workstation with nobody logged in: it may carry signed records up, and nothing else."""

    device: str


@dataclass(frozen=True, repr=False)
class Nobody:
    """No session, or one that has ended."""


Actor = Staff | PatientSelf | Machine | Nobody

_BY_RIGHT: dict[Right, ActorKind] = {
    "care": ActorKind.CARE,
    "admin": ActorKind.ADMIN,
    "log_review": ActorKind.LOG_REVIEW,
    "content_author": ActorKind.CONTENT_AUTHOR,
    "content_approver": ActorKind.CONTENT_APPROVER,
    "lab_system": ActorKind.LAB_SYSTEM,
}


def kinds_of(actor: Actor) -> frozenset[ActorKind]:
    """Return what the actor counts as; staff without any right count as nobody."""
    match actor:
        case Staff():
            return _kinds_with(actor.rights)
        case PatientSelf():
            return frozenset({ActorKind.PATIENT})
        case Machine():
            return frozenset({ActorKind.MACHINE})
        case Nobody():
            return frozenset({ActorKind.NOBODY})


@cache
def _kinds_with(rights: frozenset[Right]) -> frozenset[ActorKind]:
    kinds = frozenset(_BY_RIGHT[right] for right in rights if right in _BY_RIGHT)
    return kinds or frozenset({ActorKind.NOBODY})
