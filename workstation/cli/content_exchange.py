"""``workstation content import, export``: other people's tables in, rules out as FHIR."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.content import shipped
from workstation.content.export import plan
from workstation.content.library import library_of
from workstation.content.source import read
from workstation.domain.texts import _

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--content", "folder", type=_FOLDER, help="Another folder than the shipped content.")
@click.option("--out", type=_OUT, required=True)
def export(*, folder: Path | None, out: Path) -> None:
    """Write the rules as a FHIR R4 bundle: PlanDefinition, Library, ValueSet."""
    content = shipped.content() if folder is None else read(folder)
    bundle, unsaid = plan.bundle_of(content, library_of(content))
    out.write_text(json.dumps(bundle, ensure_ascii=False, indent=1), encoding="utf-8")
    told = _("{count} resources written; {unsaid} conditions that FHIRPath cannot say.")
    click.echo(told.format(count=len(bundle["entry"]), unsaid=len(unsaid)))


COMMANDS: tuple[click.Command, ...] = (export,)
