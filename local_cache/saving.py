"""Saving what was written here: records, read model and outbox in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection

from local_cache import entries, outbox, stream
from local_cache.arrivals import Arrival
from local_cache.rows import as_list
from workstation.domain.kinds import open_record
from workstation.domain.problem import Problem
from workstation.domain.record import GENESIS, GREATEST_RECORD, Record, Sealed
from workstation.domain.texts import _


class TooLarge(Problem):
    """A record above ``GREATEST_RECORD``."""


class ReusedId(ValueError):
    """Two different records with one id: a defect of whoever made them."""


def save(connection: Connection, records: Sequence[Sealed], *, now: int) -> dict[UUID, set[str]]:
    """Store and queue records; those of one patient are sent together or not at all.

    Saving the same record again changes nothing. Returns the patients, and the families in which
    anything of them may be listed in another way than before.

    Raises:
        TooLarge: A record is larger than any server takes.
        workstation.domain.kinds.Malformed, ReusedId: A defect of the caller; nothing is stored.
    """
    by_patient: dict[UUID, list[tuple[Record, Sealed]]] = {}
    for sealed in records:
        if len(sealed.raw) > GREATEST_RECORD:
            raise TooLarge(
                _("This is too large to be stored as one record."),
                _("Divide the text into several notes. It is still in its draft."),
            )
        record = open_record(sealed)
        by_patient.setdefault(record.patient, []).append((record, sealed))
    return {
        patient: _save_for(connection, patient, written, now=now)
        for patient, written in by_patient.items()
    }


def _save_for(
    connection: Connection, patient: UUID, written: Sequence[tuple[Record, Sealed]], *, now: int
) -> set[str]:
    known = stream.read(connection, patient)
    about = as_list({record.entity.hex for record, _sealed in written})
    families = set(_families(connection, known.owner.key, about))
    arrivals = [
        Arrival(
            id=record.id.bytes,
            hash=sealed.hash,
            raw=sealed.raw,
            signature=sealed.signature,
            signer=sealed.signer,
            record=record,
            rev=None,
        )
        for record, sealed in written
    ]
    _refuse_reused(connection, known.owner.key, arrivals)
    keys = entries.store(connection, known.owner, arrivals, holds=known.holds, now=now)
    outbox.queue(connection, known.owner.key, keys, now=now)
    for unit in {record.author.unit for record, _sealed in written}:
        # Until the server says so itself, whom we write about belongs to our unit's patients.
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO unit_patient (unit, patient, rev, hash, taken)"
            " VALUES (?, ?, 0, ?, -1)",
            (unit, known.owner.key, GENESIS),
        )
    return families.union(_families(connection, known.owner.key, about))


def _families(connection: Connection, patient: int, entities: str) -> Iterable[str]:
    """Return the families that these entities, a list of ids, are listed in."""
    return connection.exec_driver_sql(
        "SELECT DISTINCT family FROM entity WHERE patient = ?"
        " AND id IN (SELECT unhex(value) FROM json_each(?))",
        (patient, entities),
    ).scalars()


def _refuse_reused(connection: Connection, patient: int, arrivals: Sequence[Arrival]) -> None:
    seen: dict[bytes, bytes] = {}
    for each in arrivals:
        stored = connection.exec_driver_sql(
            "SELECT raw FROM entry WHERE patient = ? AND id = ?", (patient, each.id)
        ).scalar_one_or_none()
        if seen.setdefault(each.id, stored or each.raw) != each.raw:
            raise ReusedId("an id was used for two records")
