"""PostgreSQL through asyncpg: the same store functions, each in a transaction of its own."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from workstation.server.database import Busy, Work

T = TypeVar("T")
_log = logging.getLogger(__name__)

_TRY_AGAIN = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: nothing was stored, and the next attempt may do."""
_ATTEMPTS = 4
_NOT_REPLICATED = "canceling wait for synchronous replication"


class PostgresDatabase:
    """See ``workstation.server.database.Database``."""

    drains_in_transaction = False

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self._engine = create_async_engine(
            as_asyncpg(url),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "connect", _watch_for_lost_replication)

    async def read(self, work: Work[T]) -> T:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    return await connection.run_sync(work)
        except (DBAPIError, NoConnectionFree, OSError, TimeoutError) as error:
            raise _busy(error) from None

    async def peek(self, work: Work[T]) -> T:
        return await self.read(work)

    async def write(self, work: Work[T]) -> T:
        """A commit under way is never cancelled: nobody would know what became of it."""
        return await asyncio.shield(self._write(work))

    async def close(self) -> None:
        await self._engine.dispose()

    async def _write(self, work: Work[T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._once(work)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", "") not in _TRY_AGAIN:
                    raise _busy(error) from None
            except (NoConnectionFree, OSError, TimeoutError) as error:
                raise _busy(error) from None
        raise Busy

    async def _once(self, work: Work[T]) -> T:
        async with self._engine.connect() as connection:
            async with connection.begin():
                result = await connection.run_sync(work)
            if await _was_not_replicated(connection):
                raise Busy
            return result


def as_asyncpg(url: str) -> str:
    """Return the address with the driver we use."""
    for start in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if url.startswith(start):
            return "postgresql+asyncpg://" + url.removeprefix(start)
    raise ValueError("not the address of a PostgreSQL database")


def _watch_for_lost_replication(dbapi_connection: Any, _record: object) -> None:
    """A cancelled wait for the standby returns success with a warning: keep the warning."""
    warnings: list[str] = []

    def keep(_connection: object, message: Any) -> None:
        if _NOT_REPLICATED in str(message):
            warnings.append("not replicated")

    dbapi_connection.driver_connection.add_log_listener(keep)
    _record.info["not_replicated"] = warnings  # type: ignore[attr-defined]


async def _was_not_replicated(connection: AsyncConnection) -> bool:
    pooled = await connection.get_raw_connection()
    warnings: list[str] = pooled.info.get("not_replicated", [])
    lost = bool(warnings)
    warnings.clear()
    return lost


def _busy(error: Exception) -> Exception:
    """Tell trouble with the database, which passes, from a defect of ours, which does not."""
    state = str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")
    passing = state[:2] in ("08", "40", "53", "55", "57", "58")
    if passing or isinstance(error, InterfaceError | NoConnectionFree | OSError | TimeoutError):
        _log.error("the database does not answer", extra={"sqlstate": state})
        return Busy()
    return error
