"""Which other records are the same person: what the links of one stream say together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from workstation.domain.entity import EntityState
from workstation.domain.identity_systems import IdentityKind, kind_of_system
from workstation.domain.ids import PatientId
from workstation.domain.patient import IdentityLink

RIGHT_KINDS = frozenset({IdentityKind.PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER})
RESERVE_KINDS = frozenset(
    {
        IdentityKind.NATIONAL_RESERVE,
        IdentityKind.VGR_LRID,
        IdentityKind.VGR_GRID,
        IdentityKind.OTHER_RESERVE,
    }
)


class Linked(Enum):
    """What the other record is to this one."""

    RIGHT = "right"
    """The other has the person's right number: what is new is written there."""
    RESERVE = "reserve"
    """The other was kept under a reserve number."""
    BESIDE = "beside"
    """The other has a number of the same sort, or of none."""


@dataclass(frozen=True, kw_only=True, repr=False)
class LinkInForce:
    """A link that holds. ``states``: every entity of the stream that says so."""

    other: PatientId
    states: tuple[EntityState, ...]


def links_in_force(states: Iterable[EntityState]) -> tuple[LinkInForce, ...]:
    """Return the links that hold in one patient's stream, the oldest first.

    A link that one side voided and another did not is shown until somebody decides: to look
    in a record too many harms nobody, to miss a hypersensitivity does.

    Args:
        states: The stream's entities of the family ``identity_link``; others are passed over.
    """
    said: dict[PatientId, list[EntityState]] = {}
    ended: dict[PatientId, EntityState] = {}
    for state in sorted(states, key=lambda one: one.current.order):
        body = state.current.body
        if not isinstance(body, IdentityLink) or (state.voided and not state.undecided):
            continue
        other = PatientId(body.other)
        if other == state.patient:
            continue
        if body.action == "unlink":
            ended[other] = state
        else:
            said.setdefault(other, []).append(state)
    found = []
    for other, linked in said.items():
        end = ended.get(other)
        held = [s for s in linked if end is None or s.current.order > end.current.order]
        if held:
            found.append(LinkInForce(other=other, states=tuple(held)))
    return tuple(found)


def is_reserve(system: str) -> bool:
    """Whether a number of this system stands in for one that is not known."""
    return kind_of_system(system) in RESERVE_KINDS


def is_right(system: str) -> bool:
    """Whether a number of this system names who the person is."""
    return kind_of_system(system) in RIGHT_KINDS


def linked_as(own: str, other: str) -> Linked:
    """Return what the other record is to this one.

    Args:
        own: The system of this record's number.
        other: That of the other's; empty where the other is not on this computer.
    """
    if is_reserve(own) and (is_right(other) or not other):
        return Linked.RIGHT
    if is_right(own) and (is_reserve(other) or not other):
        return Linked.RESERVE
    if _is(own, IdentityKind.SAMORDNINGSNUMMER) and _is(other, IdentityKind.PERSONNUMMER):
        return Linked.RIGHT
    return Linked.BESIDE


def _is(system: str, kind: IdentityKind) -> bool:
    return kind_of_system(system) is kind
