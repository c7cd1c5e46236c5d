"""``workstation generate``: an invented Swedish region, into a server's database or a file."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from workstation.app.regions import Sown, a_world, sow, write_region
from workstation.cli.database import config_for, database_options
from workstation.cli.progress import Progress
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.serve import ServerConfig, opened

_YEARS = range(1960, 2100)
"""Identity numbers begin with 18, 19 or 20; the eldest here is 105."""


@click.command(name="generate")
@click.option("--patients", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True)
@database_options
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the region is seen at; today unless given. The same day and seed: the same bytes.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write files to this folder instead of into a database.",
)
@click.option("--json", "as_json", is_flag=True)
def command(
    *,
    patients: int,
    seed: int,
    db: str,
    key_file: Path | None,
    as_of: datetime | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Make a region with providers, units, staff and patients who have years of record."""
    day = as_of or datetime.now(UTC)
    if day.year not in _YEARS:
        raise Problem(
            _("There are no identity numbers for everybody alive on that day."),
            _("Choose a year from {first} to {last}.").format(first=_YEARS[0], last=_YEARS[-1]),
        )
    moment = day.replace(tzinfo=UTC, hour=0, minute=0, second=0, microsecond=0)
    if out is not None:
        _write(out, patients, seed, moment, as_json=as_json)
        return
    config = config_for(db, key_file)
    with Progress(_("Patients"), patients) as progress:
        sown = asyncio.run(_sow(config, patients, seed, moment, progress))
    told = _told(sown)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        click.echo(_("{records} records of {patients} patients.").format(patients=patients, **told))
        click.echo(_("Everybody logs in with the password {password}").format(**told))
        for user in told["users"]:
            click.echo(f"  {user['user']:28} {user['title']}, {user['unit']}")


def _write(out: Path, patients: int, seed: int, as_of: datetime, *, as_json: bool) -> None:
    world = a_world(patients=patients, seed=seed, as_of=as_of)
    with Progress(_("Patients"), patients) as progress:
        records = write_region(out, world, progress.at)
    told = {"records": records, "patients": patients, "folder": str(out)}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(_("{records} records of {patients} patients.").format(**told))


async def _sow(
    config: ServerConfig, patients: int, seed: int, as_of: datetime, progress: Progress
) -> Sown:
    async with opened(config) as core:
        return await sow(core, patients=patients, seed=seed, as_of=as_of, progress=progress.at)


def _told(sown: Sown) -> dict[str, Any]:
    some = [m for m in sown.region.staff if m.licensed][::97]
    users = [{"user": m.username, "title": m.title, "unit": m.unit.name} for m in some]
    return {
        "records": sown.ingested.new,
        "units": len(sown.region.units),
        "staff": len(sown.region.staff),
        "password": sown.password,
        "users": users,
    }
