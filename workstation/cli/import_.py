"""``workstation import``: FHIR R4 documents into the record."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from workstation.app.importing import (
    Imported,
    counted,
    documents,
    import_documents,
    importer_for,
)
from workstation.cli.database import config_for, database_options
from workstation.cli.progress import Progress
from workstation.domain.hsa_id import parse_hsa_id
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.interop.fhir.reading import Importer
from workstation.server.serve import ServerConfig, opened

_NOBODY = "SE0000000000-IMPORT"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.ASCII | re.IGNORECASE)


@click.command(name="import")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, readable=True)
)
@database_options
@click.option("--unit", default=_NOBODY, help="HSA-id of the unit that gets the patients.")
@click.option(
    "--source",
    default="",
    help="The system the documents come from (a URL): needed where its ids are not UUIDs.",
)
@click.option("--json", "as_json", is_flag=True)
def command(
    paths: tuple[Path, ...],
    *,
    db: str,
    key_file: Path | None,
    unit: str,
    source: str,
    as_json: bool,
) -> None:
    """Import the FHIR R4 documents at PATHS. Doing it again changes nothing.

    Each document is stored whole or refused whole. What is not understood is kept as it came,
    counted and listed.
    """
    if source and not _ADDRESS.fullmatch(source):
        raise Problem(
            _("The source is not named as systems are."),
            _("Name it by an address, as in https://journal.example.se."),
        )
    at = parse_hsa_id(unit)
    files = documents(paths)
    with Progress(_("Documents"), len(files)) as progress:
        importer = importer_for(at, HsaId(at.partition("-")[0] + "-IMPORT"), source=source)
        result = asyncio.run(_import(config_for(db, key_file), files, importer, progress))
    if as_json:
        click.echo(json.dumps(_plain(result), ensure_ascii=False, indent=1))
    else:
        _tell(result)
        if not result.staffed:
            click.echo(
                _("Nobody works at {unit}: name the patients' unit with --unit.").format(unit=unit)
            )
    for broken in result.refused:
        click.echo(f"{broken.message} {broken.advice}", err=True)
    if result.refused:
        sys.exit(1)


async def _import(
    config: ServerConfig, files: tuple[Path, ...], importer: Importer, progress: Progress
) -> Imported:
    async with opened(config) as core:
        return await import_documents(core, files, importer=importer, progress=progress.at)


def _tell(result: Imported) -> None:
    click.echo(
        _("{patients} patients, {new} new records, {known} known already.").format(
            patients=result.report.patients, new=result.new, known=result.known
        )
    )
    if result.report.protected:
        click.echo(
            _("Whereabouts of {n} patients with protected identity were left out.").format(
                n=result.report.protected
            )
        )
    for name, number, understood in counted(result.report):
        note = "" if understood else _("kept as it came, not understood")
        click.echo(f"  {number:7} {name} {note}".rstrip())
    for name, number in sorted(result.report.without_patient.items()):
        click.echo(f"  {number:7} {name} {_('about no patient here, not stored')}")
    if result.report.unmapped:
        click.echo(_("Elements without a field of ours, kept in the source text:"))
        for path, number in sorted(result.report.unmapped.items()):
            click.echo(f"  {number:7} {path}")
    if result.report.dangling:
        click.echo(_("{n} references point out of the documents.").format(n=result.report.dangling))


def _plain(result: Imported) -> dict[str, Any]:
    report = result.report
    return {
        "documents": report.documents,
        "patients": report.patients,
        "new": result.new,
        "known": result.known,
        "understood": dict(sorted(report.understood.items())),
        "not_understood": dict(sorted(report.not_understood.items())),
        "unmapped": dict(sorted(report.unmapped.items())),
        "without_patient": dict(sorted(report.without_patient.items())),
        "unresolved": report.dangling,
        "protected": report.protected,
        "refused": [{"name": b.name, "path": b.path, "reason": b.reason} for b in result.refused],
    }
