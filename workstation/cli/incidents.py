"""``workstation incidents``: what people have reported about the program, for who runs the server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from workstation.access.actor import Nobody
from workstation.cli.database import config_for, database_options
from workstation.domain.clock import to_text
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.server.serve import ServerConfig, opened
from workstation.server.store import incidents
from workstation.server.store.incidents import StoredIncident

_HARM = {
    "no": N_("no patient was harmed"),
    "could": N_("A PATIENT COULD HAVE BEEN HARMED"),
    "did": N_("A PATIENT WAS HARMED"),
    "unknown": N_("not known whether a patient was harmed"),
}


@click.command(name="incidents")
@database_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, db: str, key_file: Path | None, limit: int, as_json: bool) -> None:
    """Print the incident reports in a server's database, the last received first.

    Reading them is itself a line of the access log.
    """
    config = config_for(db, key_file)
    if not config.place.on_postgres and not Path(config.db).exists():
        raise Problem(
            _("There is no database to look at."),
            _("Name it with --db, and the file with its key with --key-file."),
        )
    found = asyncio.run(_read(config, limit))
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return
    if not found:
        click.echo(_("No incident has been reported."))
    for one in found:
        click.echo(_words(one) + "\n")


async def _read(config: ServerConfig, limit: int) -> tuple[StoredIncident, ...]:
    async with opened(config) as core:
        await core.log(Nobody(), "Läsa", "incidents")
        return await core.database.read(lambda c: incidents.newest_first(c, limit=limit))


def _plain(one: StoredIncident) -> dict[str, Any]:
    said = one.report
    return {
        "id": str(said.id),
        "received_at": to_text(one.received_at),
        "written_at": to_text(said.at),
        "person": one.person,
        "assignment": one.assignment,
        "unit": one.unit,
        "provider": one.provider,
        "harm": said.harm,
        "screen": said.screen,
        "program": said.program,
        "trace": said.trace,
        "happened": said.happened,
        "expected": said.expected,
    }


def _words(one: StoredIncident) -> str:
    said = one.report
    facts = (
        _("received {time}").format(time=to_text(one.received_at)),
        _("written {time}").format(time=to_text(said.at)),
        _("by {person} at {unit}").format(person=one.person, unit=one.unit),
        _("view {screen}").format(screen=said.screen or "–"),
        _("program {version}").format(version=said.program or "–"),
        _("trace number {trace}").format(trace=said.trace or "–"),
    )
    return "\n".join(
        (
            f"{said.id}  {_(_HARM[said.harm])}",
            "  " + " · ".join(facts),
            "  " + _("What happened: {text}").format(text=_on_lines(said.happened)),
            "  " + _("What was expected: {text}").format(text=_on_lines(said.expected)),
        )
    )


def _on_lines(text: str) -> str:
    """Return the text with its lines set in, without what a terminal would obey."""
    lines = ("".join(c for c in line if c.isprintable()) for line in text.splitlines())
    return "\n    ".join(lines)
