"""``workstation restore``: put a backup back. The workstations bring what came after it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.cli.database import config_for, database_options
from workstation.domain.texts import _
from workstation.server.backup import manifest, problems
from workstation.server.backup.restoring import Restored, restore
from workstation.server.key import existing_key


@click.command(name="restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@database_options
@click.option(
    "--replace", is_flag=True, help="Move aside the database that is there. It is not deleted."
)
@click.option(
    "--ledger",
    "ledgers",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of what has been erased (*.erasures) that was saved from elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    source: Path,
    db: str,
    key_file: Path | None,
    replace: bool,
    ledgers: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Restore the backup SOURCE, or the newest in that folder, while the server stands still.

    It is verified before anything is touched. The server then begins a new epoch: workstations
    send again what came after the backup, and what was erased stays erased.
    """
    config = config_for(db, key_file)
    if config.place.on_postgres:
        raise problems.own_tools(str(config.place.ledger))
    key = existing_key(Path(config.db), config.key_file)
    done = restore(manifest.newest(source), config, key, replace=replace, ledgers=ledgers)
    if as_json:
        click.echo(json.dumps(_plain(done)))
    else:
        _tell(done)


def _tell(done: Restored) -> None:
    said = done.manifest
    click.echo(
        _("Restored: {name}, with {patients} patients and {records} records.").format(
            name=done.backup.name, patients=said.patients, records=said.records
        )
    )
    if done.aside is not None:
        click.echo(_("What was there has been moved aside: {name}.").format(name=done.aside))
    if done.erased:
        click.echo(_("Records erased since then, erased again: {count}.").format(count=done.erased))
    for name in done.unread:
        click.echo(
            _("The list of what has been erased cannot be read: {name}.").format(name=name),
            err=True,
        )
    click.echo(
        _(
            "Start the server now. What came after {at} comes back from the workstations. "
            "An erasure after that time that no list here names must be carried out again."
        ).format(at=said.made_at)
    )


def _plain(done: Restored) -> dict[str, object]:
    return {
        "backup": str(done.backup),
        "made_at": done.manifest.made_at,
        "epoch": done.epoch,
        "patients": done.manifest.patients,
        "records": done.manifest.records,
        "erased_again": done.erased,
        "moved_aside": str(done.aside) if done.aside else "",
        "unread_ledgers": list(done.unread),
    }
