"""A PostgreSQL of one's own: a new cluster on loopback, gone when the block ends.

As durable as PostgreSQL is by default: what is measured is acknowledged after the disk has it, and
a test may kill it and look for loss.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_PLACES = ("/usr/lib/postgresql/*/bin", r"C:\Program Files\PostgreSQL\*\bin")
_USER = "ronden"
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A running server that listens on loopback only and trusts who connects.

    ``settings`` are ``name=value`` of postgresql.conf.
    """

    folder: Path
    port: int
    settings: tuple[str, ...] = ()

    def start(self) -> None:
        """Start the server, also after a crash."""
        sockets = [] if sys.platform == "win32" else [f"-k {self.folder}"]
        settings = (f"-c {setting}" for setting in self.settings)
        options = ["-h 127.0.0.1", f"-p {self.port}", *sockets, *settings]
        self._control("start", f"--log={self.folder / 'log'}", f"--options={' '.join(options)}")

    def crash(self) -> None:
        """End it as a power cut would: nothing is finished, nothing is said to who is connected."""
        self._control("stop", "--mode=immediate")

    def _control(self, what: str, *more: str) -> None:
        place = f"--pgdata={self.folder / 'data'}"
        _run("pg_ctl", what, place, "--wait", "--silent", *more, **_owner())

    def url(self, database: str) -> str:
        """Return the address as SQLAlchemy takes it, for asyncpg."""
        return f"postgresql+asyncpg://{_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Create an empty database and return its address."""
        place = ["--host=127.0.0.1", f"--port={self.port}", f"--username={_USER}"]
        sorting = ["--template=template0", "--encoding=UTF8", "--locale=C"]
        _run("createdb", *place, *sorting, database)
        return self.url(database)


@contextmanager
def running_cluster(*settings: str) -> Iterator[Cluster]:
    """Run a new cluster for the length of the block.

    Raises:
        Problem: PostgreSQL is not installed on this machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="ronden-postgres-"))
    owner = _owner()
    if sys.platform != "win32" and owner:
        os.chown(folder, owner["user"], owner["group"])
    try:
        place, login = f"--pgdata={folder / 'data'}", (f"--username={_USER}", "--auth=trust")
        _run("initdb", place, *login, "--encoding=UTF8", "--locale=C", "--no-sync", **owner)
        cluster = Cluster(folder=folder, port=_free_port(), settings=settings)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *args: str, **owner: Any) -> None:
    subprocess.run(
        [str(_programs() / program), *args],
        check=True,
        cwd="/" if sys.platform != "win32" else None,
        stdout=subprocess.DEVNULL,
        timeout=_PATIENCE_SECONDS,
        **owner,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs() -> Path:
    found = [
        place for pattern in _PLACES for place in sorted(glob(pattern)) if Path(place).is_dir()
    ]
    if found:
        return Path(found[-1])
    initdb = shutil.which("initdb")
    if initdb is None:
        raise Problem(
            _("PostgreSQL is not installed on this machine."),
            _("Install it to measure with it; nothing else here needs it."),
        )
    return Path(initdb).resolve().parent


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as whom it runs where we are root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = next(known[name] for name in ("postgres", "nobody") if name in known)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
