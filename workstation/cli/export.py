"""``workstation export``: one patient's record out of a server's database, as FHIR and as it is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

import click

from workstation.app.exporting import Exported, export_patient, patient_named
from workstation.cli.database import config_for, database_options
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.serve import ServerConfig, opened


@click.command(name="export")
@click.option(
    "--patient",
    type=click.UUID,
    help="The patient's id; without it the identity number is asked for, and stands in no shell's history.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the files; nothing in it is replaced.",
)
@click.option(
    "--with-blocked",
    is_flag=True,
    help="Also what the patient has blocked (the patient's own copy).",
)
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    patient: UUID | None,
    out: Path,
    with_blocked: bool,
    db: str,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Write a patient's whole record: FHIR R4, a patient summary (IPS) and the records byte for byte.

    What has no form in FHIR is counted and named. Doing it is a line of the access log.
    """
    config = config_for(db, key_file)
    if not config.place.on_postgres and not Path(config.db).exists():
        raise Problem(
            _("There is no database to look at."),
            _("Name it with --db, and the file with its key with --key-file."),
        )
    number = "" if patient else str(click.prompt(_("Identity number"), hide_input=True))
    told = asyncio.run(_export(config, patient, number, out, with_blocked=with_blocked))
    if as_json:
        click.echo(json.dumps(_plain(told), ensure_ascii=False))
    else:
        _tell(told)


async def _export(
    config: ServerConfig, patient: UUID | None, number: str, out: Path, *, with_blocked: bool
) -> Exported:
    async with opened(config) as core:
        whose = PatientId(patient) if patient else await patient_named(core, number)
        return await export_patient(core, whose, out, with_blocked=with_blocked)


def _plain(told: Exported) -> dict[str, object]:
    return {
        "resources": dict(sorted(told.resources.items())),
        "without_form": dict(sorted(told.without_form.items())),
        "records": told.records,
        "blocked": told.blocked,
        "files": [str(path) for path in told.files],
    }


def _tell(told: Exported) -> None:
    for path in told.files:
        click.echo(str(path))
    for name, number in sorted(told.resources.items()):
        click.echo(f"  {number:7} {name}")
    for name, number in sorted(told.without_form.items()):
        click.echo(f"  {number:7} {name} {_('no form in FHIR, in the records only')}")
    if told.blocked:
        click.echo(
            _("Left out, because the patient has blocked it: {count}").format(count=told.blocked)
        )
    if told.records is None:
        click.echo(_("The records themselves were left: the patient's identity is protected."))
