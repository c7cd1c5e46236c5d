"""``workstation tour``: the main job from end to end, on real components, with pictures."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click


@click.command(name="tour")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/tour"))
@click.option(
    "--fhir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of FHIR R4 documents to import; generated ones unless given.",
)
def command(out: Path, fhir: Path | None) -> None:
    """Tell the story of two workstations, a server and a patient's page; check every step.

    Writes pictures, index.html and tour.json to OUT. Everybody in it is invented.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not run_tour(out, fhir):
        sys.exit(1)


def run_tour(out: Path, fhir: Path | None) -> bool:
    """Run the tour; return whether every check held."""
    from workstation.app.desktop import Settings, application, event_loop
    from workstation.tour.ledger import Ledger
    from workstation.tour.story import Story

    out.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(out, lambda line: click.echo(line, err=True))
    folder = Path(tempfile.mkdtemp(prefix="ronden-tour-"))
    app = application(Settings(dark=False))
    try:
        with event_loop(app) as loop:
            loop.run_until_complete(Story(ledger=ledger, folder=folder, fhir=fhir).tell())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        ledger.write()
    click.echo(f"{sum(c.ok for c in ledger.checks)} of {len(ledger.checks)} checks held: {out}")
    return ledger.ok
