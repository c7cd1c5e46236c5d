"""Opening copies of the database, and making what was written durable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine
from sqlcipher3 import dbapi2 as sqlcipher

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def connected(path: Path, key: str, *, frozen: bool = False) -> Any:
    """Return the driver's own connection, without one of the server's settings.

    Args:
        frozen: The file is only read, and nothing is made beside it.

    Raises:
        sqlcipher.Error: It is not a database that this key opens.
    """
    how = "mode=ro&immutable=1" if frozen else "mode=rw" if path.exists() else "mode=rwc"
    address = f"{path.absolute().as_uri()}?{how}"
    connection = sqlcipher.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path, key: str) -> Iterator[Connection]:
    """Give a copy that nobody writes, to be read.

    Raises:
        sqlcipher.Error: It is not a database that this key opens.
    """
    driver = connected(path, key, frozen=True)
    engine = create_engine(
        "sqlite://",
        creator=lambda: driver,
        module=sqlcipher,
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sync(path: Path) -> None:
    """Make a file's content, or a folder's names, durable. Windows does that for folders itself."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
