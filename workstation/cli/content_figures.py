"""``workstation content figures``: what became of each rule in the region, with control limits."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
import msgspec

from workstation.cli.content_outlet import at_server
from workstation.domain.csv_text import PLAIN, SWEDISH
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.guidance import RuleFigures
from workstation.operations.rule_table import table_of_rules


@click.command()
@click.option("--from", "server", required=True, help="https://user@server")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Counts from this day on.")
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, path_type=Path), help="Write a table."
)
@click.option(
    "--style",
    type=click.Choice(("swedish", "plain")),
    default="swedish",
    show_default=True,
    help="Of --csv: semicolons, decimal comma and a mark for Excel, or commas and points.",
)
def figures(
    *, server: str, since: datetime | None, as_json: bool, table: Path | None, style: str
) -> None:
    """Say how often each rule was shown, followed and overridden; ! stands out of its limits."""
    found = at_server(server).figures(since=since.date().isoformat() if since else "")
    if table is not None:
        _write(table, table_of_rules(found, SWEDISH if style == "swedish" else PLAIN))
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=1))
    elif table is not None:
        click.echo(_("{count} rules written.").format(count=len(found)))
    elif not found:
        click.echo(_("Nothing has been counted yet."))
    else:
        for one in found:
            click.echo(_line(one))


def _write(path: Path, raw: bytes) -> None:
    try:
        path.write_bytes(raw)
    except OSError:
        raise Problem(
            _("The table could not be written."), _("Choose another folder, or close the file.")
        ) from None


def _line(one: RuleFigures) -> str:
    mark = "!" if one.stands_out else " "
    counts = f"{one.shown:6} {one.accepted:6} {one.overridden:6} {one.shadow:6}"
    limits = f"{one.newest:4.0%} ({one.low:.0%}-{one.high:.0%})"
    reasons = ", ".join(f"{reason} {count}" for reason, count in one.reasons)
    return f"{mark} {one.rule:40} {one.version:8} {counts}  {limits}  {reasons}".rstrip()
