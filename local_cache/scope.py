"""What leaves this computer: patients that no followed unit has any more, and erased bodies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from local_cache import fulltext, readmodel, unread
from local_cache.readmodel import Owner
from workstation.domain.attachment import Attachment
from workstation.domain.kinds import Malformed, open_raw

DOUBTED = -2
"""Of a unit's patient, as ``taken``: its head was told in an epoch that is over."""


def leave(connection: Connection, unit: str, patient: int) -> None:
    """Take a patient out of a unit, and off this computer when no other followed unit has it."""
    connection.exec_driver_sql(
        "DELETE FROM unit_patient WHERE unit = ? AND patient = ?", (unit, patient)
    )
    _purge_if_free(connection, patient)


def leave_unit(connection: Connection, unit: str) -> None:
    """Stop following a unit; its patients go unless another followed unit has them."""
    connection.exec_driver_sql("DELETE FROM cursor WHERE unit = ?", (unit,))
    patients = connection.exec_driver_sql(
        "DELETE FROM unit_patient WHERE unit = ? RETURNING patient", (unit,)
    ).scalars()
    for patient in patients.all():
        _purge_if_free(connection, patient)


def purge_leavers(connection: Connection) -> None:
    """Take patients away that had left, now that nothing of theirs waits to be sent."""
    leaving = connection.exec_driver_sql("SELECT key FROM patient WHERE leaving = 1").scalars()
    for patient in leaving.all():
        _purge_if_free(connection, patient)


def erase(connection: Connection, owner: Owner, revs: Sequence[int]) -> None:
    """Take the bodies of these revisions away; their hashes stay, so that the chain verifies.

    What was attached to them goes with them, sent or not, unless another record names it too.
    """
    unread.read_all(connection, [owner])
    entities: set[int] = set()
    named: set[str] = set()
    for rev in revs:
        row = connection.exec_driver_sql(
            "SELECT key, entity, raw FROM entry WHERE patient = ? AND rev = ? AND raw IS NOT NULL",
            (owner.key, rev),
        ).one_or_none()
        if row is None:
            continue
        connection.exec_driver_sql(
            "UPDATE entry SET raw = NULL, signature = x'', erased = ? WHERE key = ?",
            (sha256(row[2]).digest(), row[0]),
        )
        named |= _attached_to(row[2])
        if row[1] is not None:
            entities.add(row[1])
    readmodel.renew(connection, owner, entities)
    for name in named:
        connection.exec_driver_sql(_LET_GO, (owner.key, bytes.fromhex(name), name.encode()))


def _attached_to(raw: bytes) -> set[str]:
    """Return the hashes of what a record says is attached to it."""
    try:
        body = open_raw(raw).body
    except Malformed:  # of a newer program: it is named in its bytes, and found there
        return {found.decode() for found in _HASH.findall(raw)}
    attachments: Sequence[Attachment] = getattr(body, "attachments", ())
    return {one.hash for one in attachments}


_HASH = re.compile(rb'"hash":"([0-9a-f]{64})"')
_LET_GO = (
    "DELETE FROM attachment WHERE patient = ?1 AND hash = ?2 AND state <> 'draft' AND NOT EXISTS"
    " (SELECT 1 FROM entry WHERE patient = ?1 AND raw IS NOT NULL AND instr(raw, ?3) > 0)"
)
"""A draft's own copy stays: nothing of it has been sent, and its author is writing."""


def _purge_if_free(connection: Connection, patient: int) -> None:
    followed, pending = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM unit_patient WHERE patient = ?1),"
        " EXISTS (SELECT 1 FROM outbox WHERE patient = ?1)"
        " OR EXISTS (SELECT 1 FROM quarantine WHERE patient = ?1)"
        " OR EXISTS (SELECT 1 FROM attachment WHERE patient = ?1 AND state = 'queued')",
        (patient,),
    ).one()
    if followed:
        return
    if pending:
        connection.exec_driver_sql("UPDATE patient SET leaving = 1 WHERE key = ?", (patient,))
        return
    _purge(connection, patient)


def _purge(connection: Connection, patient: int) -> None:
    # What was written here goes on being kept for a server that might lose it.
    connection.exec_driver_sql(
        "UPDATE sent SET raw = entry.raw, signature = entry.signature, signer = entry.signer"
        " FROM entry JOIN patient ON patient.key = entry.patient"
        " WHERE entry.id = sent.id AND patient.id = sent.patient AND entry.patient = ?",
        (patient,),
    )
    fulltext.drop(
        connection,
        connection.exec_driver_sql("SELECT key FROM entity WHERE patient = ?", (patient,))
        .scalars()
        .all(),
    )
    for statement in _PURGE:
        connection.exec_driver_sql(statement, (patient,))


_PURGE = (
    "DELETE FROM work WHERE entity IN (SELECT key FROM entity WHERE patient = ?)",
    "DELETE FROM stay WHERE patient = ?",
    "DELETE FROM visit WHERE patient = ?",
    "DELETE FROM unread WHERE patient = ?",
    "DELETE FROM withheld WHERE patient = ?",
    "DELETE FROM attachment WHERE patient = ?",
    "DELETE FROM patient_key WHERE patient = ?",
    "DELETE FROM entity WHERE patient = ?",
    "DELETE FROM entry WHERE patient = ?",
    "DELETE FROM held WHERE patient = ?",
    "DELETE FROM patient WHERE key = ?",
)
