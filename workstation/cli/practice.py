"""``workstation practice``: the whole product on invented patients, with scenarios to try."""

from __future__ import annotations

import sys

import click

from workstation.cli.demo import has_screen
from workstation.domain.problem import Problem
from workstation.domain.texts import _


@click.command(name="practice")
@click.option("--patients", default=120, show_default=True, type=click.IntRange(10, 5_000))
@click.option("--seed", default=7, show_default=True)
def command(patients: int, seed: int) -> None:
    """Practise: a server and invented patients on this computer only, and scenarios by role.

    Everything is thrown away afterwards. Nothing in it can reach a real server.
    """
    if not has_screen():
        raise Problem(
            _("Practice needs a screen."), _("Log in where windows can be shown, and start again.")
        )
    from workstation.app.demo import run_demo
    from workstation.app.practice import PracticeLine

    sys.exit(run_demo(patients=patients, seed=seed, say=click.echo, practice=PracticeLine()))
