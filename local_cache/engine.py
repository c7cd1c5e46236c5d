"""Opening an encrypted file: SQLCipher through SQLAlchemy, every setting set and read back.

A file that cannot be opened is never made anew and never written over; ``move_aside`` is the
separate, explicit step for that. The key appears in no exception, log or SQL echo.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from local_cache import problems, suspect
from local_cache.lock import FileLock
from local_cache.pages import PAGE, key_belongs, salt_for

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can damage a WAL file that two connections checkpoint (fixed March 2026)."""
KEY_BYTES = 32
CACHE_KIB = 64 * 1024
_SETTINGS: tuple[tuple[str, str, object], ...] = (
    # name, value as set, value as read back
    ("cipher_memory_security", "ON", "1"),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("temp_store", "MEMORY", 2),
    ("secure_delete", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("busy_timeout", "5000", 5000),
    ("wal_autocheckpoint", "1000", 1000),
    ("cache_size", str(-CACHE_KIB), -CACHE_KIB),
)
_SQLITE_ATTACH = 24
_SUFFIXES = ("", "-wal", "-shm", "-journal", suspect.SUFFIX)


class Migration(Protocol):
    """A module of ``migrations``."""

    VERSION: int

    def upgrade(self, connection: Connection, /) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Format:
    """What sort of encrypted file it is: a mark inside it, and how its schema grew."""

    application_id: int
    migrations: Sequence[Migration]

    @property
    def version(self) -> int:
        """The schema this program writes."""
        return max(migration.VERSION for migration in self.migrations)


class CacheFile:
    """An open encrypted file, held by this process alone: one writer, readers beside it."""

    def __init__(self, path: Path, key: bytes, lock: FileLock, *, readers: int) -> None:
        self.path = path
        self._lock = lock
        self.writer = _engine(path, key, begin="BEGIN IMMEDIATE", connections=1)
        self.reader = _engine(path, key, begin="BEGIN", connections=readers, query_only=True)

    def __repr__(self) -> str:
        return "<CacheFile>"

    def close(self) -> None:
        """Close every connection (the last one empties the WAL) and give the lock back."""
        self.reader.dispose()
        self.writer.dispose()
        self._lock.release()


def require_sqlite(version: tuple[int, int, int] = dbapi.sqlite_version_info) -> None:
    """Refuse a SQLite library older than ``OLDEST_SQLITE``.

    Raises:
        SqliteTooOld: It is older.
    """
    if version < OLDEST_SQLITE:
        dotted = [".".join(str(part) for part in each) for each in (version, OLDEST_SQLITE)]
        raise problems.sqlite_too_old(*dotted)


def create_file(
    path: Path, key: bytes, form: Format, *, first: Callable[[Connection], None] | None = None
) -> None:
    """Make a new, empty file; it comes into being whole or not at all.

    Args:
        key: 32 random bytes.
        first: What else to write before the file gets its name.

    Raises:
        AlreadyThere: A file of that name exists.
    """
    require_sqlite()
    with problems.told(), _locked(path):
        if path.exists():
            raise problems.already_there()
        young = path.with_name(path.name + ".new")
        _remove(young)  # left by a crash while making; it never held anything
        engine = _engine(young, key, begin="BEGIN IMMEDIATE", connections=1)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {form.application_id:d}")
                _migrate(connection, form, target=form.version)
                if first is not None:
                    first(connection)
        finally:
            engine.dispose()
        _sync(young)
        os.replace(young, path)
        _sync_folder(path.parent)


def open_file(path: Path, key: bytes, form: Format, *, readers: int = 1) -> CacheFile:
    """Open an existing file, bring its schema up to date, and hold it.

    Raises:
        SqliteTooOld, NoSuchFile, InUse, WrongKey, Damaged, NewerThanProgram, DiskFull: As they
            say; the file is as it was.
    """
    require_sqlite()
    if not path.exists():
        raise problems.no_such_file()
    lock = FileLock(path)
    file: CacheFile | None = None
    try:
        with problems.told():
            _check_readable(path, key, form)
            suspect.check(path, key)
            file = CacheFile(path, key, lock, readers=readers)
            with file.writer.begin() as connection:
                _migrate(connection, form, target=form.version)
        return file
    except BaseException:
        if file is not None:
            file.close()
        lock.release()
        raise


def move_aside(path: Path, *, now: datetime) -> Path:
    """Rename a file that cannot be opened, so that a new one can be made; nothing is deleted.

    Returns the file's new place. What was not yet sent is still in it.

    Raises:
        InUse: Somebody has it open.
        NoSuchFile: There is none.
    """
    if not path.exists():
        raise problems.no_such_file()
    with _locked(path):
        aside = path.with_name(f"{path.name}.aside-{now:%Y%m%dT%H%M%SZ}")
        for suffix in reversed(_SUFFIXES):
            part = path.with_name(path.name + suffix)
            if part.exists():
                os.replace(part, aside.with_name(aside.name + suffix))
        _sync_folder(path.parent)
        return aside


def migrate(connection: Connection, form: Format, *, target: int) -> None:
    """Bring the schema to ``target`` in the caller's transaction; for tests of migrations."""
    _migrate(connection, form, target=target)


def version_of(connection: Connection) -> int:
    """Return the schema version of an open file; 0 for an empty one."""
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return version


def _migrate(connection: Connection, form: Format, *, target: int) -> None:
    have = version_of(connection)
    for migration in sorted(form.migrations, key=lambda each: each.VERSION):
        if have < migration.VERSION <= target:
            migration.upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {migration.VERSION:d}")


def _check_readable(path: Path, key: bytes, form: Format) -> None:
    """Read what tells a good file from others, before anything could be written to it."""
    if path.stat().st_size < PAGE:
        raise problems.damaged()
    try:
        raw = _connect(path, key, query_only=True)
    except dbapi.DatabaseError as error:
        if problems.problem_of(error) is None:
            raise
        raise _why_unreadable(path, key, error) from None
    try:
        _check_form(raw, form)
        _check_length(raw, path)
    finally:
        raw.close()


def _check_form(raw: Any, form: Format) -> None:
    if raw.execute("PRAGMA application_id").fetchone()[0] != form.application_id:
        raise problems.damaged()
    if raw.execute("PRAGMA user_version").fetchone()[0] > form.version:
        raise problems.newer_than_program()


def _check_length(raw: Any, path: Path) -> None:
    """A file shorter than its own page count was cut off, unless the rest is still in the WAL."""
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size > 0:
        return
    if raw.execute("PRAGMA page_count").fetchone()[0] * PAGE > path.stat().st_size:
        raise problems.damaged()


def _why_unreadable(path: Path, key: bytes, error: Exception) -> Exception:
    if isinstance(problem := problems.problem_of(error), problems.Damaged):
        return problem if key_belongs(path, key) else problems.wrong_key()
    return problem or error


def _engine(
    path: Path, key: bytes, *, begin: str, connections: int, query_only: bool = False
) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, key, query_only=query_only),
        module=dbapi,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
    )

    suspect.watch(engine, path)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect(path: Path, key: bytes, *, query_only: bool) -> Any:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    # Few cached statements: they would take SQLite's fast memory for themselves, and with
    # cipher_memory_security on every other piece is locked and wiped: three times as slow.
    raw = dbapi.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=8
    )
    try:
        raw.execute("PRAGMA cipher_log_level = NONE")
        _give_key(raw, key)
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _apply_settings(raw)
        if query_only:
            raw.execute("PRAGMA query_only = ON")
        raw.set_authorizer(_refuse_attach)
    except BaseException:
        raw.close()
        raise
    return raw


def _give_key(raw: Any, key: bytes) -> None:
    try:
        raw.execute(f"PRAGMA key = \"x'{key.hex()}{salt_for(key).hex()}'\"")
    except dbapi.Error:
        raise RuntimeError("the encryption library did not take the key") from None


def _apply_settings(raw: Any) -> None:
    for name, value, expected in _SETTINGS:
        raw.execute(f"PRAGMA {name} = {value}").fetchall()
        found = raw.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise RuntimeError(f"the database did not take {name} = {value}")


def _refuse_attach(action: int, *_details: object) -> int:
    """An ATTACH is all it takes to export everything in clear."""
    return int(dbapi.SQLITE_DENY if action == _SQLITE_ATTACH else dbapi.SQLITE_OK)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        yield
    finally:
        lock.release()


def _remove(path: Path) -> None:
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows does that by itself and knows no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
