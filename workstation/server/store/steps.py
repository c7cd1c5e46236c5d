"""A referral's steps at the door: what the transition table refuses does not come into the record.

Judged where the author stood, by the record's own past, which never changes: no lock is needed, and
what was overtaken meanwhile is no fault. It comes in, and means what the table says (kom för
sent, or undecided). What is refused is kept in quarantine with its reason, and in the outbox of
whoever wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, select

from workstation.domain.directory import LICENSED
from workstation.domain.kinds import BY_NAME, open_raw
from workstation.domain.marks import Acknowledgement, Resolution, Signature, Void
from workstation.domain.record import Record
from workstation.domain.referral import (
    TRANSITIONS,
    Referral,
    Standing,
    Step,
    course,
    lacking,
    step_of,
)
from workstation.server import schema
from workstation.server.store.judging import Opened, group_fault
from workstation.server.store.sql import parts

ILLEGAL = "illegal_step"
NOT_LICENSED = "not_licensed"
_DECIDES = (Void, Resolution)
_LICENSED = {row.step for row in TRANSITIONS if row.licensed} | {Step.RESOLUTION}


@dataclass(kw_only=True, repr=False)
class _Way:
    """One referral: what the record has of it, and what comes in."""

    stored: list[Record] = field(default_factory=list)
    coming: list[Record] = field(default_factory=list)


def any_steps(groups: Sequence[list[Opened]]) -> bool:
    """Whether there is anything to judge."""
    return any(one.record is not None and _may_step(one.record) for g in groups for one in g)


def judged(connection: Connection, groups: Sequence[list[Opened]]) -> list[list[Opened]]:
    """Return the groups with every referral step marked that its author may not have taken."""
    sound = [one for group in groups if group_fault(group) is None for one in group]
    coming = [one.record for one in sound if one.record is not None and _may_step(one.record)]
    if not coming:
        return list(groups)
    ways = _ways(connection, coming)
    licensed = _licensed(connection, {record.author.hsa_id for record in coming})
    refused = _refused_before(connection, coming)
    faults: dict[UUID, tuple[str, str]] = {}
    for way in ways.values():
        faults |= _faults(way, licensed, refused)
    return [[_marked(one, faults) for one in group] for group in groups]


def _marked(one: Opened, faults: Mapping[UUID, tuple[str, str]]) -> Opened:
    if one.record is None or one.why or one.record.id not in faults:
        return one
    return one.faulty(*faults[one.record.id])


def _may_step(record: Record) -> bool:
    kind = BY_NAME.get(record.kind)
    return kind is not None and (kind.family == "referral" or isinstance(record.body, _DECIDES))


def _ways(connection: Connection, coming: Sequence[Record]) -> dict[tuple[UUID, UUID], _Way]:
    ways: dict[tuple[UUID, UUID], _Way] = defaultdict(_Way)
    for record in coming:
        ways[record.patient, record.entity].coming.append(record)
    table = schema.entry
    by_patient: dict[UUID, list[bytes]] = defaultdict(list)
    for patient, entity in ways:
        by_patient[patient].append(entity.bytes)
    for patient, entities in by_patient.items():
        for part in parts(entities):
            found = connection.scalars(
                select(table.c.raw).where(
                    table.c.patient_id == patient.bytes,
                    table.c.entity_id.in_(part),
                    table.c.raw.is_not(None),
                )
            )
            for record in map(open_raw, found):
                if not isinstance(record.body, (Signature, Acknowledgement)):
                    ways[patient, record.entity].stored.append(record)
    return {
        key: way
        for key, way in ways.items()
        if any(isinstance(r.body, Referral) for r in (*way.stored, *way.coming))
    }


def _faults(
    way: _Way, licensed: frozenset[str], refused: frozenset[UUID]
) -> dict[UUID, tuple[str, str]]:
    """Return what is wrong with which of the records that come in."""
    known = {record.id for record in way.stored}
    taken = course((*way.stored, *way.coming)).taken
    first = next((t.record.id for t in taken), None)
    faults: dict[UUID, tuple[str, str]] = {}
    for one in taken:
        record = one.record
        if record.id in known:
            continue
        if getattr(record.body, "by", ""):
            faults[record.id] = ("not_allowed", "$.body.by")
        elif one.step is not None and (field := lacking(one.step, record.body)):
            faults[record.id] = (ILLEGAL, f"$.body.{field}")
        elif one.standing is Standing.ILLEGAL or _second_request(record, first):
            faults[record.id] = (ILLEGAL, str(one.step or ""))
        elif any(base in refused or base in faults for base in record.bases):
            faults[record.id] = (ILLEGAL, "$.bases")
        elif step_of(record) in _LICENSED and record.author.hsa_id not in licensed:
            faults[record.id] = (NOT_LICENSED, str(one.step or ""))
    return faults


def _second_request(record: Record, first: UUID | None) -> bool:
    return isinstance(record.body, Referral) and not record.bases and record.id != first


def _licensed(connection: Connection, people: set[str]) -> frozenset[str]:
    table = schema.person
    found: set[str] = set()
    for part in parts(sorted(people)):
        rows = connection.execute(
            select(table.c.hsa_id, table.c.profession).where(table.c.hsa_id.in_(part))
        )
        found |= {row.hsa_id for row in rows if row.profession in LICENSED}
    return frozenset(found)


def _refused_before(connection: Connection, coming: Sequence[Record]) -> frozenset[UUID]:
    """Return which of their bases were refused as steps: what builds on them has no ground."""
    table = schema.quarantine
    bases = {base for record in coming for base in record.bases}
    patients = {record.patient.bytes for record in coming}
    found: set[UUID] = set()
    for part in parts([base.bytes for base in bases]):
        rows = connection.scalars(
            select(table.c.op_id).where(
                table.c.patient_id.in_(sorted(patients)),
                table.c.op_id.in_(part),
                table.c.why.in_((ILLEGAL, NOT_LICENSED)),
                table.c.released_at.is_(None),
            )
        )
        found |= {UUID(bytes=row) for row in rows if row is not None}
    return frozenset(found)
