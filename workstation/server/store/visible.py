"""An actor's scope as SQL: the predicate that every query for patients' data carries."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, literal, or_

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
