"""Answers of laboratories: every document is kept, and what matched no order is listed until settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update

from sync.protocol.waiting import UnmatchedAnswer
from workstation.domain.ids import EntityId, PatientId
from workstation.server import schema
from workstation.server.store.sql import storable
from workstation.server.store.statement import Statement

_LONGEST = 300


@dataclass(frozen=True, kw_only=True, repr=False)
class Kept:
    """One answer of a document, as it is listed. ``why`` empty: attached to its order."""

    n: int
    unit: str
    why: str
    title: str = ""
    numbers: str = ""
    requisition: str = ""
    patient: UUID | None = None
    entity: UUID | None = None


def known(connection: Connection, digest: bytes) -> tuple[tuple[int, str], ...] | None:
    """Return number and reason of each answer of a document that came before; None if it did not."""
    table = schema.lab_document
    if connection.scalar(select(table.c.hash).where(table.c.hash == digest)) is None:
        return None
    answers = schema.lab_answer
    rows = connection.execute(
        select(answers.c.n, answers.c.why).where(answers.c.hash == digest).order_by(answers.c.n)
    )
    return tuple((row.n, row.why) for row in rows)


def keep(
    connection: Connection, digest: bytes, raw: bytes, kept: list[Kept], *, performer: str, now: int
) -> None:
    """Keep a document whole, and what became of each answer in it."""
    document = {"hash": digest, "performer": performer, "received_at": now, "raw": raw}
    connection.execute(insert(schema.lab_document), document)
    rows = [_row(digest, one, performer, now) for one in kept]
    if rows:
        connection.execute(insert(schema.lab_answer), rows)


def place(
    connection: Connection, digest: bytes, kept: Sequence[Kept], *, performer: str, now: int
) -> None:
    """Say what became of answers of a document that is kept; one a person has settled stays so."""
    rows = [_row(digest, one, performer, now) for one in kept]
    _PLACE.run(connection, *({f"new_{k}": v for k, v in row.items()} for row in rows))


def _row(digest: bytes, one: Kept, performer: str, now: int) -> dict[str, Any]:
    return {
        "hash": digest,
        "n": one.n,
        "unit": storable(one.unit),
        "performer": performer,
        "why": one.why,
        "title": storable(one.title[:_LONGEST]),
        "numbers": storable(one.numbers[:_LONGEST]),
        "requisition": storable(one.requisition[:_LONGEST]),
        "about": one.patient.bytes if one.patient else None,
        "about_order": one.entity.bytes if one.entity else None,
        "received_at": now,
        "settled_at": None if one.why else now,
        "settled_by": "",
        "settled_how": "" if one.why else "matched",
    }


def unmatched(connection: Connection, unit: str, *, limit: int) -> tuple[UnmatchedAnswer, ...]:
    """Return what waits in a unit's list, the oldest first."""
    table = schema.lab_answer
    rows = connection.execute(
        select(table)
        .where(table.c.unit == unit, table.c.settled_at.is_(None))
        .order_by(table.c.received_at, table.c.hash, table.c.n)
        .limit(limit)
    )
    return tuple(
        UnmatchedAnswer(
            id=f"{row.hash.hex()}-{row.n}",
            why=row.why,
            title=row.title,
            numbers=row.numbers,
            requisition=row.requisition,
            performer=row.performer,
            received_at=row.received_at,
            patient=PatientId(UUID(bytes=row.about)) if row.about else None,
            order=EntityId(UUID(bytes=row.about_order)) if row.about_order else None,
        )
        for row in rows
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class Waiting:
    """One answer that waits, with its document. ``told_at``: patient and order it came for."""

    digest: bytes
    n: int
    unit: str
    why: str
    performer: str
    raw: bytes
    told_at: tuple[UUID, UUID] | None


def waiting(connection: Connection, identity: str) -> Waiting | None:
    """Return an answer that waits to be settled, by its id; None when there is none such."""
    digest, _dash, number = identity.partition("-")
    try:
        key, n = bytes.fromhex(digest), int(number)
    except ValueError:
        return None
    table, document = schema.lab_answer, schema.lab_document
    row = connection.execute(
        select(
            table.c.unit,
            table.c.why,
            table.c.performer,
            table.c.about,
            table.c.about_order,
            document.c.raw,
        )
        .join(document, document.c.hash == table.c.hash)
        .where(table.c.hash == key, table.c.n == n, table.c.settled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    told = (UUID(bytes=row.about), UUID(bytes=row.about_order)) if row.about_order else None
    return Waiting(
        digest=key,
        n=n,
        unit=row.unit,
        why=row.why,
        performer=row.performer,
        raw=bytes(row.raw),
        told_at=told,
    )


def settle(connection: Connection, one: Waiting, *, by: str, how: str, now: int) -> bool:
    """Take an answer off its list; False when somebody has done it."""
    table = schema.lab_answer
    done = connection.execute(
        update(table)
        .where(table.c.hash == one.digest, table.c.n == one.n, table.c.settled_at.is_(None))
        .values(settled_at=now, settled_by=by, settled_how=storable(how))
    )
    return done.rowcount == 1


_answer = schema.lab_answer
_PLACE = Statement(
    update(_answer)
    .where(
        _answer.c.hash == bindparam("new_hash"),
        _answer.c.n == bindparam("new_n"),
        _answer.c.settled_at.is_(None),
    )
    .values(
        {
            column.name: bindparam(f"new_{column.name}")
            for column in _answer.columns
            if column.name not in ("hash", "n")
        }
    )
)
