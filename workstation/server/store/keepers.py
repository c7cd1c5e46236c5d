"""Blocks, lifts and consents at the door: what a patient has closed, nobody opens who may not.

A screen offers none of it to those who may not; here it is refused, whatever a computer sends.
Whose a block is never changes, so no lock is needed. What is refused is kept in quarantine with its
reason, and in the outbox of whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from workstation.domain.block import Block, BlockLift
from workstation.domain.consent import Consent
from workstation.domain.directory import KEEPERS
from workstation.domain.ids import HsaId
from workstation.domain.kinds import open_raw
from workstation.domain.marks import Acknowledgement, Resolution, Signature, Void
from workstation.domain.record import Record
from workstation.server.store import blocking, directory
from workstation.server.store.judging import Opened, group_fault

_KINDS = frozenset({"block", "block_lift", "consent"})
_NOT_ALLOWED = "not_allowed"


def any_of_them(groups: Sequence[list[Opened]], blocked: frozenset[UUID]) -> bool:
    """Whether there is anything to judge. ``blocked``: those of the patients who have a block."""
    return any(_concerns(one, blocked) for group in groups for one in group)


def _concerns(one: Opened, blocked: frozenset[UUID]) -> bool:
    return one.record is not None and (one.patient in blocked or one.record.kind in _KINDS)


def judged(
    connection: Connection, groups: Sequence[list[Opened]], blocked: frozenset[UUID]
) -> list[list[Opened]]:
    """Return the groups with each record marked that says more of a block than its author may."""
    sound = [one for group in groups if group_fault(group) is None for one in group]
    coming = [one.record for one in sound if one.record is not None and _concerns(one, blocked)]
    door = _door(connection, coming, blocked)
    faults: dict[UUID, str] = {}
    for record in coming:
        first = door.first.get((record.patient, record.entity))
        if place := door.fault(record, first):
            faults[record.id] = place
        elif first is None and record.kind in _KINDS:
            door.first[record.patient, record.entity] = record
    return [[_marked(one, faults) for one in group] for group in groups]


def _marked(one: Opened, faults: Mapping[UUID, str]) -> Opened:
    if one.record is None or one.why or one.record.id not in faults:
        return one
    return one.faulty(_NOT_ALLOWED, faults[one.record.id])


@dataclass(frozen=True, kw_only=True, repr=False)
class _Door:
    """``first``: what a block or a lift said at first, by patient and entity. ``units``: whose they are."""

    first: dict[tuple[UUID, UUID], Record]
    keepers: frozenset[str]
    units: Mapping[str, HsaId]

    def fault(self, record: Record, first: Record | None) -> str:
        """Return where a record says what its author may not; empty where nothing is wrong."""
        if isinstance(record.body, Signature | Acknowledgement):
            return ""
        if first is None and record.kind not in _KINDS:
            return ""
        if record.author.hsa_id not in self.keepers:
            return "$.author"
        allowed = self._begins(record) if first is None else self._goes_on(record, first)
        return "" if allowed else "$.body"

    def _begins(self, record: Record) -> bool:
        author, body = record.author, record.body
        match body:
            case Block():
                unit = self.units.get(body.unit, body.provider)
                return body.provider == author.provider == unit
            case BlockLift():
                return self._may_lift(record, body)
            case Consent():
                return body.provider == author.provider
        return True  # a newer program's: it opens nothing

    def _goes_on(self, record: Record, first: Record) -> bool:
        """Whether a record may be the next word about a block, a lift or a consent."""
        author, body, was = record.author, record.body, first.body
        decides = isinstance(body, Void | Resolution)
        match was:
            case Block():
                same = isinstance(body, Block) and _whose(body) == _whose(was)
                return (decides or same) and author.provider == was.provider
            case BlockLift():
                same = isinstance(body, BlockLift) and _for_whom(body) == _for_whom(was)
                return (decides or same) and self._may_lift(record, was)
            case Consent():
                same = isinstance(body, Consent) and body.provider == was.provider
                return (decides or same) and author.provider == was.provider
        return False

    def _may_lift(self, record: Record, lift: BlockLift) -> bool:
        """Whether who writes lifts it for the own unit or person, or the block is their provider's."""
        author, block = record.author, self.first.get((record.patient, lift.block))
        whose = block.body.provider if block and isinstance(block.body, Block) else ""
        own = lift.unit == author.unit if lift.unit else lift.person == author.hsa_id
        return own or whose == author.provider


def _whose(block: Block) -> tuple[str, HsaId, HsaId]:
    return block.type, block.unit, block.provider


def _for_whom(lift: BlockLift) -> tuple[UUID, HsaId, HsaId]:
    return lift.block, lift.unit, lift.person


def _door(connection: Connection, coming: Sequence[Record], blocked: frozenset[UUID]) -> _Door:
    staff = directory.persons(connection, sorted({record.author.hsa_id for record in coming}))
    patients = blocked & {record.patient for record in coming}
    units = directory.units(connection) if _name_units(coming) else ()
    return _Door(
        first=_first_of(connection, sorted(patients)),
        keepers=frozenset(p.hsa_id for p in staff.values() if p.profession in KEEPERS),
        units={unit.hsa_id: unit.provider for unit in units},
    )


def _name_units(coming: Iterable[Record]) -> bool:
    return any(isinstance(record.body, Block) and record.body.unit for record in coming)


def _first_of(connection: Connection, patients: Iterable[UUID]) -> dict[tuple[UUID, UUID], Record]:
    first: dict[tuple[UUID, UUID], Record] = {}
    for patient in patients:
        for raw in blocking.said_of_blocks(connection, patient):
            record = open_raw(raw)
            if record.kind in _KINDS:
                first.setdefault((patient, record.entity), record)
    return first
