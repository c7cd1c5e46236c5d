"""Is a copy what it should be? Read from its first page to its last; every hash made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as sqlcipher

from workstation.domain.record import GENESIS, chain
from workstation.domain.texts import _
from workstation.server.backup import problems
from workstation.server.backup.files import reading
from workstation.server.migrations import NEWEST
from workstation.server.store import audit


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a whole copy holds. ``schema``: its newest migration. ``erased``: of the records."""

    schema: int
    patients: int
    records: int
    erased: int
    attachments: int
    log_lines: int


def verify(database: Path, key: str) -> Found:
    """Read all of it: pages, tables, every patient's chain, attachments, the access log.

    Raises:
        NotWhole: Something is not what was written; nothing in the text quotes a record.
        TooNew: A newer program has used it.
    """
    try:
        with reading(database, key) as connection:
            return _verified(connection)
    except (DBAPIError, sqlcipher.Error):
        raise problems.not_whole(_("the database cannot be read")) from None


def opens(database: Path, key: str) -> bool:
    """Whether the key opens it."""
    try:
        with reading(database, key):
            return True
    except (DBAPIError, sqlcipher.Error):
        return False


def _verified(connection: Connection) -> Found:
    _pages(connection)
    schema = _schema(connection)
    records, erased = _chains(connection)
    found = Found(
        schema=schema,
        patients=_count(connection),
        records=records,
        erased=erased,
        attachments=_attachments(connection),
        log_lines=audit.last_seq(connection) if _has(connection, "audit_head") else 0,
    )
    if _has(connection, "audit") and audit.first_fault(connection) is not None:
        raise problems.not_whole(_("the access log is not what was written"))
    return found


def _pages(connection: Connection) -> None:
    """Every page against its code, and the tables against their indexes and each other."""
    ran = connection.exec_driver_sql
    if ran("PRAGMA cipher_integrity_check").first() is not None:
        raise problems.not_whole(_("pages of the database are damaged"))
    if ran("PRAGMA integrity_check(1)").scalar() != "ok":
        raise problems.not_whole(_("tables of the database are damaged"))
    if ran("PRAGMA foreign_key_check").first() is not None:
        raise problems.not_whole(_("tables of the database do not fit together"))


def _schema(connection: Connection) -> int:
    if not _has(connection, "schema_version"):
        raise problems.not_whole(_("it is no record"))
    schema: int = connection.exec_driver_sql(
        "SELECT coalesce(max(version), 0) FROM schema_version"
    ).scalar_one()
    if schema > NEWEST:
        raise problems.too_new()
    return schema


def _has(connection: Connection, table: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.exec_driver_sql(query, (table,)).first() is not None


def _count(connection: Connection) -> int:
    patients: int = connection.exec_driver_sql("SELECT count(*) FROM patient").scalar_one()
    return patients


def _chains(connection: Connection) -> tuple[int, int]:
    """Make every patient's chain again from the records' bytes; return how many there are.

    The second number is how many of them have been erased.
    """
    heads = {
        patient: (rev, head)
        for patient, rev, head in connection.exec_driver_sql(
            "SELECT patient_id, head_rev, head_hash FROM patient"
        )
    }
    count = gone = 0
    for patient, entries in groupby(_entries(connection), key=itemgetter(0)):
        head, rev = GENESIS, 0
        for _patient, number, raw, written, erased in entries:
            digest = sha256(raw).digest() if raw is not None else erased
            if number != rev + 1 or digest is None or chain(head, digest) != written:
                raise problems.not_whole(_("a patient's records are not what was written"))
            head, rev = written, number
            gone += raw is None
        if heads.pop(patient, None) != (rev, head):
            raise problems.not_whole(_("a patient's records are not all there"))
        count += rev
    if any(rev for rev, _head in heads.values()):
        raise problems.not_whole(_("a patient's records are not all there"))
    return count, gone


def _entries(connection: Connection) -> Iterator[Any]:
    """Yield patient, revision, bytes, chain, and of what was erased its hash; in order."""
    yield from connection.exec_driver_sql(
        _WITH_ERASED if _has(connection, "erased") else _WITHOUT_ERASED
    )


_WITH_ERASED = """
    SELECT e.patient_id, e.rev, e.raw, e.chain, gone.hash FROM entry e
    LEFT JOIN erased gone ON gone.patient_id = e.patient_id AND gone.op_id = e.op_id
    ORDER BY e.patient_id, e.rev
"""
_WITHOUT_ERASED = """
    SELECT patient_id, rev, raw, chain, NULL FROM entry ORDER BY patient_id, rev
"""


def _attachments(connection: Connection) -> int:
    """Hash every attachment that is all there; return how many these are."""
    if not _has(connection, "attachment"):
        return 0
    whole = connection.exec_driver_sql(
        "SELECT patient_id, hash FROM attachment WHERE whole = 1"
    ).all()
    for patient, name in whole:
        made = sha256()
        for (data,) in connection.exec_driver_sql(
            "SELECT data FROM attachment_piece WHERE patient_id = ? AND hash = ? ORDER BY n",
            (patient, name),
        ):
            made.update(data)
        if made.digest() != name:
            raise problems.not_whole(_("an attachment is not what was written"))
    return len(whole)
