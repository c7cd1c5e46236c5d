"""The desktop application, when no other command is asked for."""

from __future__ import annotations

from workstation.app.desktop import run_desktop, this_desktop
from workstation.app.places import default_places
from workstation.domain.texts import use_language


def run(server: str = "", language: str = "") -> int:
    """Open the application; return the process's exit code.

    ``language``: asked for at this start; empty for the one that was chosen in the settings.
    """
    desktop = this_desktop(default_places(), server=server)
    if not language and desktop.settings.language:
        use_language(desktop.settings.language)
    return run_desktop(desktop)
