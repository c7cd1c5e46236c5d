"""A PostgreSQL of the bench's own: a new cluster on loopback, gone when the block ends.

As durable as PostgreSQL is by default: what is measured is acknowledged after the disk has it.
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
from glob import glob
from pathlib import Path
from typing import Any

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_PLACES = ("/usr/lib/postgresql/*/bin", r"C:\Program Files\PostgreSQL\*\bin")
_USER = "ronden"
_PATIENCE_SECONDS = 120


@contextmanager
def running_cluster() -> Iterator[str]:
    """Give the URL of an empty database for the length of the block.

    Raises:
        Problem: PostgreSQL is not installed on this machine.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="ronden-postgres-"))
    owner = _owner()
    if sys.platform != "win32" and owner:
        os.chown(folder, owner["user"], owner["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])

    def run(program: str, *args: str) -> None:
        command = [str(programs / program), f"--pgdata={folder / 'data'}", *args]
        subprocess.run(
            command,
            check=True,
            cwd="/" if sys.platform != "win32" else None,
            stdout=subprocess.DEVNULL,
            timeout=_PATIENCE_SECONDS,
            **owner,
        )

    sockets = "" if sys.platform == "win32" else f" -k {folder}"
    try:
        run("initdb", f"--username={_USER}", "--auth=trust", "--encoding=UTF8", "--locale=C")
        options = f"--options=-h 127.0.0.1 -p {port}{sockets}"
        run("pg_ctl", "start", "--wait", "--silent", f"--log={folder / 'log'}", options)
        try:
            yield f"postgresql+asyncpg://{_USER}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--mode=immediate", "--wait", "--silent")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
