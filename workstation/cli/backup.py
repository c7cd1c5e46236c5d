"""``workstation backup``: copy the record somewhere safe, and try out whether it could be put back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import msgspec

from workstation.access.actor import Nobody
from workstation.cli.database import config_for, database_options
from workstation.cli.progress import Progress
from workstation.domain.clock import SystemClock, to_millis, to_text
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.backup import history, making, manifest, problems
from workstation.server.backup.drilling import Drilled, drill
from workstation.server.backup.manifest import Manifest
from workstation.server.key import existing_key, save_key
from workstation.server.migrations import NEWEST
from workstation.server.serve import ServerConfig, opened


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the command was told. ``keep``: how many backups to keep; 0 for all."""

    config: ServerConfig
    to: Path
    keep: int
    scratch: Path | None
    as_json: bool


@click.command(name="backup")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with the backups: on another disk, best on another machine.",
)
@database_options
@click.option(
    "--drill",
    "only_drill",
    is_flag=True,
    help="Make none: restore the newest into a scratch folder, verify it, and delete it again.",
)
@click.option(
    "--scratch",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where --drill restores to; the system's temporary folder unless given.",
)
@click.option("--keep", type=click.IntRange(1), help="Delete all but so many of the newest.")
@click.option(
    "--escrow-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the database's key to this new file, to be kept apart from the backups.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    to: Path,
    db: str,
    key_file: Path | None,
    only_drill: bool,
    scratch: Path | None,
    keep: int | None,
    escrow_key: Path | None,
    as_json: bool,
) -> None:
    """Back up the record, also while it is served, and verify the copy; --drill tries it out.

    The copy is encrypted with the database's own key, which is not in it: keep that apart.
    """
    config = config_for(db, key_file)
    if config.place.on_postgres:
        raise problems.own_tools(str(config.place.ledger))
    key = existing_key(Path(config.db), config.key_file)
    if escrow_key is not None:
        _save(escrow_key, key, to)
    asked = _Asked(config=config, to=to, keep=keep or 0, scratch=scratch, as_json=as_json)
    if only_drill:
        _drill(asked, key)
    else:
        _make(asked, key)


def _save(path: Path, key: str, to: Path) -> None:
    if path.resolve().is_relative_to(to.resolve()):
        raise Problem(
            _("The key would lie beside the backups that it opens."),
            _("Nothing was written. Name a file somewhere else."),
        )
    save_key(path, key)


def _make(asked: _Asked, key: str) -> None:
    config = asked.config
    if not Path(config.db).exists():
        raise Problem(
            _("There is no database to back up."),
            _("Name it with --db, and the file with its key with --key-file."),
        )
    with Progress(_("Percent"), 100) as progress:
        backup, made = making.make(
            config.place, key, asked.to, clock=config.clock, progress=progress.at
        )
    gone = making.thin_out(asked.to, keep=asked.keep) if asked.keep else 0
    _remember(config, folder=str(asked.to.resolve()), backed_up_at=made.made_at)
    if made.schema == NEWEST:
        asyncio.run(_log(config, "backup"))
    if asked.as_json:
        click.echo(json.dumps({"backup": str(backup), "deleted": gone} | _plain(made)))
        return
    click.echo(_("Backed up and verified: {name}.").format(name=backup))
    _tell(made)
    if gone:
        click.echo(_("Older backups deleted: {count}.").format(count=gone))
    click.echo(_("The key is not in it. Without the key nobody can read it: keep that apart."))


def _drill(asked: _Asked, key: str) -> None:
    config, backup = asked.config, manifest.newest(asked.to)
    done = drill(backup, config, key, scratch=asked.scratch)
    now = to_text(to_millis(SystemClock().now()))
    if Path(config.db).exists():
        _remember(
            config,
            folder=str(asked.to.resolve()),
            drilled_at=now,
            drilled=backup.name,
            drill_seconds=round(done.seconds, 3),
        )
        if done.restored.manifest.schema == NEWEST:
            asyncio.run(_log(config, "backup drill"))
    if asked.as_json:
        click.echo(json.dumps(_plain_drill(done, backup, now)))
        return
    click.echo(_("{name} can be restored, and all of it is there.").format(name=backup.name))
    _tell(done.restored.manifest)
    click.echo(_("It took {seconds:.1f} seconds.").format(seconds=done.seconds))
    if done.restored.erased:
        click.echo(
            _("Records erased since then, erased again: {count}.").format(
                count=done.restored.erased
            )
        )
    click.echo(_("A loss now would reach back to {at}.").format(at=done.restored.manifest.made_at))


def _tell(made: Manifest) -> None:
    click.echo(
        _(
            "{patients} patients, {records} records, {attachments} attachments, "
            "{lines} lines of the access log, {size} MB."
        ).format(
            patients=made.patients,
            records=made.records,
            attachments=made.attachments,
            lines=made.log_lines,
            size=round(made.size / 1_000_000, 1),
        )
    )


def _plain(made: Manifest) -> dict[str, object]:
    said: dict[str, object] = msgspec.to_builtins(made)
    return {name: value for name, value in said.items() if name != "seal"}


def _plain_drill(done: Drilled, backup: Path, now: str) -> dict[str, object]:
    return {
        "backup": str(backup),
        "drilled_at": now,
        "seconds": round(done.seconds, 3),
        "reaches_back_to": done.restored.manifest.made_at,
        "erased_again": done.restored.erased,
        "unread_ledgers": list(done.restored.unread),
        "found": asdict(done.found),
    }


def _remember(config: ServerConfig, **news: str | float) -> None:
    path = history.history_file(config.place.mark)
    history.write(path, msgspec.structs.replace(history.read(path), **news))


async def _log(config: ServerConfig, what: str) -> None:
    async with opened(config) as core:
        await core.log(Nobody(), "Administration", what)
