"""``workstation serve``: the record server."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from workstation.app.content_signers import read_signers
from workstation.cli.database import config_for, database_options
from workstation.domain.texts import _
from workstation.server.serve import run


@click.command(name="serve")
@database_options
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8710, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--tls-cert", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--tls-key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--content-signers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON list of whose signatures count on clinical content.",
)
def command(
    db: str,
    host: str,
    port: int,
    key_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    content_signers: Path | None,
) -> None:
    """Serve the record to workstations and the patient's page. Beyond this machine only over TLS."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    signers = read_signers(content_signers) if content_signers else ()
    tls = {"tls_cert": tls_cert, "tls_key": tls_key}
    run(
        config_for(db, key_file, host=host, port=port, content_signers=signers, **tls),
        serving=_tell,
    )


def _tell(address: str) -> None:
    click.echo(_("Serving on {address}").format(address=address), err=True)
