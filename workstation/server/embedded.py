"""The embedded database: SQLCipher, one writing thread that commits in groups, readers beside it.

A commit costs a wait for the disk; whoever waits to write while one is under way shares the
next. Nobody is answered before the commit that holds their work is durable.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as sqlcipher

from workstation.domain.texts import _
from workstation.server.database import Busy, CannotOpen, Look, Work

T = TypeVar("T")
P = TypeVar("P")

OLDEST_SQLITE = (3, 51, 3)
"""Older ones carry a fault in the write-ahead log that can damage the file."""
_READERS = 2  # more only take turns at the interpreter
_MOST_IN_A_GROUP = 64
_FEW_ROWS = 64
"""So many are read in a millisecond or two."""
_STATEMENTS = 512
"""So many are kept prepared: lists of every length are statements of their own."""
_NO_ROOM = (10, 13)  # SQLITE_IOERR, SQLITE_FULL
_OF_THE_DATABASE = (DBAPIError, sqlcipher.Error)
_PRAGMAS = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "temp_store": ("MEMORY", 2),
    "secure_delete": ("ON", 1),
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "busy_timeout": ("5000", 5000),
    "cache_size": ("-65536", -65536),
}


@dataclass(frozen=True, eq=False, repr=False)
class _Job:
    work: Work[Any]
    done: Future[Any] = field(default_factory=Future)


class EmbeddedDatabase:
    """See ``workstation.server.database.Database``.

    Args:
        before_commit: Runs at the end of every writing transaction.
        after_commit: Gets what it returned, on the writing thread, once that is durable.

    Raises:
        CannotOpen: Wrong key, damaged, or the SQLite in use is too old. The file is as it was.
    """

    drains_in_transaction = True

    def __init__(
        self,
        path: Path,
        key: str,
        *,
        before_commit: Work[dict[str, int]],
        after_commit: Callable[[dict[str, int]], None],
    ) -> None:
        _check_version()
        _refuse_missing_log_of(path)
        self._before_commit, self._after_commit = before_commit, after_commit
        self._writer = _engine(path, key, connections=1)
        self._reader = _engine(path, key, connections=_READERS + 1)
        try:
            with self._writer.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        except (DBAPIError, sqlcipher.DatabaseError):
            raise _unreadable() from None
        if os.name != "nt":
            path.chmod(0o600)
        self._mine = threading.local()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")
        self._near = self._reader.connect()
        self._open = [self._near]
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="store-write", daemon=True)
        self._thread.start()

    async def read(self, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    async def read_on(self, look: Look[P], work: Callable[[Connection, P], T]) -> T:
        found = _viewing(self._near, lambda c: _read_little(c, look, work))
        return found[0] if found else await self.read(lambda c: work(c, look(c)[1]))

    async def peek(self, work: Work[T]) -> T:
        return _viewing(self._near, work)

    async def write(self, work: Work[T]) -> T:
        if self._closed:
            raise Busy
        job = _Job(work)
        self._jobs.put(job)
        result: T = await asyncio.wrap_future(job.done)
        return result

    async def scrub(self) -> None:
        # secure_delete has overwritten it in the file; the log beside it still has the old pages.
        driver: Any = self._near.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        for connection in self._open:
            connection.close()
        self._reader.dispose()
        self._writer.dispose()

    def _read(self, work: Work[T]) -> T:
        connection: Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = self._reader.connect()
            self._open.append(connection)
        return _viewing(connection, work)

    def _write_all(self) -> None:
        with self._writer.connect() as connection:
            while (group := self._gather()) is not None:
                self._commit(connection, group)

    def _gather(self) -> list[_Job] | None:
        """Wait for one job and take whatever else waits already; None at the end of it all."""
        first = self._jobs.get()
        if first is None:
            return None
        group = [first]
        while len(group) < _MOST_IN_A_GROUP:
            try:
                following = self._jobs.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._jobs.put(None)
                break
            group.append(following)
        return [job for job in group if job.done.set_running_or_notify_cancel()]

    def _commit(self, connection: Connection, group: list[_Job]) -> None:
        answers: list[Callable[[], None]] = []
        try:
            _run(connection, "BEGIN IMMEDIATE")
            try:
                answers = [_attempt(connection, job) for job in group]
                moved = self._before_commit(connection)
                _end(connection, "commit")
            except BaseException:
                _end(connection, "rollback")
                raise
        except Exception as error:  # noqa: BLE001  handed to everyone who waits for it
            failure = Busy() if isinstance(error, _OF_THE_DATABASE) else error
            for job in group:
                job.done.set_exception(failure)
            return
        for answer in answers:
            answer()
        if moved:
            self._after_commit(moved)


def _attempt(connection: Connection, job: _Job) -> Callable[[], None]:
    """Run one job in a savepoint of its own; return how to answer once all is durable."""
    _run(connection, "SAVEPOINT job")
    try:
        result = job.work(connection)
    except Exception as error:  # noqa: BLE001  handed to whoever waits for it
        _run(connection, "ROLLBACK TO job")
        _run(connection, "RELEASE job")
        failure = Busy() if _has_no_room(error) else error
        return lambda: job.done.set_exception(failure)
    _run(connection, "RELEASE job")
    return lambda: job.done.set_result(result)


def _has_no_room(error: Exception) -> bool:
    """Whether the disk was full, or failed."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM


def _read_little(
    connection: Connection, look: Look[P], work: Callable[[Connection, P], T]
) -> tuple[T] | None:
    """Return what ``work`` reads, or None where that is too much for whoever else waits."""
    rows, found = look(connection)
    return (work(connection, found),) if rows <= _FEW_ROWS else None


def _viewing(connection: Connection, work: Work[T]) -> T:
    """Run ``work`` on one view of what is committed."""
    _run(connection, "BEGIN")
    try:
        return work(connection)
    finally:
        _end(connection, "rollback")


def _run(connection: Connection, statement: str) -> None:
    """Run a word of transactions at the driver: the toolkit takes longer over it than SQLite."""
    driver: Any = connection.connection.driver_connection
    driver.execute(statement)


def _end(connection: Connection, how: Literal["commit", "rollback"]) -> None:
    """End the transaction; the toolkit has one of its own where it ran a statement in ours."""
    if connection.in_transaction():
        getattr(connection, how)()
    else:
        getattr(connection.connection.driver_connection, how)()


def _engine(path: Path, key: str, *, connections: int) -> Engine:
    """Return an engine that begins no transactions of its own: we do."""
    return create_engine(
        "sqlite://",
        creator=lambda: _connect(path, key),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
    )


def _connect(path: Path, key: str) -> Any:
    """Open a connection with every setting made and read back."""
    connection = sqlcipher.connect(
        str(path), check_same_thread=False, isolation_level=None, cached_statements=_STATEMENTS
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for name, (value, expected) in _PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
            (found,) = connection.execute(f"PRAGMA {name}").fetchone()
            if found != expected:
                raise CannotOpen(
                    _("The database does not take a setting it needs: {name}.").format(name=name),
                    _("Keep it on a local disk, not on a network share."),
                )
    except BaseException:
        connection.close()
        raise
    return connection


def _check_version() -> None:
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise CannotOpen(
            _("The SQLite on this machine is too old to be trusted with a record."),
            _("Install the version that came with this program."),
        )


def _refuse_missing_log_of(path: Path) -> None:
    """An empty file in place of a database is a lost database, not a new one."""
    if path.exists() and path.stat().st_size == 0:
        raise _unreadable()
    path.parent.mkdir(parents=True, exist_ok=True)


def _unreadable() -> CannotOpen:
    return CannotOpen(
        _("The database cannot be read: the key is wrong or the file is damaged."),
        _("Nothing was changed. Use the right key, or restore the newest backup beside it."),
    )
