"""Booked times as the reception sees them: one row for each booking, by unit and time."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from local_cache.rows import as_list
from workstation.domain.contact import Booking
from workstation.domain.entity import EntityState
from workstation.domain.kind import Projection

Derived = tuple[int, int, EntityState, Projection]
"""An entity's row key, its patient's, what it is, what lists show of it."""


def put(connection: Connection, derived: Iterable[Derived]) -> None:
    """Renew the rows of these bookings; voided ones have none."""
    bookings = [each for each in derived if each[2].family == "booking"]
    if not bookings:
        return
    forget(connection, as_list(key for key, _patient, _state, _row in bookings))
    rows = [
        (key, patient, state.current.body.unit, row.at)
        for key, patient, state, row in bookings
        if isinstance(state.current.body, Booking) and not state.voided
    ]
    if rows:
        connection.exec_driver_sql(
            "INSERT INTO visit (entity, patient, unit, at) VALUES (?, ?, ?, ?)", rows
        )


def forget(connection: Connection, entities: str) -> None:
    """Take rows away. ``entities``: a JSON list of keys."""
    connection.exec_driver_sql(
        "DELETE FROM visit WHERE entity IN (SELECT value FROM json_each(?))", (entities,)
    )
