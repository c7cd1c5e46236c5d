"""Try a backup out: put it back somewhere else, look whether all is there, and say how long it took."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from workstation.domain.texts import _
from workstation.server.backup import problems, verifying
from workstation.server.backup.manifest import DATABASE
from workstation.server.backup.restoring import Restored, restore
from workstation.server.serve import ServerConfig


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """What came of it. ``seconds``: from the backup to a store that could be served."""

    restored: Restored
    found: verifying.Found
    seconds: float


def drill(backup: Path, config: ServerConfig, key: str, *, scratch: Path | None = None) -> Drilled:
    """Restore into a folder that is deleted afterwards; the real database is not touched.

    Args:
        config: Of the real server: where its key and its ledger are.
        scratch: On which disk; the system's temporary folder unless named.

    Raises:
        NotWhole, WrongKey, TooNew, NoRoom, LedgerBroken: It could not have been restored.
    """
    place = config.place
    with tempfile.TemporaryDirectory(prefix="ronden-drill-", dir=scratch) as folder:
        there = Path(folder) / DATABASE
        aside = replace(
            config,
            db=str(there),
            mark_file=there.with_suffix(".mark"),
            keyed_as=place.keyed_as or Path(place.database),
        )
        began = time.perf_counter()
        restored = restore(backup, aside, key, ledgers=(place.ledger,))
        seconds = time.perf_counter() - began
        found = verifying.verify(there, key)
    said = restored.manifest
    if (found.patients, found.records) != (said.patients, said.records):
        raise problems.not_whole(_("it does not hold what it says"))
    return Drilled(restored=restored, found=found, seconds=seconds)
