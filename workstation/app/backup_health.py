"""Is the record that this machine serves backed up, and has a backup been tried out?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from workstation.domain.texts import _
from workstation.server.backup.history import History, history_file, read
from workstation.server.backup.neglect import LATEST_DRILL
from workstation.server.serve import ServerConfig

OLDEST_BACKUP = timedelta(days=1)
"""Who looks on the machine itself is told a day before the server tells everybody."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """One thing that was looked at. ``mend``: what to do; empty where all is well."""

    what: str
    found: str
    mend: str = ""


def health(database: Path, *, now: datetime) -> Iterator[Health]:
    """Look at a database's backups; nothing is said where there is no database."""
    if not database.exists():
        return
    known = read(history_file(ServerConfig(db=str(database)).place.mark))
    yield _backup(known, now)
    yield _drill(known, now)
    aside = [p for p in database.parent.glob(f"{database.name}.before-restore-*") if p.is_file()]
    if aside:
        yield Health(
            what=_("Databases moved aside"),
            found=str(len(aside)),
            mend=_("Delete them when the restored record has proved itself: {folder}").format(
                folder=database.parent
            ),
        )


def _backup(known: History, now: datetime) -> Health:
    what = _("Backup")
    if not known.backed_up_at:
        return Health(
            what=what,
            found=_("none has been made"),
            mend=_("Make one every day: workstation backup --to FOLDER"),
        )
    late = _age(known.backed_up_at, now) > OLDEST_BACKUP
    mend = _("Make one every day: workstation backup --to {folder}").format(folder=known.folder)
    return Health(what=what, found=known.backed_up_at, mend=mend if late else "")


def _drill(known: History, now: datetime) -> Health:
    what = _("Backup tried out")
    mend = _("Try it out every week: workstation backup --drill --to {folder}").format(
        folder=known.folder or "FOLDER"
    )
    if not known.drilled_at:
        return Health(what=what, found=_("never"), mend=mend)
    late = _age(known.drilled_at, now) > LATEST_DRILL
    return Health(what=what, found=known.drilled_at, mend=mend if late else "")


def _age(at: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(at)
