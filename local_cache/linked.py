"""Which patients are one person with which others, as lists and search say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection

from local_cache.rows import as_list
from workstation.domain.identity_links import links_in_force
from workstation.domain.ids import PatientId
from workstation.domain.kinds import Malformed, entity_state, open_raw
from workstation.domain.record import Record
from workstation.operations.ports import LinkedPatient

_LINKS = (
    "SELECT patient.id, entry.entity, entry.raw FROM json_each(?) AS told"
    " CROSS JOIN patient ON patient.id = unhex(told.value)"
    " CROSS JOIN entity ON entity.patient = patient.key AND entity.family = 'identity_link'"
    " CROSS JOIN entry ON entry.entity = entity.key AND entry.raw IS NOT NULL"
)
_NUMBERS = (
    "SELECT id, identity, identity_system FROM patient WHERE leaving = 0"
    " AND id IN (SELECT unhex(value) FROM json_each(?))"
)


def links_of(
    connection: Connection, patients: Iterable[PatientId]
) -> Mapping[PatientId, tuple[LinkedPatient, ...]]:
    """Return the other records of those patients who have any."""
    others = _others(connection, patients)
    wanted = {other.hex for each in others.values() for other in each}
    if not wanted:
        return {}
    numbers = {
        UUID(bytes=row[0]): (row[1], row[2])
        for row in connection.exec_driver_sql(_NUMBERS, (as_list(sorted(wanted)),))
    }
    return {
        patient: tuple(_linked(other, numbers) for other in each)
        for patient, each in others.items()
    }


def _linked(other: PatientId, numbers: Mapping[UUID, tuple[str, str]]) -> LinkedPatient:
    if other not in numbers:
        return LinkedPatient(patient=other)
    identity, system = numbers[other]
    return LinkedPatient(patient=other, identity=identity, identity_system=system, here=True)


def _others(
    connection: Connection, patients: Iterable[PatientId]
) -> dict[PatientId, tuple[PatientId, ...]]:
    records: dict[PatientId, dict[int, list[Record]]] = {}
    asked = as_list(patient.hex for patient in patients)
    for owner, entity, raw in connection.exec_driver_sql(_LINKS, (asked,)):
        try:
            record = open_raw(raw)
        except Malformed:  # readable once, by another version of the program
            continue
        of_it = records.setdefault(PatientId(UUID(bytes=owner)), {})
        of_it.setdefault(entity, []).append(record)
    found = {
        patient: tuple(
            link.other for link in links_in_force(entity_state(each) for each in of_it.values())
        )
        for patient, of_it in records.items()
    }
    return {patient: others for patient, others in found.items() if others}
