"""``workstation erase``: carry out a decision of the authority that records are destroyed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

import click

from workstation.cli.database import config_for, database_options
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server import erasing
from workstation.server.erasing import Erasure
from workstation.server.serve import ServerConfig, opened


@click.command(name="erase")
@database_options
@click.option("--patient", type=click.UUID, required=True, help="The patient's id.")
@click.option("--record", "records", type=click.UUID, multiple=True, help="A record's id.")
@click.option(
    "--entity",
    "entities",
    type=click.UUID,
    multiple=True,
    help="Of a note, an order …: all its versions.",
)
@click.option("--everything", is_flag=True, help="The patient's whole record.")
@click.option("--decision", required=True, help="The reference of the authority's decision.")
@click.option("--reason", required=True, help="Why, for the access log. It must not quote.")
@click.option("--by", required=True, help="HSA-id of the administrator who carries it out.")
@click.option("--confirm", type=int, help="The number of records, as told without this option.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    db: str,
    key_file: Path | None,
    patient: UUID,
    records: tuple[UUID, ...],
    entities: tuple[UUID, ...],
    everything: bool,
    decision: str,
    reason: str,
    by: str,
    confirm: int | None,
    as_json: bool,
) -> None:
    """Destroy records by decision of the authority (IVO), for good and everywhere.

    In two steps: without --confirm nothing is erased, and it says how many records it would be;
    with --confirm and that very number they are erased. Workstations follow at their next
    contact, and a restored backup does not bring them back.
    """
    asked = Erasure(
        patient=patient,
        records=frozenset(records),
        entities=frozenset(entities),
        everything=everything,
        decision=decision,
        reason=reason,
    )
    config = config_for(db, key_file)
    if not config.place.on_postgres and not Path(config.db).exists():
        raise Problem(
            _("There is no database to look at."),
            _("Name it with --db, and the file with its key with --key-file."),
        )
    found, done = asyncio.run(_run(config, asked, HsaId(by), confirm))
    if as_json:
        click.echo(json.dumps({"records": found, "erased": done}))
    elif done:
        click.echo(_("Erased: {count} records.").format(count=found))
        click.echo(_("Make a backup now: with it goes the list that keeps them erased."))
    else:
        click.echo(_("This would erase {count} records, for good.").format(count=found))
        click.echo(_("To do it: the same again with --confirm {count}").format(count=found))


async def _run(
    config: ServerConfig, asked: Erasure, by: HsaId, confirm: int | None
) -> tuple[int, bool]:
    async with opened(config) as core:
        actor = await erasing.administrator(core, by)
        if actor is None:
            raise Problem(
                _("Only an administrator may erase."),
                _("Name somebody who has that right with --by."),
            )
        count = await erasing.count(core, actor, asked)
        if confirm is None:
            return count, False
        if confirm != count:
            raise Problem(
                _("It would be {count} records, not {confirmed}.").format(
                    count=count, confirmed=confirm
                ),
                _("Nothing was erased. Look at what it is, and confirm that number."),
            )
        return await erasing.erase(core, actor, asked, ledger_file=config.place.ledger), True
