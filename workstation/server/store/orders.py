"""Orders as a laboratory's answers find them: by our id or by their number, with their patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from workstation.domain.entity import EntityState
from workstation.domain.identity import index_keys, parse_identity
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.kinds import entity_state, open_raw
from workstation.domain.observation import Observation
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import ReferralState, referral_state
from workstation.server import schema
from workstation.server.store.sql import storable
from workstation.server.store.statement import Among, Statement, pairs

_EARLIER = 3


class Place(NamedTuple):
    """Where an order is, unread."""

    patient: PatientId
    entity: EntityId


@dataclass(frozen=True, kw_only=True, repr=False)
class Order:
    """An order with its records. ``owner_unit`` watches it."""

    patient: PatientId
    entity: EntityId
    state: EntityState
    referral: ReferralState


def find(connection: Connection, *, order: str, requisition: str) -> Place | None:
    """Return the one order that id and number both mean, where given; None when there is none such.

    Nobody has read it yet: take the patient's lock, then :func:`load` it.
    """
    number = storable(requisition.strip().upper())
    if not order and not number:
        return None
    asked = _BY_BOTH if order and number else _BY_ID if order else _BY_NUMBER
    rows = asked.rows(connection, id=_bytes_of(order), number=number)
    if len(rows) != 1:
        return None
    patient, entity = rows[0]
    return Place(PatientId(UUID(bytes=patient)), EntityId(UUID(bytes=entity)))


def load(connection: Connection, patient: UUID, entity: UUID) -> Order | None:
    """Return an order by its address; None when there is no referral there."""
    state = state_of(connection, patient, entity)
    if state is None or state.family != "referral":
        return None
    return Order(
        patient=PatientId(patient),
        entity=EntityId(entity),
        state=state,
        referral=referral_state(state),
    )


def lock(connection: Connection, patient: UUID) -> None:
    """Take the patient's lock: until the transaction ends nobody else adds to the record."""
    _LOCK.rows(connection, patient=patient.bytes)


def state_of(connection: Connection, patient: UUID, entity: UUID) -> EntityState | None:
    """Return the state of one entity, None where there is nothing."""
    return states_of(connection, patient, (entity,)).get(entity)


def states_of(
    connection: Connection, patient: UUID, entities: Iterable[UUID]
) -> dict[UUID, EntityState]:
    """Return the state of each of a patient's entities that there is."""
    places = [(patient.bytes, entity.bytes) for entity in dict.fromkeys(entities)]
    records: dict[bytes, list[Record]] = defaultdict(list)
    for entity, raw in _RECORDS.rows(connection, places):
        records[entity].append(open_raw(raw))
    return {UUID(bytes=entity): entity_state(those) for entity, those in records.items()}


def names_patient(
    connection: Connection, patient: UUID, *, patient_id: str, numbers: Sequence[str], today: date
) -> bool:
    """Whether an answer names this patient, and nothing it says contradicts that."""
    if patient_id and _bytes_of(patient_id) != patient.bytes:
        return False
    if not numbers:
        return bool(patient_id)
    keys = [key for number in numbers for key in _keys(number, today)]
    own = {row[0] for row in _NUMBERS.rows(connection, patient=patient.bytes)}
    return all(any(key in own for key in _keys(number, today)) for number in numbers) and bool(keys)


def _keys(number: str, today: date) -> Iterable[str]:
    try:
        return tuple(index_keys(parse_identity(number, as_of=today)))
    except Problem:
        return (storable(number).upper(),)


def earlier_values(
    connection: Connection, patient: UUID, code: str, *, before: int
) -> tuple[Observation, ...]:
    """Return the newest few results of an analysis before a time, ms UTC."""
    rows = _EARLIER_ONES.rows(connection, patient=patient.bytes, code=storable(code), before=before)
    found = states_of(connection, patient, [UUID(bytes=row[0]) for row in rows])
    bodies = [state.current.body for state in found.values() if not state.voided]
    return tuple(body for body in bodies if isinstance(body, Observation))


def under_way(
    connection: Connection, receiver: str, *, after: int, limit: int
) -> tuple[tuple[Order, ...], int | None]:
    """Return a laboratory's open orders that came or changed after a time, the oldest first.

    Args:
        after: ms UTC of this server. ``limit``: more only where several came at the very same time,
            which are never parted: whoever asks on from there would miss the others.

    Returns:
        The orders, and the time of the last one where there are more to ask for.
    """
    table = schema.lab_order
    query = (
        select(table.c.patient_id, table.c.entity_id, table.c.changed)
        .where(table.c.receiver == receiver, table.c.under_way == 1)
        .order_by(table.c.changed, table.c.entity_id)
    )
    rows = connection.execute(query.where(table.c.changed > after).limit(limit)).all()
    last = rows[-1].changed if len(rows) == limit else None
    if last is not None:
        earlier = [row for row in rows if row.changed < last]
        rows = [*earlier, *connection.execute(query.where(table.c.changed == last))]
    found = (load(connection, UUID(bytes=p), UUID(bytes=e)) for p, e, _changed in rows)
    return tuple(order for order in found if order is not None), last


def _bytes_of(text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError:
        return b""


_order, _number, _entry = schema.lab_order, schema.patient_number, schema.entry
_FOUND = select(_order.c.patient_id, _order.c.entity_id).limit(2)
_BY_ID = Statement(_FOUND.where(_order.c.entity_id == bindparam("id")))
_BY_NUMBER = Statement(_FOUND.where(_order.c.requisition == bindparam("number")))
_BY_BOTH = Statement(
    _FOUND.where(_order.c.entity_id == bindparam("id"), _order.c.requisition == bindparam("number"))
)
_LOCK = Statement(
    select(schema.patient.c.head_rev)
    .where(schema.patient.c.patient_id == bindparam("patient"))
    .with_for_update()
)
_RECORDS = Among(
    select(_entry.c.entity_id, _entry.c.raw).where(
        pairs(_entry.c.patient_id, _entry.c.entity_id), _entry.c.raw.is_not(None)
    )
)
_row = schema.entity_row
_EARLIER_ONES = Statement(
    select(_row.c.entity_id)
    .where(
        _row.c.patient_id == bindparam("patient"),
        _row.c.family == "observation",
        _row.c.code == bindparam("code"),
        _row.c.at < bindparam("before"),
    )
    .order_by(_row.c.at.desc())
    .limit(_EARLIER)
)
_NUMBERS = Statement(select(_number.c.number).where(_number.c.patient_id == bindparam("patient")))


__all__ = [
    "Order",
    "Place",
    "earlier_values",
    "find",
    "load",
    "lock",
    "names_patient",
    "state_of",
    "states_of",
    "under_way",
]
