"""``workstation content figures``: what became of each rule in the region, with control limits."""

from __future__ import annotations

import json

import click
import msgspec

from workstation.cli.content_outlet import at_server
from workstation.domain.texts import _
from workstation.operations.guidance import RuleFigures


@click.command()
@click.option("--from", "server", required=True, help="https://user@server")
@click.option("--json", "as_json", is_flag=True)
def figures(*, server: str, as_json: bool) -> None:
    """Say how often each rule was shown, followed and overridden; ! stands out of its limits."""
    found = at_server(server).figures()
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo(_("Nothing has been counted yet."))


def _line(one: RuleFigures) -> str:
    mark = "!" if one.stands_out else " "
    counts = f"{one.shown:6} {one.accepted:6} {one.overridden:6} {one.shadow:6}"
    limits = f"{one.newest:4.0%} ({one.low:.0%}-{one.high:.0%})"
    reasons = ", ".join(f"{reason} {count}" for reason, count in one.reasons)
    return f"{mark} {one.rule:40} {one.version:8} {counts}  {limits}  {reasons}".rstrip()
