"""Lifts of blocks that end while there is no contact: what they opened closes here all the same."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from local_cache import blocked, charts, marks, readmodel, unread
from local_cache.cache import Cache
from local_cache.readmodel import Owner
from workstation.domain.block import (
    BlockLift,
    EntryFacts,
    Placed,
    Reader,
    blocks_in_force,
    withheld_revisions,
)
from workstation.domain.entity import EntityState
from workstation.domain.kinds import Malformed, entity_state, family_of, open_raw, units_concerned
from workstation.domain.record import Record
from workstation.domain.values import millis_of

_LOOKED = "lifts_at"
"""Up to when, ms UTC, the ends of lifts have been looked at."""


async def end_lifts(cache: Cache, reader: Reader) -> None:
    """Take away what lifts for the unit have opened that are over by now.

    ``reader``: the unit whose cache it is. The server does the same; here nobody waits for it.
    """
    if not await cache._read(lambda c: _any_over(c, cache._now())):
        return
    touched: set[UUID] = set()

    def work(connection: Connection, now: int) -> None:
        now = _forward(connection, now)
        for owner, lifts in _lifts(connection):
            if any(_looked(connection) < end <= now for end in _ends(lifts)):
                _close(connection, owner, reader, now)
                touched.add(owner.id)
        marks.put(connection, _LOOKED, str(now))

    await cache._write(work, patients_changed=touched)


def _any_over(connection: Connection, now: int) -> bool:
    """Whether there is any lift whose end has not been looked at; most caches have none."""
    looked, now = _looked(connection), _forward(connection, now)
    return any(looked < end <= now for _owner, lifts in _lifts(connection) for end in _ends(lifts))


def _looked(connection: Connection) -> int:
    return int(marks.get(connection, _LOOKED) or 0)


def _forward(connection: Connection, now: int) -> int:
    """A clock that was set back opens nothing again."""
    return max(now, marks.latest(connection).millis, _looked(connection))


def _lifts(connection: Connection) -> list[tuple[Owner, list[EntityState]]]:
    patients = connection.exec_driver_sql(
        "SELECT DISTINCT patient FROM entity WHERE family = 'block_lift'"
    ).scalars()
    keys = set(patients.all())
    if not keys:
        return []
    return [
        (owner, _states(connection, owner))
        for owner in charts.owners(connection)
        if owner.key in keys
    ]


def _states(connection: Connection, owner: Owner) -> list[EntityState]:
    keys = connection.exec_driver_sql(
        "SELECT key FROM entity WHERE patient = ? AND family IN ('block', 'block_lift')",
        (owner.key,),
    ).scalars()
    return [entity_state(those) for those in readmodel.records_of(connection, keys.all()).values()]


def _ends(states: Iterable[EntityState]) -> list[int]:
    bodies = (version.body for state in states for version in state.line.versions)
    return [millis_of(body.until) for body in bodies if isinstance(body, BlockLift)]


def _close(connection: Connection, owner: Owner, reader: Reader, now: int) -> None:
    unread.read_all(connection, [owner])
    blocks = blocks_in_force(_states(connection, owner), now)
    found = withheld_revisions(_placed(connection, owner), blocks, reader)
    blocked.close(connection, owner, [rev for rev, since in found.items() if since <= now])


def _placed(connection: Connection, owner: Owner) -> list[Placed]:
    rows = connection.exec_driver_sql(
        "SELECT rev, raw, at FROM entry LEFT JOIN entity ON entity.key = entry.entity"
        " WHERE entry.patient = ? AND raw IS NOT NULL AND rev IS NOT NULL ORDER BY rev",
        (owner.key,),
    )
    found: list[Placed] = []
    for rev, raw, at in rows:
        try:
            found.append(_place(rev, open_raw(raw), at))
        except Malformed:  # of a newer program: nothing is known of it
            continue
    return found


def _place(rev: int, record: Record, at: int | None) -> Placed:
    author, written = record.author, record.written_at.millis
    return Placed(
        rev=rev,
        entity=record.entity,
        entry=EntryFacts(
            family=family_of(record.kind),
            unit=author.unit,
            provider=author.provider,
            times=(written,) if at is None else (written, at),
        ),
        given_to=units_concerned(record) - {author.unit},
    )
