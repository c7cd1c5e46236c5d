"""An actor's scope as SQL: the predicate that every query for patients' data carries."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, and_, exists, false, literal, not_, or_

from workstation.access.scope import InUnits, Nothing, OnePatient, Scope
from workstation.server import schema


def visible(scope: Scope, patient: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Return the condition that the patient in this column is in the scope."""
    match scope:
        case InUnits():
            table = schema.membership
            in_care = exists().where(
                table.c.patient_id == patient,
                table.c.unit.in_([literal(unit) for unit in sorted(scope.units)]),
                table.c.until_at.is_(None),
            )
            if not scope.opened:
                return in_care
            opened = [literal(one.bytes, patient.type) for one in sorted(scope.opened)]
            return or_(in_care, patient.in_(opened))
        case OnePatient():
            return patient == scope.patient.bytes
        case Nothing():
            return false()


def closed(
    scope: Scope,
    patient: ColumnElement[bytes],
    rev: ColumnElement[int],
    now: BindParameter[int] | int,
    *,
    whole: bool = False,
) -> ColumnElement[bool]:
    """Return the condition that a block withholds this revision of the patient from the scope.

    ``whole``: what is open in an emergency is open whole. A patient reads what is the patient's.
    """
    if not isinstance(scope, InUnits):
        return false()
    table = schema.withheld
    kept = exists().where(
        table.c.patient_id == patient,
        table.c.unit.in_([literal(unit) for unit in sorted(scope.units)]),
        table.c.rev == rev,
        table.c.since <= now,
    )
    if not whole or not scope.opened:
        return kept
    opened = [literal(one.bytes, patient.type) for one in sorted(scope.opened)]
    return and_(kept, not_(patient.in_(opened)))


def entity_closed(
    scope: Scope, patient: ColumnElement[bytes], entity: ColumnElement[bytes], now: int
) -> ColumnElement[bool]:
    """Return the condition that something of this entity is withheld from the scope."""
    entry = schema.entry
    return exists().where(
        entry.c.patient_id == patient,
        entry.c.entity_id == entity,
        closed(scope, entry.c.patient_id, entry.c.rev, now),
    )
