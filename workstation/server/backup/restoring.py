"""Put a backup back: checked before anything is touched, and what is in the way is moved aside.

The server that starts from it has a new epoch, on which every workstation sends again what came
after the backup. What was erased since then stays erased: the ledgers are united.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, func, select

from workstation.access.actor import Nobody
from workstation.domain.clock import to_millis
from workstation.domain.texts import _
from workstation.server import ledger, schema
from workstation.server.alone import alone_with
from workstation.server.backup import manifest, problems, verifying
from workstation.server.backup.files import sync
from workstation.server.backup.manifest import DATABASE, LEDGER, Manifest
from workstation.server.ledger import LedgerBroken, Line
from workstation.server.migrations import NEWEST
from workstation.server.opening import Place
from workstation.server.serve import ServerConfig, opened

_CHUNK = 1 << 20
_LEFT_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back. ``aside``: where the database went that was there; None without one.

    ``erased``: bodies that the backup still had. ``unread``: other backups whose ledger could
    not be read.
    """

    backup: Path
    manifest: Manifest
    epoch: str
    erased: int
    aside: Path | None
    unread: tuple[str, ...]


def check(backup: Path, key: str) -> Manifest:
    """Return what the backup is, checked as far as it can be without reading its database.

    Raises:
        NotWhole, WrongKey, TooNew: As they say.
    """
    said = manifest.read(backup)
    if said.schema > NEWEST:
        raise problems.too_new()
    copy = backup / DATABASE
    if not copy.is_file() or copy.stat().st_size != said.size:
        raise problems.not_whole(_("its database is missing or truncated"))
    if not manifest.is_sealed_with(said, key):
        if verifying.opens(copy, key):
            raise problems.not_whole(_("its description has been altered"))
        raise problems.wrong_key()
    if manifest.digest_of(backup / LEDGER) != said.ledger:
        raise problems.not_whole(_("its list of what has been erased has been altered"))
    return said


def restore(
    backup: Path,
    config: ServerConfig,
    key: str,
    *,
    replace: bool = False,
    ledgers: Sequence[Path] = (),
) -> Restored:
    """Put the backup where the server's database is kept, and begin a new epoch there.

    Args:
        replace: Move aside a database that is there.
        ledgers: Further erasure ledgers, saved from elsewhere.

    Raises:
        InTheWay, NoRoom, NotWhole, WrongKey, TooNew, LedgerBroken, AlreadyServed: As they say.
            What was there is as it was.
    """
    place = config.place
    database = Path(place.database)
    said = check(backup, key)
    if database.exists() and not replace:
        raise problems.in_the_way()
    with alone_with(database):
        young = database.with_name(database.name + ".restoring")
        try:
            lines, unread = _united(backup, place, ledgers)
            _fetch(backup, young, said)
            found = verifying.verify(young, key)
            _compare(said, found)
            _write_ledger(place.ledger, lines)
            aside = _move_aside(database, to_millis(config.clock.now()))
            young.replace(database)
            sync(database.parent)
        except OSError as error:
            raise problems.not_written(error) from None
        finally:
            young.unlink(missing_ok=True)
        epoch, erased = asyncio.run(_begin(config))
    return Restored(
        backup=backup,
        manifest=said,
        epoch=epoch,
        erased=erased - found.erased,
        aside=aside,
        unread=unread,
    )


def _compare(said: Manifest, found: verifying.Found) -> None:
    if (said.schema, said.patients, said.records, said.attachments, said.log_lines) != (
        found.schema,
        found.patients,
        found.records,
        found.attachments,
        found.log_lines,
    ):
        raise problems.not_whole(_("it does not hold what it says"))


def _fetch(backup: Path, young: Path, said: Manifest) -> None:
    """Copy the database beside its place, and compare it with its hash on the way."""
    young.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(young.parent).free
    if free < said.size:
        raise problems.no_room(said.size, free)
    made = sha256()
    handle = os.open(young, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (backup / DATABASE).open("rb") as source, os.fdopen(handle, "wb") as target:
        while part := source.read(_CHUNK):
            made.update(part)
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
    if made.hexdigest() != said.digest:
        raise problems.not_whole(_("its database is not what was written"))


def _move_aside(database: Path, now: int) -> Path | None:
    """Rename what is there, with the log beside it: it would be taken for the new one's."""
    aside = database.with_name(f"{database.name}.before-restore-{now}")
    for suffix in (*_LEFT_BESIDE, ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside if aside.exists() else None


def _united(
    backup: Path, place: Place, ledgers: Sequence[Path]
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Return the lines of every ledger there is, each once: here, in this backup and its neighbours."""
    lines = [*ledger.read(place.ledger), *ledger.read(backup / LEDGER)]
    for given in ledgers:
        lines += ledger.read(given)
    unread = []
    for other in manifest.backups_in(backup.parent):
        try:
            lines += ledger.read(other / LEDGER)
        except (LedgerBroken, OSError):
            unread.append(other.name)
    return tuple(sorted(dict.fromkeys(lines), key=lambda line: line.at)), tuple(unread)


def _write_ledger(path: Path, lines: Sequence[Line]) -> None:
    """Replace the ledger in one move; it only ever grows."""
    if not lines:
        return
    young = path.with_name(path.name + ".new")
    young.unlink(missing_ok=True)
    for line in lines:
        ledger.append(young, line)
    young.replace(path)


async def _begin(config: ServerConfig) -> tuple[str, int]:
    """Open the store once: it begins its epoch, erases what the ledger says, and logs it.

    Returns the epoch, and how many records are without their bodies.
    """
    async with opened(config) as core:
        await core.log(Nobody(), "Administration", "restore")
        return core.epoch, await core.database.read(_erased)


def _erased(connection: Connection) -> int:
    table = schema.entry
    gone = select(func.count()).select_from(table).where(table.c.raw.is_(None))
    return connection.execute(gone).scalar_one()


__all__ = ["Restored", "check", "restore"]
