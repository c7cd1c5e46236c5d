"""``workstation lab-sim``: a simulated laboratory and imaging department, over FHIR."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from workstation.app.laboratory import run
from workstation.domain.problem import Problem
from workstation.domain.texts import _


@click.command(name="lab-sim")
@click.option("--server", required=True, help="The record server's address.")
@click.option(
    "--token-file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with a department's token a line, from lab-token.",
)
@click.option("--every", default=2.0, show_default=True, help="Seconds between rounds.")
@click.option("--rounds", type=int, help="Stop after so many rounds; for ever unless given.")
def command(server: str, token_file: Path, every: float, rounds: int | None) -> None:
    """SIMULATED laboratory and imaging: answers every order with invented values.

    For demonstration, practice and tests. Never let it answer for real patients.
    """
    tokens = token_file.read_text(encoding="utf-8").split()
    if not tokens:
        raise Problem(_("There is no token in the file."), _("Make one with lab-token."))
    click.echo(_("SIMULATED laboratory: every answer is invented."), err=True)
    work = run(
        server,
        tokens,
        pause=lambda: asyncio.sleep(every),
        rounds=rounds,
        say=lambda text: click.echo(text, err=True),
    )
    sent = asyncio.run(work)
    click.echo(_("{count} documents were sent.").format(count=sent), err=True)
