"""A PostgreSQL of the tests' own: a cluster for each worker, an empty database for each test that asks."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.needs import postgres_programs

_OWNERS = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A running server that listens on loopback only and trusts who connects. It has no data but the tests'."""

    folder: Path
    port: int
    settings: tuple[str, ...] = ()

    def start(self) -> None:
        """Start the server, also after a crash."""
        sockets = [] if os.name == "nt" else [f"-k {self.folder}"]
        settings = (f"-c {setting}" for setting in self.settings)
        options = ["-h 127.0.0.1", f"-p {self.port}", *sockets, *settings]
        self._control("start", f"--log={self.folder / 'log'}", f"--options={' '.join(options)}")

    def crash(self) -> None:
        """End it as a power cut would: nothing is finished, nothing is said to whoever is connected."""
        self._control("stop", "--mode=immediate")

    def _control(self, what: str, *more: str) -> None:
        place = f"--pgdata={self.folder / 'data'}"
        _run("pg_ctl", what, place, "--wait", "--silent", *more, owner=_owner())

    def url(self, database: str) -> str:
        """Return the address as SQLAlchemy takes it, for asyncpg."""
        return f"postgresql+asyncpg://ronden@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Create an empty database and return its address."""
        place = ["--host=127.0.0.1", f"--port={self.port}", "--username=ronden"]
        sorting = ["--template=template0", "--encoding=UTF8", "--locale=C"]
        _run("createdb", *place, *sorting, database)
        return self.url(database)


def _owner() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: give the user and group of another account where we are root."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = next(known[name] for name in _OWNERS if name in known)
    return account.pw_uid, account.pw_gid


def _run(program: str, *args: str, owner: tuple[int, int] | None = None) -> None:
    command = [str(postgres_programs() / program), *args]
    if owner is None:
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=120)
        return
    user, group = owner
    quiet = subprocess.DEVNULL
    subprocess.run(
        command,
        check=True,
        cwd="/",
        stdout=quiet,
        timeout=120,
        user=user,
        group=group,
        extra_groups=[],
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_cluster(*settings: str) -> Generator[Cluster]:
    """Run a new cluster for the length of the block. ``settings`` are ``name=value`` of postgresql.conf.

    It writes as durably as PostgreSQL does by default: a test may kill it and look for loss.
    """
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="ronden-postgres-"))
    data, port = folder / "data", _free_port()
    if owner:
        os.chown(folder, *owner)
    try:
        login = ["--username=ronden", "--auth=trust"]
        _run(
            "initdb",
            f"--pgdata={data}",
            *login,
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            owner=owner,
        )
        cluster = Cluster(folder=folder, port=port, settings=settings)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_cluster() -> Generator[Cluster]:
    """Give the cluster this worker's tests share. Mark the test ``needs_postgres``."""
    with running_cluster() as cluster:
        yield cluster


_numbers = count(1)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> str:
    """Give the address of an empty database of this test's own. Mark the test ``needs_postgres``."""
    return postgres_cluster.create(f"test_{next(_numbers)}")
