"""Make a backup while the server runs or stands still: one moment of the database, verified at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from workstation import VERSION
from workstation.domain.clock import Clock, to_millis, to_text
from workstation.domain.texts import _
from workstation.server.backup import manifest, problems, verifying
from workstation.server.backup.files import PRIVATE_FOLDER, connected, sync
from workstation.server.backup.manifest import DATABASE, LEDGER, UNFINISHED, Manifest
from workstation.server.opening import Place

_PAGES_AT_ONCE = 2_000
_ABANDONED = timedelta(days=1)
Progress = Callable[[int], None]


def _silent(_percent: int) -> None:
    """Nobody watches."""


def make(
    place: Place, key: str, to: Path, *, clock: Clock, progress: Progress = _silent
) -> tuple[Path, Manifest]:
    """Back up into a new folder in ``to``; return it, and what is in it.

    The server may go on writing: what it writes meanwhile is not in the copy, and nobody waits.

    Args:
        progress: Told the percentage copied.

    Raises:
        NoRoom, NotWhole, WrongKey, TooNew: As they say. No backup was made.
    """
    database = Path(place.database)
    needed = database.stat().st_size + _size(database.with_name(database.name + "-wal"))
    made_at = to_text(to_millis(clock.now()))
    try:
        to.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        _sweep(to)
        free = shutil.disk_usage(to).free
        if free < needed:
            raise problems.no_room(needed, free)
        backup = to / manifest.name_of(made_at)
        unfinished = backup.with_name(backup.name + UNFINISHED)
        unfinished.mkdir(mode=PRIVATE_FOLDER)
        try:
            written = _written(place, key, unfinished, made_at, progress)
            unfinished.replace(backup)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        sync(to)
    except OSError as error:
        raise problems.not_written(error) from None
    return backup, written


def thin_out(to: Path, *, keep: int) -> int:
    """Delete all but the newest ``keep`` backups of a folder; return how many went."""
    gone = manifest.backups_in(to)[:-keep]
    for backup in gone:
        (backup / manifest.MANIFEST).unlink()  # from here on it is none
        shutil.rmtree(backup)
    return len(gone)


def _written(place: Place, key: str, folder: Path, made_at: str, progress: Progress) -> Manifest:
    copy = folder / DATABASE
    _copy(Path(place.database), copy, key, progress)
    # After the database: an erasure in between is in the ledger, and is carried out again.
    if place.ledger.exists():
        shutil.copyfile(place.ledger, folder / LEDGER)
        sync(folder / LEDGER)
    sync(copy)
    found = verifying.verify(copy, key)
    written = manifest.sealed(
        Manifest(
            made_at=made_at,
            program=VERSION,
            schema=found.schema,
            size=copy.stat().st_size,
            digest=manifest.digest_of(copy),
            ledger=manifest.digest_of(folder / LEDGER),
            patients=found.patients,
            records=found.records,
            attachments=found.attachments,
            log_lines=found.log_lines,
        ),
        key,
    )
    manifest.write(folder, written)
    sync(folder)
    return written


def _copy(database: Path, copy: Path, key: str, progress: Progress) -> None:
    """Copy one moment of the database, page by page, each encrypted anew under the same key."""

    def copied(_status: int, left: int, total: int) -> None:
        progress(100 * (total - left) // max(total, 1))

    try:
        source = connected(database, key)
    except sqlcipher.DatabaseError:
        raise problems.wrong_key() from None
    with closing(source):
        try:
            with closing(connected(copy, key)) as target:
                copy.chmod(0o600)
                source.execute("BEGIN")  # the moment; a writer does not wait for it
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
                source.backup(target, pages=_PAGES_AT_ONCE, progress=copied, sleep=0.0)
                source.execute("ROLLBACK")
                target.execute("PRAGMA journal_mode = DELETE").fetchone()
                _without_epoch(target)
        except sqlcipher.Error as error:
            raise _not_copied(error) from None


def _without_epoch(copy: sqlcipher.Connection) -> None:
    """Take the epoch's name out, so that whoever starts from the copy begins a new one."""
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'server'").fetchone():
        copy.execute("UPDATE server SET epoch = ''")


def _not_copied(error: sqlcipher.Error) -> problems.NoRoom | problems.NotWhole:
    told = str(error)
    if "full" in told or "I/O" in told:
        why = _("the disk is full") if "full" in told else _("a disk reports an error")
        return problems.NoRoom(
            _("It could not be written: {why}.").format(why=why),
            _("What was there before is as it was. Make room, or name another disk."),
        )
    return problems.not_whole(_("the database itself cannot be read to its end"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sweep(to: Path) -> None:
    """Delete what a backup left that was broken off."""
    for left in to.glob(f"ronden-*{UNFINISHED}"):
        if time.time() - left.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)
