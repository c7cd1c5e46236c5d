"""Orders as a laboratory's answers find them: by our id or by their number, with their patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

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

_EARLIER = 3


@dataclass(frozen=True, kw_only=True, repr=False)
class Order:
    """An order with its records. ``owner_unit`` watches it."""

    patient: PatientId
    entity: EntityId
    state: EntityState
    referral: ReferralState


def find(connection: Connection, *, order: str, requisition: str) -> Order | None:
    """Return the one order that id and number both mean, where given; None when there is none such."""
    table = schema.lab_order
    wanted = []
    if order:
        wanted.append(table.c.entity_id == _bytes_of(order))
    if requisition:
        wanted.append(table.c.requisition == storable(requisition.strip().upper()))
    if not wanted:
        return None
    rows = connection.execute(
        select(table.c.patient_id, table.c.entity_id).where(*wanted).limit(2)
    ).all()
    if len(rows) != 1:
        return None
    return load(connection, UUID(bytes=rows[0].patient_id), UUID(bytes=rows[0].entity_id))


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
    table = schema.patient
    connection.execute(
        select(table.c.head_rev).where(table.c.patient_id == patient.bytes).with_for_update()
    )


def state_of(connection: Connection, patient: UUID, entity: UUID) -> EntityState | None:
    """Return the state of one entity, None where there is nothing."""
    table = schema.entry
    rows = connection.scalars(
        select(table.c.raw).where(
            table.c.patient_id == patient.bytes,
            table.c.entity_id == entity.bytes,
            table.c.raw.is_not(None),
        )
    )
    records: list[Record] = [open_raw(raw) for raw in rows]
    return entity_state(records) if records else None


def names_patient(
    connection: Connection, patient: UUID, *, patient_id: str, numbers: Sequence[str], today: date
) -> bool:
    """Whether an answer names this patient, and nothing it says contradicts that."""
    if patient_id and _bytes_of(patient_id) != patient.bytes:
        return False
    if not numbers:
        return bool(patient_id)
    table = schema.patient_number
    keys = [key for number in numbers for key in _keys(number, today)]
    own = set(connection.scalars(select(table.c.number).where(table.c.patient_id == patient.bytes)))
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
    table = schema.entity_row
    found = connection.scalars(
        select(table.c.entity_id)
        .where(
            table.c.patient_id == patient.bytes,
            table.c.family == "observation",
            table.c.code == storable(code),
            table.c.at < before,
        )
        .order_by(table.c.at.desc())
        .limit(_EARLIER)
    ).all()
    values = []
    for entity in found:
        state = state_of(connection, patient, UUID(bytes=entity))
        if state is not None and not state.voided and isinstance(state.current.body, Observation):
            values.append(state.current.body)
    return tuple(values)


def under_way(
    connection: Connection, receiver: str, *, after: int, limit: int
) -> tuple[Order, ...]:
    """Return a laboratory's open orders that have changed after a time, ms UTC, the oldest first."""
    table = schema.lab_order
    rows = connection.execute(
        select(table.c.patient_id, table.c.entity_id)
        .where(table.c.receiver == receiver, table.c.under_way == 1, table.c.changed > after)
        .order_by(table.c.changed, table.c.entity_id)
        .limit(limit)
    ).all()
    found = (load(connection, UUID(bytes=p), UUID(bytes=e)) for p, e in rows)
    return tuple(order for order in found if order is not None)


def _bytes_of(text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError:
        return b""


__all__ = [
    "Order",
    "earlier_values",
    "find",
    "load",
    "lock",
    "names_patient",
    "state_of",
    "under_way",
]
