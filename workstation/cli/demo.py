"""``workstation demo``: everything on this machine, from nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workstation.domain.texts import _


@click.command(name="demo")
@click.option("--patients", default=120, show_default=True, type=click.IntRange(10, 5_000))
@click.option("--seed", default=7, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/tour"))
def command(patients: int, seed: int, out: Path) -> None:
    """Start a server, an invented region, the patient's page and the desktop application.

    Everything is made anew in a folder of its own and thrown away afterwards. Without a screen
    it runs the tour instead.
    """
    if not has_screen():
        from workstation.cli.tour import run_tour

        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        click.echo(_("There is no screen here: running the tour instead."))
        if not run_tour(out, None):
            sys.exit(1)
        return
    from workstation.app.demo import run_demo

    sys.exit(run_demo(patients=patients, seed=seed, say=click.echo))


def has_screen() -> bool:
    """Whether a window can be shown on this machine."""
    if sys.platform in ("win32", "darwin"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
