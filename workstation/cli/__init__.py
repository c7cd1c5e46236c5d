"""The commands. Each is loaded when it is asked for: starting the application loads no other."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from workstation import VERSION
from workstation.app.hardening import harden
from workstation.domain.problem import Problem
from workstation.domain.texts import DEFAULT_LANGUAGE, LANGUAGES, _, use_language

COMMANDS = (
    "audit",
    "backup",
    "bench",
    "content",
    "demo",
    "doctor",
    "erase",
    "export",
    "generate",
    "import",
    "incidents",
    "lab-sim",
    "lab-token",
    "practice",
    "restore",
    "screenshots",
    "serve",
    "tour",
)
_EXIT_PROBLEM = 1


class _Commands(click.Group):
    """Finds ``workstation X`` in ``workstation/cli/X.py`` (``import_.py`` where X is a keyword)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = "import_" if cmd_name == "import" else cmd_name.replace("-", "_")
        command: click.Command = import_module(f"workstation.cli.{name}").command
        return command


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(VERSION, prog_name="Ronden")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Language of texts shown; Swedish, or for the application the one chosen in it.",
)
@click.option("--server", default="", help="The record server's address; remembered.")
@click.pass_context
def workstation(ctx: click.Context, *, language: str | None, server: str) -> None:
    """Ronden, a clinician workstation for one shared health record.

    Without a command it opens the desktop application.
    """
    use_language(language or DEFAULT_LANGUAGE)
    if ctx.invoked_subcommand is None:
        gc.disable()  # nothing that is being loaded is garbage: looking for it takes a tenth of the start
        from workstation.cli import desktop  # Qt is loaded only when it is needed

        gc.enable()
        ctx.exit(desktop.run(server, language or ""))


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; a problem is one clear line on standard error and a non-zero exit."""
    harden()
    try:
        return workstation.main(args=arguments, prog_name="workstation", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(_("Stopped."), err=True)
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"workstation: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"workstation: {_cannot_use(error)}", err=True)
        sys.exit(_EXIT_PROBLEM)
    except Problem as problem:
        click.echo(f"workstation: {problem.message} {problem.advice}".rstrip(), err=True)
        sys.exit(_EXIT_PROBLEM)


def _cannot_use(error: OSError) -> str:
    """Say which file or folder cannot be read or written, and why, in the machine's own words."""
    told = _("{name} cannot be used: {why}.")
    return told.format(name=os.fsdecode(error.filename), why=error.strerror or type(error).__name__)
