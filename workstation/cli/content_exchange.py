"""``workstation content import, export``: other people's tables in, rules out as FHIR."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from workstation.content import shipped
from workstation.content.export import plan
from workstation.content.intake.fest import read_fest
from workstation.content.intake.npl import read_npl, read_nsl
from workstation.content.intake.package import package_of
from workstation.content.intake.pairs import Brought
from workstation.content.intake.report import Report
from workstation.content.intake.tables import read_table
from workstation.content.library import library_of
from workstation.content.source import Content, read
from workstation.content.writing import write
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(name="import")
@click.argument("kind", type=click.Choice(("npl", "fest", "sil")))
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--nsl", type=_FILE, help="The substances that an NPL file refers to.")
@click.option("--out", type=_NEW_FOLDER, required=True, help="Folder of content to write.")
@click.option("--json", "as_json", is_flag=True)
def bring(
    *, kind: str, files: tuple[Path, ...], nsl: Path | None, out: Path, as_json: bool
) -> None:
    """Read FILES of a register into a folder of drafts, and say what was not understood."""
    report = Report()
    content = _brought(kind, files, nsl, report)
    told = report.plain()
    if not report.has_kept:
        _say(told, as_json=as_json)
        raise Problem(
            _("Nothing in the files was understood."), _("Choose another file, or another kind.")
        )
    write(content, out)
    _say(told, as_json=as_json)


def _say(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for what, number in told["counts"].items():
        click.echo(f"{number:7}  {what}")
    for one in told["not_understood"]:
        click.echo(f"  {one['where']}: {one['what']}")


def _brought(kind: str, files: tuple[Path, ...], nsl: Path | None, report: Report) -> Content:
    today = datetime.datetime.now(datetime.UTC).date()
    if kind == "npl":
        substances = {} if nsl is None else read_nsl(nsl.read_bytes(), nsl.name, report)
        given = ((path.name, path.read_bytes()) for path in files)
        products = read_npl(given, substances, report)
        return package_of(
            kind, beside=shipped.content(), today=today, report=report, products=products
        )
    whole = Brought()
    for path in files:
        if kind == "fest":
            read_fest(path.read_bytes(), path.name, report, whole)
        else:
            read_table(path.read_bytes(), path.name, report, whole)
    return package_of(kind, beside=shipped.content(), today=today, report=report, found=whole)


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


COMMANDS: tuple[click.Command, ...] = (bring, export)
