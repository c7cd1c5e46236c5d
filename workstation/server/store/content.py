"""The tables of published content and of firing counts. Nothing in them is about a patient."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.protocol.content import PIECE_BYTES, Firing, Offered, PieceReply
from workstation.server import schema
from workstation.server.store.sql import insert_or_ignore, storable


def revision(connection: Connection) -> int:
    """Return how often the content has changed."""
    table = schema.content_head
    found: int = connection.execute(select(table.c.revision).where(table.c.id == 1)).scalar_one()
    return found


def changed(connection: Connection) -> int:
    """Count one change and return the new revision."""
    table = schema.content_head
    connection.execute(update(table).where(table.c.id == 1).values(revision=table.c.revision + 1))
    return revision(connection)


def highest(connection: Connection, name: str) -> int:
    """Return the highest version kept of a package; 0 for none."""
    table = schema.content_package
    query = select(func.coalesce(func.max(table.c.version), 0)).where(table.c.name == name)
    found: int = connection.execute(query).scalar_one()
    return found


def has_package(connection: Connection, digest: str) -> bool:
    """Is the package here?"""
    table = schema.content_package
    query = select(table.c.digest).where(table.c.digest == storable(digest))
    return connection.execute(query).first() is not None


def put_package(
    connection: Connection, *, digest: str, name: str, version: int, raw: bytes, by: str, now: int
) -> None:
    """Keep a package; the same one again changes nothing."""
    row = {
        "digest": digest,
        "name": storable(name),
        "version": version,
        "raw": raw,
        "received_at": now,
        "received_by": by,
    }
    connection.execute(insert_or_ignore(connection, schema.content_package), row)


def put_statement(
    connection: Connection, line: bytes, *, withdraws: bool, by: str, now: int
) -> None:
    """Keep a signed statement; the same one again changes nothing."""
    row = {
        "hash": hashlib.sha256(line).hexdigest(),
        "line": line,
        "withdraws": int(withdraws),
        "received_at": now,
        "received_by": by,
    }
    connection.execute(insert_or_ignore(connection, schema.content_statement), row)


def offered(connection: Connection) -> tuple[Offered, ...]:
    """Return every package kept, the oldest version first."""
    table = schema.content_package
    rows = connection.execute(
        select(
            table.c.name, table.c.version, table.c.digest, func.length(table.c.raw).label("size")
        ).order_by(table.c.name, table.c.version)
    )
    return tuple(
        Offered(package=row.name, version=row.version, digest=row.digest, size=row.size)
        for row in rows
    )


def statements(connection: Connection) -> tuple[bytes, ...]:
    """Return every signed line, withdrawals first."""
    table = schema.content_statement
    rows = connection.scalars(
        select(table.c.line).order_by(table.c.withdraws.desc(), table.c.received_at, table.c.hash)
    )
    return tuple(bytes(line) for line in rows)


def raw_package(connection: Connection, digest: str) -> bytes:
    """Return a package's bytes; empty when there is no such package."""
    table = schema.content_package
    raw = connection.execute(
        select(table.c.raw).where(table.c.digest == storable(digest))
    ).scalar_one_or_none()
    return bytes(raw) if raw is not None else b""


def piece(connection: Connection, digest: str, offset: int) -> PieceReply | None:
    """Return a part of a package from ``offset`` on; None when there is no such package."""
    table = schema.content_package
    raw = connection.execute(
        select(table.c.raw).where(table.c.digest == storable(digest))
    ).scalar_one_or_none()
    if raw is None:
        return None
    whole = bytes(raw)
    return PieceReply(data=whole[offset : offset + PIECE_BYTES], size=len(whole))


def add_firings(
    connection: Connection, device: str, batch: str, firings: Iterable[Firing], *, now: int
) -> bool:
    """Add a workstation's counts; False when this report was counted before."""
    row = {"device": storable(device), "batch": storable(batch), "received_at": now}
    if connection.execute(insert_or_ignore(connection, schema.firing_report), row).rowcount < 1:
        return False
    for firing in firings:
        connection.execute(_adding(connection, schema.firing), _row(firing))
    return True


def firings(connection: Connection, since: str) -> tuple[Firing, ...]:
    """Return counts from a day on."""
    table = schema.firing
    rows = connection.execute(
        select(table).where(table.c.day >= since).order_by(table.c.day, table.c.rule)
    )
    return tuple(
        Firing(
            day=row.day,
            rule=row.rule,
            version=row.version,
            hook=row.hook,
            outcome=row.outcome,
            reason=row.reason,
            count=row._mapping["count"],
        )
        for row in rows
    )


_KEY: Sequence[str] = ("day", "rule", "version", "hook", "outcome", "reason")


def _row(firing: Firing) -> dict[str, object]:
    texts = {name: storable(getattr(firing, name)) for name in _KEY}
    return {**texts, "count": firing.count}


def _adding(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that adds to the count that is there."""
    if connection.dialect.name == "sqlite":
        new = sqlite.insert(table)
        return new.on_conflict_do_update(
            index_elements=list(_KEY), set_={"count": table.c.count + new.excluded.count}
        )
    newer = postgresql.insert(table)
    return newer.on_conflict_do_update(
        index_elements=list(_KEY), set_={"count": table.c.count + newer.excluded.count}
    )
