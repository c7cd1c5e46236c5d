"""``workstation audit``: is the access log what was written, and what does it say of one patient?"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from uuid import UUID

import click
import msgspec

from workstation.access.actor import Nobody
from workstation.cli.database import config_for, database_options
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.serve import ServerConfig, opened
from workstation.server.store import audit
from workstation.server.store.audit import Event


@click.group(name="audit")
def command() -> None:
    """Look at the access log of a server's database."""


@command.command(name="verify")
@database_options
@click.option("--json", "as_json", is_flag=True)
def verify(*, db: str, key_file: Path | None, as_json: bool) -> None:
    """Go through the whole chain of lines. Exits non-zero when one is not what was written."""
    lines, fault = asyncio.run(_verified(_existing(db, key_file)))
    if as_json:
        click.echo(json.dumps({"lines": lines, "first_fault": fault}))
    elif fault is None:
        click.echo(_("The access log is whole: {count} lines.").format(count=lines))
    else:
        click.echo(
            _("The access log is not what was written, from line {number} on.").format(number=fault)
        )
    if fault is not None:
        sys.exit(1)


def _existing(db: str, key_file: Path | None) -> ServerConfig:
    """Return the configuration of a database that is there: nothing is made to be looked at."""
    config = config_for(db, key_file)
    if not config.place.on_postgres and not Path(config.db).exists():
        raise Problem(
            _("There is no database to look at."),
            _("Name it with --db, and the file with its key with --key-file."),
        )
    return config


async def _verified(config: ServerConfig) -> tuple[int, int | None]:
    async with opened(config) as core:
        return await core.database.read(lambda c: (audit.last_seq(c), audit.first_fault(c)))


@command.command(name="extract")
@database_options
@click.option("--patient", type=click.UUID, required=True, help="The patient's id.")
def extract(*, db: str, key_file: Path | None, patient: UUID) -> None:
    """Print every line about a patient as JSON, oldest first. That is itself a line of the log."""
    for event in asyncio.run(_extracted(_existing(db, key_file), patient)):
        click.echo(msgspec.json.encode(event))


async def _extracted(config: ServerConfig, patient: UUID) -> list[Event]:
    async with opened(config) as core:
        await core.log(Nobody(), "Läsa", "audit extract", patients=(patient,))
        return await core.database.read(lambda c: list(audit.events_of(c, patient)))
