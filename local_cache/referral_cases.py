"""A unit's referrals as cases for its statistics, read in parts that let everything else pass."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from local_cache import marks, readmodel
from local_cache.cache import Cache
from workstation.domain.clock import to_millis
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state
from workstation.operations.referral_statistics import Case, case_of

_AT_A_TIME = 200


async def cases(cache: Cache, unit: HsaId, *, since: int) -> tuple[Case, ...]:
    """Return the cases of referrals sent from ``since`` (ms UTC) that are on this computer."""
    await cache.read_on()  # a figure is of everything, or it is wrong
    keys = await cache._read(lambda c: _keys(c, since))
    now, found = to_millis(cache._clock.now()), []
    for start in range(0, len(keys), _AT_A_TIME):
        part = keys[start : start + _AT_A_TIME]
        found += await cache._read(lambda c, part=part: _cases(c, part, unit, now))  # type: ignore[misc]
    return tuple(found)


def _keys(connection: Connection, since: int) -> Sequence[int]:
    return (
        connection.exec_driver_sql(
            "SELECT key FROM entity WHERE family = 'referral' AND at >= ? ORDER BY at", (since,)
        )
        .scalars()
        .all()
    )


def _cases(connection: Connection, keys: Sequence[int], unit: HsaId, now: int) -> list[Case]:
    states = readmodel.records_of(connection, set(keys)).values()
    rules = marks.watching(connection)
    told = (case_of(entity_state(records), unit=unit, now=now, rules=rules) for records in states)
    return [case for case in told if case is not None]
