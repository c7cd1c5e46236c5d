"""What the place about the program shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.operations.about import About, Look
from workstation.operations.report_incident import KeptReport


@dataclass(frozen=True, kw_only=True, repr=False)
class AboutState:
    """``content``: what is filled in of a report; ``screen`` its view's key, ``label`` its name.

    ``reports``: one's own, newest first; None until read. ``wrong``: fields to look at.
    ``backups``: how the server's are neglected; ``tried_out``: when one was last restored for trial.
    ``restart``: a choice counts from the next start. ``now``: ms UTC.
    """

    about: About | None = None
    clinical: str = ""
    look: Look = "system"
    language: str = "sv"
    restart: bool = False
    reports: tuple[KeptReport, ...] | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    screen: str = ""
    label: str = ""
    wrong: frozenset[str] = frozenset()
    problem: tuple[str, str] = ("", "")
    busy: bool = False
    backups: str = ""
    tried_out: str = ""
    now: int = 0
