"""The desktop application, when no other command is asked for."""

from __future__ import annotations

from workstation.app.desktop import run_desktop, this_desktop
from workstation.app.places import default_places


def run(server: str = "") -> int:
    """Open the application; return the process's exit code."""
    return run_desktop(this_desktop(default_places(), server=server))
