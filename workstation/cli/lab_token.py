"""``workstation lab-token``: let a laboratory's system fetch orders and deliver answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from workstation.cli.database import config_for, database_options
from workstation.server.serve import ServerConfig, opened
from workstation.server.systems import enrol_system


@click.command(name="lab-token")
@database_options
@click.argument("assignment")
def command(db: str, key_file: Path | None, assignment: str) -> None:
    """Print a new token for the system in ASSIGNMENT (HSA-id); earlier ones of it end.

    The directory names the system: a person of profession "system" with the right "lab_system" in
    the laboratory's unit. Keep the token as you keep a password.
    """
    click.echo(asyncio.run(_enrol(config_for(db, key_file), assignment)))


async def _enrol(config: ServerConfig, assignment: str) -> str:
    async with opened(config) as core:
        return await enrol_system(core, assignment)
