"""The epoch: a new one begins when the database turns out to be older than it once was."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from workstation.server import schema
from workstation.server.store.audit import last_seq


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far the database has come: written beside it, and compared at every start.

    ``generation`` counts starts, ``seq`` is the access log's last number. ``cluster`` names the
    PostgreSQL system and its timeline; empty for an embedded database.
    """

    epoch: str
    generation: int
    seq: int
    cluster: str = ""


def begin(connection: Connection, beside: Mark | None, *, fresh_epoch: str) -> Mark:
    """Count a start and return where the database stands, under a new epoch if it went back.

    Args:
        beside: What was last written beside the database; None when there is nothing.
        fresh_epoch: The new epoch's name, should one be needed.
    """
    found = mark(connection)
    if found is None:
        row = {"id": 1, "epoch": fresh_epoch, "generation": 1}
        connection.execute(insert(schema.server), row)
    else:
        epoch = found.epoch if is_the_same(found, beside) else fresh_epoch
        generation = max(found.generation, beside.generation if beside else 0) + 1
        connection.execute(update(schema.server).values(epoch=epoch, generation=generation))
    begun = mark(connection)
    assert begun is not None
    return begun


def is_the_same(found: Mark, beside: Mark | None) -> bool:
    """Whether the database is the one that wrote the mark beside it, and has lost nothing since."""
    return (
        beside is not None
        and found.epoch == beside.epoch
        and found.generation >= beside.generation
        and found.seq >= beside.seq
        and found.cluster == beside.cluster
    )


def mark(connection: Connection) -> Mark | None:
    """Return where the database stands; None before its first start."""
    row = connection.execute(
        select(schema.server.c.epoch, schema.server.c.generation)
    ).one_or_none()
    if row is None:
        return None
    return Mark(
        epoch=row.epoch,
        generation=row.generation,
        seq=last_seq(connection),
        cluster=_cluster(connection),
    )


def _cluster(connection: Connection) -> str:
    if connection.dialect.name != "postgresql":
        return ""
    system = connection.exec_driver_sql("SELECT system_identifier FROM pg_control_system()")
    timeline = connection.exec_driver_sql("SELECT timeline_id FROM pg_control_checkpoint()")
    return f"{system.scalar_one()}/{timeline.scalar_one()}"
