"""Which patients an actor may read: decided here, turned into SQL by the server's store.

An empty scope is a type of its own. It can never be taken for "no restriction".
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.access.actor import Actor, PatientSelf, Staff
from workstation.access.policy import Action, Relation, decide
from workstation.domain.ids import HsaId, PatientId


@dataclass(frozen=True, kw_only=True, repr=False)
class InUnits:
    """Patients in the care of these units, at least one, and those ``opened`` in an emergency."""

    units: frozenset[HsaId]
    opened: frozenset[PatientId] = frozenset()

    def __post_init__(self) -> None:
        if not self.units or "" in self.units:
            raise ValueError("a scope of units names at least one unit, and none without a name")


@dataclass(frozen=True, kw_only=True, repr=False)
class OnePatient:
    """This patient only, and only what the patient may read."""

    patient: PatientId


@dataclass(frozen=True)
class Nothing:
    """No patient at all."""


Scope = InUnits | OnePatient | Nothing


def scope_of(actor: Actor) -> Scope:
    """Return the patients whose records the actor may read."""
    match actor:
        case Staff() if decide(actor, Action.READ_RECORD, Relation.OWN_UNIT).allowed and actor.unit:
            opened = actor.opened if _may_read_opened(actor) else frozenset()
            return InUnits(units=frozenset({actor.unit}), opened=opened)
        case PatientSelf() if decide(actor, Action.READ_OWN, Relation.SELF).allowed:
            return OnePatient(patient=actor.patient)
    return Nothing()


def _may_read_opened(actor: Staff) -> bool:
    return decide(actor, Action.READ_RECORD, Relation.EMERGENCY).allowed


def contains(scope: Scope, patient: PatientId, in_care_of: frozenset[HsaId]) -> bool:
    """Whether a patient in the care of these units is in the scope: what the SQL must agree with."""
    match scope:
        case InUnits():
            return not scope.units.isdisjoint(in_care_of) or patient in scope.opened
        case OnePatient():
            return scope.patient == patient
        case Nothing():
            return False
