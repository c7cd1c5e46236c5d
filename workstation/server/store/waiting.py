"""What waits for whom, as rows: kept up to date with each record, and never searched by scanning.

Derived by the same functions as on workstations; a rebuild makes the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
)

from sync.protocol.waiting import Waiting
from workstation.access.scope import Scope
from workstation.domain.directory import Cover
from workstation.domain.entity import EntityState
from workstation.domain.kind import Projection
from workstation.domain.referral import ReferralState, referral_state, requisition_number
from workstation.domain.referral.table import ENDED, EXAMS
from workstation.server import schema
from workstation.server.store.sql import parts, storable
from workstation.server.store.visible import entity_closed, visible

FAMILIES = frozenset({"referral", "observation", "diagnostic_report", "unmatched_answer"})
_ALWAYS_WAIT = ("referral", "unmatched_answer")  # until they are done with
_LONGEST_TITLE = 200

Derived = tuple[EntityState, Projection]


def renew(
    connection: Connection, derived: Sequence[Derived], *, received: Callable[[EntityState], int]
) -> None:
    """Make the rows of these entities say what is derived of them.

    ``received``: when the newest record of an entity came to this server, ms UTC. A laboratory asks
    for what has changed since it last asked; when something was written says nothing about that.
    """
    ours = [(state, row) for state, row in derived if row.family in FAMILIES]
    if not ours:
        return
    known = [state for state, _row in ours if not _is_new(state)]
    for table in (schema.waiting, schema.lab_order):
        _forget(connection, table, known)
    rows = [line for state, row in ours for line in _rows(state, row)]
    if rows:
        connection.execute(insert(schema.waiting), rows)
    found = [_order(state, row, received) for state, row in ours]
    orders = [order for order in found if order is not None]
    if orders:
        connection.execute(insert(schema.lab_order), orders)


def again(connection: Connection, derived: Sequence[Derived]) -> None:
    """Make what a patient's rows say until when it may wait what is derived of them now."""
    _forget(connection, schema.waiting, [state for state, _row in derived])
    rows = [line for state, row in derived for line in _rows(state, row)]
    if rows:
        connection.execute(insert(schema.waiting), rows)


def forget(connection: Connection, patient: UUID) -> None:
    """Remove a patient's rows, to be made anew."""
    for table in (schema.waiting, schema.lab_order):
        connection.execute(delete(table).where(table.c.patient_id == patient.bytes))


def unfilled(connection: Connection, *, after: bytes, limit: int) -> list[UUID]:
    """Return patients whose rows were never made, as after an update of the program, by id.

    An open referral always waits for somebody: where one does not, nothing was made. ``after``: the
    last patient of the page before; with none, a database that has any rows is taken as filled, and
    so is one without referrals, in which nothing but what was imported may be.
    """
    table = schema.entity_row
    if not after:
        filled = select(schema.waiting.c.unit).limit(1)
        waits = select(table.c.family).where(table.c.family.in_(_ALWAYS_WAIT)).limit(1)
        if connection.scalar(filled) is not None or connection.scalar(waits) is None:
            return []
    found = connection.scalars(
        select(table.c.patient_id)
        .where(table.c.family.in_(sorted(FAMILIES)), table.c.patient_id > after)
        .group_by(table.c.patient_id)
        .order_by(table.c.patient_id)
        .limit(limit)
    )
    return [UUID(bytes=patient) for patient in found]


def _is_new(state: EntityState) -> bool:
    """One record is the first there was of it; nothing can be known of the entity from before."""
    marks = (*state.signatures, *state.acknowledgements)
    return len(state.line.versions) == 1 and not marks


def _forget(connection: Connection, table: Any, states: Sequence[EntityState]) -> None:
    by_patient: dict[UUID, list[bytes]] = {}
    for state in states:
        by_patient.setdefault(state.patient, []).append(state.id.bytes)
    for patient, entities in by_patient.items():
        for part in parts(entities):
            connection.execute(
                delete(table).where(
                    table.c.patient_id == patient.bytes, table.c.entity_id.in_(part)
                )
            )


def _rows(state: EntityState, row: Projection) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for work in row.work:
        found[work.unit, work.reason] = {
            "patient_id": state.patient.bytes,
            "entity_id": state.id.bytes,
            "unit": storable(work.unit),
            "reason": work.reason,
            "person": storable(work.person),
            "family": storable(row.family),
            "type": storable(row.code),
            "status": storable(row.status),
            "title": storable(row.title[:_LONGEST_TITLE]),
            "sender": storable(row.sender),
            "receiver": storable(row.receiver),
            "urgency": work.urgency,
            "since": work.since,
            "due": work.due,
            "deputy_at": work.deputy_at,
            "head_at": work.head_at,
        }
    return list(found.values())


def _order(
    state: EntityState, row: Projection, received: Callable[[EntityState], int]
) -> dict[str, Any] | None:
    """Return an order's row: found by its number, and by its laboratory as long as it is under way."""
    if row.family != "referral" or row.code not in EXAMS or row.status == "unreadable":
        return None
    order: ReferralState = referral_state(state)
    return {
        "patient_id": state.patient.bytes,
        "entity_id": state.id.bytes,
        "requisition": storable(order.request.requisition or requisition_number(state.id)),
        "receiver": storable(order.receiver),
        "owner_unit": storable(order.owner_unit),
        "under_way": int(order.status not in ENDED and order.status != "final"),
        "changed": received(state),
    }


def page(
    connection: Connection,
    scope: Scope,
    unit: str,
    reasons: Sequence[str],
    *,
    now: int,
    limit: int,
    offset: int = 0,
    person: str | None = None,
) -> tuple[Waiting, ...]:
    """Return a page of a unit's list: undecided first, then the most urgent, the oldest first."""
    table = schema.waiting
    found: list[Any] = []
    # One index seek for each reason and urgency, in order, until the page is full.
    for part in _ordered_parts(reasons):
        if len(found) >= offset + limit:
            break
        query = (
            select(table)
            .where(table.c.unit == unit, part, _readable(scope, now))
            .order_by(table.c.since, table.c.entity_id)
            .limit(offset + limit - len(found))
        )
        if person is not None:
            query = query.where(table.c.person == person)
        found += connection.execute(query).all()
    return tuple(_line(row) for row in found[offset : offset + limit])


def _readable(scope: Scope, now: int) -> ColumnElement[bool]:
    """Of patients in the scope, and nothing of it withheld by a block."""
    table = schema.waiting
    kept = entity_closed(scope, table.c.patient_id, table.c.entity_id, now)
    return and_(visible(scope, table.c.patient_id), not_(kept))


def _ordered_parts(reasons: Sequence[str]) -> Iterable[ColumnElement[bool]]:
    table = schema.waiting
    if "undecided" in reasons:
        yield table.c.reason == "undecided"
    others = [reason for reason in reasons if reason != "undecided"]
    for urgency in range(4):
        if others:
            yield and_(table.c.reason.in_(others), table.c.urgency == urgency)


def overdue(
    connection: Connection, scope: Scope, unit: str, *, now: int, limit: int
) -> tuple[Waiting, ...]:
    """Return what the unit watches that is late, the longest late first."""
    table = schema.waiting
    query = (
        select(table)
        .where(
            table.c.unit == unit,
            table.c.reason == "watch",
            table.c.due < now,
            _readable(scope, now),
        )
        .order_by(table.c.due, table.c.entity_id)
        .limit(limit)
    )
    return tuple(_line(row) for row in connection.execute(query))


def escalated(
    connection: Connection, scope: Scope, unit: str, cover: Cover, *, now: int, limit: int
) -> tuple[Waiting, ...]:
    """Return what somebody sees for others in the unit: as stand-in, as deputy, as head."""
    table = schema.waiting
    ways: list[ColumnElement[bool]] = []
    late = or_(table.c.reason != "watch", table.c.due < now)
    if cover.absent:
        ways.append(and_(table.c.person.in_(sorted(cover.absent)), late))
    if cover.deputised:
        ways.append(and_(table.c.person.in_(sorted(cover.deputised)), table.c.deputy_at < now))
    if cover.heads:
        ways.append(table.c.head_at < now)
    found: dict[tuple[bytes, bytes, str], Any] = {}
    for way in ways:
        query = select(table).where(table.c.unit == unit, way, _readable(scope, now)).limit(limit)
        for row in connection.execute(query):
            found[row.patient_id, row.entity_id, row.reason] = row
    lines = sorted((_line(row) for row in found.values()), key=lambda w: (w.urgency, w.since))
    return tuple(lines[:limit])


def counts(connection: Connection, scope: Scope, unit: str, *, now: int) -> Mapping[str, int]:
    """Return how many wait in a unit by reason; ``overdue`` counts watches that are late."""
    table = schema.waiting
    shown = case(
        (and_(table.c.reason == "watch", table.c.due < now), "overdue"), else_=table.c.reason
    )
    rows = connection.execute(
        select(shown, func.count())
        .where(table.c.unit == unit, _readable(scope, now))
        .group_by(shown)
    )
    return {row[0]: row[1] for row in rows}


def _line(row: Any) -> Waiting:
    return Waiting(
        patient=UUID(bytes=row.patient_id),
        entity=UUID(bytes=row.entity_id),
        family=row.family,
        type=row.type,
        status=row.status,
        title=row.title,
        sender=row.sender,
        receiver=row.receiver,
        reason=row.reason,
        urgency=row.urgency,
        unit=row.unit,
        person=row.person,
        since=row.since,
        due=row.due,
    )
