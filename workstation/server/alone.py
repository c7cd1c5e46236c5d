"""One server to an embedded database: a lock beside it for as long as it is served.

Two would both be right, and neither would tell its workstations what came in by the other.
Commands beside the server (an import, a look at the log) need no lock: they are not waited for.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_PATIENCE_SECONDS, _AGAIN_SECONDS = 2.0, 0.05


class AlreadyServed(Problem):
    """Another process serves this database."""


@contextmanager
def alone_with(database: Path) -> Iterator[None]:
    """Be the only one who serves the database inside the block.

    Raises:
        AlreadyServed: Somebody else does. Nothing was touched.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    name = database.with_name(database.name + ".serving")
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked_in_time(descriptor):
            raise AlreadyServed(
                _("Another server is serving this database already."),
                _("Stop that one first, or give this one a database of its own."),
            )
        yield
    finally:
        os.close(descriptor)  # the small file stays: removing it would race with the next holder


def _locked_in_time(descriptor: int) -> bool:
    """Take the lock; one that has just been killed may need a moment to be gone."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            _lock(descriptor)
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(_AGAIN_SECONDS)
        else:
            return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
