"""``workstation screenshots``: every screen in every look, into one folder with a page."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import click


@click.command(name="screenshots")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/screenshots")
)
@click.option("--only", multiple=True, metavar="STEP", help="Only this part of the walk.")
def command(out: Path, only: tuple[str, ...]) -> None:
    """Draw every screen at 1280×800 and 1920×1080, light and dark, with invented patients.

    Writes PNG files and index.html to OUT.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from workstation.app.desktop import Settings, application, event_loop
    from workstation.screenshots.album import Album
    from workstation.screenshots.walk import Walk

    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ronden-screenshots-"))
    app = application(Settings(dark=False))
    album = Album(out, app, lambda line: click.echo(line, err=True))
    try:
        with event_loop(app) as loop:
            loop.run_until_complete(Walk(album=album, folder=folder, only=only).go())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        album.write()
    seconds = time.monotonic() - began
    click.echo(f"{len(album.pictures)} pictures in {seconds:.0f} s: {out}")
