"""PostgreSQL through asyncpg: the same store functions, each in a transaction of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import InterfaceError as NoSuchLine
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from workstation.server.database import Busy, Work

T = TypeVar("T")
_log = logging.getLogger(__name__)

_TRY_AGAIN = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: nothing was stored, and the next attempt may do."""
_ATTEMPTS = 4
_FRESH_SECONDS = 5.0
"""A line used so lately is taken to be there."""
_NO_CONTACT = (
    InterfaceError,
    NoSuchLine,
    NoConnectionFree,
    DisconnectionError,
    OSError,
    TimeoutError,
)
_TROUBLE = (DBAPIError, PostgresError, *_NO_CONTACT)
_NOT_REPLICATED = "canceling wait for synchronous replication"


class PostgresDatabase:
    """See ``workstation.server.database.Database``.

    Transactions are our own words at the driver, as in the embedded database: the toolkit takes
    longer over them than the server. It runs in the driver's autocommit, inside ours.
    """

    drains_in_transaction = False

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self._engine = create_async_engine(
            as_asyncpg(url),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
        )
        event.listen(self._engine.sync_engine, "connect", _watch_for_lost_replication)
        event.listen(self._engine.sync_engine, "checkin", _note_the_time)
        event.listen(self._engine.sync_engine, "checkout", self._ask_after_a_pause)

    async def read(self, work: Work[T]) -> T:
        return await self._read(work, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def peek(self, work: Work[T]) -> T:
        return await self._read(work, "")

    async def _read(self, work: Work[T], begin: str) -> T:
        for last in (False, True):
            try:
                async with self._transaction(begin, "ROLLBACK" if begin else "", []) as connection:
                    return await connection.run_sync(work)
            except _TROUBLE as error:
                if last or not _is_line_lost(error):
                    raise _busy(error) from None
        raise Busy

    async def write(self, work: Work[T]) -> T:
        """A commit under way is never cancelled: nobody would know what became of it."""
        return await asyncio.shield(self._write(work))

    async def close(self) -> None:
        await self._engine.dispose()

    async def _write(self, work: Work[T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._once(work)
            except _TROUBLE as error:
                state = getattr(getattr(error, "orig", error), "sqlstate", "")
                if attempt == _ATTEMPTS or state not in _TRY_AGAIN:
                    raise _busy(error) from None
        raise Busy

    async def _once(self, work: Work[T]) -> T:
        warnings: list[str] = []
        async with self._transaction("BEGIN", "COMMIT", warnings) as connection:
            result = await connection.run_sync(work)
        if warnings:  # it is here, and nowhere else
            raise Busy
        return result

    @asynccontextmanager
    async def _transaction(
        self, begin: str, end: str, warned: list[str]
    ) -> AsyncIterator[AsyncConnection]:
        """Give a connection between the words; what fails is rolled back, or the line let go.

        ``warned`` gets what the database warned of meanwhile.
        """
        async with self._engine.connect() as connection:
            pooled = await connection.get_raw_connection()
            driver: Any = pooled.driver_connection
            try:
                if begin:
                    await driver.execute(begin)
                yield connection
                if end:
                    await driver.execute(end)
            except BaseException:
                if not await _rolled_back(driver):
                    await connection.invalidate()
                raise
            warnings: list[str] = pooled.info["warnings"]
            warned += warnings
            warnings.clear()

    def _ask_after_a_pause(self, dbapi_connection: Any, record: Any, _proxy: object) -> None:
        """A line that has lain for a while may be dead; the pool takes another one then."""
        if monotonic() - record.info.get("at", 0.0) < _FRESH_SECONDS:
            return
        dialect = self._engine.dialect
        try:
            dialect.do_ping(dbapi_connection)
        except dialect.loaded_dbapi.Error:
            raise DisconnectionError from None


async def _rolled_back(driver: Any) -> bool:
    """End what is under way; False where the line is not fit for anything more."""
    try:
        if not driver.is_closed():
            await asyncio.shield(driver.execute("ROLLBACK"))
            return True
    except (PostgresError, InterfaceError, OSError, TimeoutError):
        return False
    return False


def _note_the_time(_dbapi_connection: object, record: Any) -> None:
    record.info["at"] = monotonic()


def _is_line_lost(error: BaseException) -> bool:
    """Whether the line was lost, not the question wrong: a reading may be asked again."""
    error = getattr(error, "orig", None) or error
    state = str(getattr(error, "sqlstate", "") or "")
    return state[:2] in ("08", "57") or isinstance(error, InterfaceError | OSError)


def as_asyncpg(url: str) -> str:
    """Return the address with the driver we use."""
    for start in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if url.startswith(start):
            return "postgresql+asyncpg://" + url.removeprefix(start)
    raise ValueError("not the address of a PostgreSQL database")


def _watch_for_lost_replication(dbapi_connection: Any, record: Any) -> None:
    """A cancelled wait for the standby returns success with a warning: keep the warning."""
    warnings: list[str] = []  # asked for after every commit

    def keep(_connection: object, message: Any) -> None:
        if _NOT_REPLICATED in str(message):
            warnings.append("not replicated")

    dbapi_connection.driver_connection.add_log_listener(keep)
    record.info["warnings"] = warnings


def _busy(error: Exception) -> Exception:
    """Tell trouble with the database, which passes, from a defect of ours, which does not."""
    state = str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")
    passing = state[:2] in ("08", "40", "53", "55", "57", "58")
    if passing or isinstance(error, _NO_CONTACT):
        _log.error("the database does not answer", extra={"sqlstate": state})
        return Busy()
    return error
