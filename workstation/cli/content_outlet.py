"""Where ``workstation content publish --to`` and ``withdraw --to`` go."""

from __future__ import annotations

from pathlib import Path

from workstation.content.publishing import FolderOutlet, Outlet
from workstation.domain.problem import Problem
from workstation.domain.texts import _


def outlet(target: str) -> Outlet:
    """Return the outlet that a folder names.

    Raises:
        Problem: It is no folder.
    """
    if "://" in target:
        raise Problem(
            _("The address {target} is no folder.").format(target=target),
            _("Name a folder that the server reads."),
        )
    return FolderOutlet(Path(target))
