"""PostgreSQL through asyncpg: the same store functions, each in a transaction of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import Connection, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import InterfaceError as NoSuchLine
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from workstation.server.database import Busy, Look, Work

T = TypeVar("T")
P = TypeVar("P")
_log = logging.getLogger(__name__)

_TRY_AGAIN = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: nothing was stored, and the next attempt may do."""
_ATTEMPTS = 4
_FRESH_SECONDS = 5.0
"""A line used so lately is taken to be there."""
_PATIENCE_SECONDS = 10.0
"""How long a request waits for a line."""
_NO_CONTACT = (InterfaceError, NoSuchLine, OSError, TimeoutError)
_TROUBLE = (DBAPIError, PostgresError, *_NO_CONTACT)
_SCRUBBED = ("entry", "entity_row", "waiting", "attachment_piece", "lab_document", "quarantine")
_NOT_REPLICATED = "canceling wait for synchronous replication"


@dataclass(kw_only=True, eq=False, repr=False)
class _Line:
    """One open connection. ``warnings``: what the database has said of it and nobody looked at yet."""

    connection: AsyncConnection
    driver: Any
    warnings: list[str]
    used_at: float


class PostgresDatabase:
    """See ``workstation.server.database.Database``.

    Transactions are our own words at the driver, as in the embedded database, and a line is
    handed from one to the next as it is: the toolkit takes longer over a transaction and over
    its pool than over what is asked. It runs in the driver's autocommit, inside ours.
    """

    drains_in_transaction = False

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self._engine = create_async_engine(
            as_asyncpg(url), poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT"
        )
        self._free: asyncio.LifoQueue[_Line | None] = asyncio.LifoQueue()
        for _number in range(connections):
            self._free.put_nowait(None)  # opened when it is needed
        self._open: set[_Line] = set()
        self._answered = False
        """Whether it ever did: one that never did is told of by whoever opens it."""

    async def read(self, work: Work[T]) -> T:
        return await self._read(work, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def read_on(self, look: Look[P], work: Callable[[Connection, P], T]) -> T:
        return await self.read(lambda c: work(c, look(c)[1]))

    async def peek(self, work: Work[T]) -> T:
        return await self._read(work, "")

    async def _read(self, work: Work[T], begin: str) -> T:
        for last in (False, True):
            try:
                async with self._transaction(begin, "ROLLBACK" if begin else "", []) as connection:
                    return await connection.run_sync(work)
            except _TROUBLE as error:
                if last or not _is_line_lost(error):
                    raise _busy(error, logged=self._answered) from None
        raise Busy

    async def write(self, work: Work[T]) -> T:
        """A commit under way is never cancelled: nobody would know what became of it."""
        return await asyncio.shield(self._write(work))

    async def scrub(self) -> None:
        """Clear the dead versions of what was changed: their room is used again, and overwritten."""
        for table in _SCRUBBED:
            await self.peek(lambda c, table=table: c.exec_driver_sql(f"VACUUM {table}"))  # type: ignore[misc]

    async def close(self) -> None:
        for line in tuple(self._open):
            with suppress(*_TROUBLE):
                await line.connection.close()
        self._open.clear()
        await self._engine.dispose()

    async def _write(self, work: Work[T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._once(work)
            except _TROUBLE as error:
                state = getattr(getattr(error, "orig", error), "sqlstate", "")
                if attempt == _ATTEMPTS or state not in _TRY_AGAIN:
                    raise _busy(error, logged=self._answered) from None
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
        async with asyncio.timeout(_PATIENCE_SECONDS):
            line = await self._free.get()
        kept: _Line | None = None
        try:
            kept = line = await self._ready(line)
            try:
                if begin:
                    await line.driver.execute(begin)
                yield line.connection
                if end:
                    await line.driver.execute(end)
            except BaseException:
                kept = None
                kept = line if await _rolled_back(line.driver) else None
                raise
            line.used_at = monotonic()
            warned += line.warnings
            line.warnings.clear()
        finally:
            self._free.put_nowait(kept)
            if line is not None and kept is None:
                await self._hang_up(line)

    async def _ready(self, line: _Line | None) -> _Line:
        """Return a line that answers: one that has lain for a while may be dead."""
        if line is not None:
            if line.connection.in_transaction():  # the toolkit's own, which is nothing here
                await line.connection.rollback()
            if monotonic() - line.used_at < _FRESH_SECONDS or await _answers(line.driver):
                return line
            await self._hang_up(line)
        connection = await self._engine.connect()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        line = _Line(connection=connection, driver=driver, warnings=[], used_at=monotonic())
        driver.add_log_listener(_listener(line.warnings))
        self._open.add(line)
        self._answered = True
        return line

    async def _hang_up(self, line: _Line) -> None:
        if line not in self._open:
            return
        self._open.discard(line)
        with suppress(*_TROUBLE):
            await line.connection.invalidate()  # nothing more is said on it
            await line.connection.close()


async def _answers(driver: Any) -> bool:
    try:
        await driver.execute("SELECT 1")
    except _TROUBLE:
        return False
    return True


async def _rolled_back(driver: Any) -> bool:
    """End what is under way; False where the line is not fit for anything more."""
    if driver.is_closed():
        return False
    try:
        await driver.execute("ROLLBACK")
    except _TROUBLE:
        return False
    return True


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


def _listener(warnings: list[str]) -> Callable[[object, object], None]:
    """A cancelled wait for the standby returns success with a warning: keep the warning."""

    def keep(_connection: object, message: object) -> None:
        if _NOT_REPLICATED in str(message):
            warnings.append("not replicated")

    return keep


def _busy(error: Exception, *, logged: bool) -> Exception:
    """Tell trouble with the database, which passes, from a defect of ours, which does not."""
    state = str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")
    passing = state[:2] in ("08", "40", "53", "55", "57", "58")
    if passing or isinstance(error, _NO_CONTACT):
        if logged:
            _log.error("the database does not answer", extra={"sqlstate": state})
        return Busy()
    return error
