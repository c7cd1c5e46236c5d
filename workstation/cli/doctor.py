"""``workstation doctor``: what is wrong on this machine, and how to mend it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from workstation.domain.texts import _


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The embedded database whose backups to look at; this machine's own unless given.",
)
@click.option(
    "--move-aside",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Rename a cache file that cannot be opened, so that a new one is made at the next login.",
)
def command(*, as_json: bool, db: Path | None, move_aside: Path | None) -> None:
    """Look at what the application, and a server, need on this machine; opens nobody's record.

    Exits non-zero when something needs mending.
    """
    if move_aside is not None:
        from local_cache import engine

        aside = engine.move_aside(move_aside, now=datetime.now(UTC))
        click.echo(_("Moved aside as {name}. Nothing was deleted.").format(name=aside.name))
        return
    from workstation.app.doctor import findings
    from workstation.app.places import default_places, default_server

    database = db or default_server().db
    found = list(findings(default_places(), database, now=datetime.now(UTC)))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(f"{'ok  ' if each.ok else 'MEND'} {each.what}: {each.found}")
            if each.mend:
                click.echo(f"     {each.mend}")
    if not all(each.ok for each in found):
        sys.exit(1)
