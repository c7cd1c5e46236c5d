"""What the status line says about synchronising."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sync.protocol.contact import Contact
from sync.protocol.ports import Unsent

Tier = Literal["list", "essential", "rest"]
"""``list``: the unit's patients are being listed. ``essential``: what a chart cannot do without
is coming. ``rest``: usable; older records are coming in the background."""


@dataclass(frozen=True, kw_only=True)
class Loading:
    """How far the load of a tier has come, in spans (about one per patient)."""

    tier: Tier
    done: int = 0
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class Status:
    """All the workstation may say about the way to the server.

    Attributes:
        unsent: What has not been received; None until the store has been asked.
        loading: None when everything wanted is here.
        denied: Units chosen here that the server does not let this person follow.
        skew: ms this device's clock is behind the server's; None until measured.
        backups: ``no_backup`` or ``untested`` where the server's backups are neglected.
        tried_out: When one of them was last restored for trial, RFC 3339.
        trouble: The store could not take what came (a full disk); in the reader's language.
    """

    contact: Contact
    unsent: Unsent | None = None
    loading: Loading | None = None
    denied: tuple[str, ...] = ()
    skew: int | None = None
    trouble: str = ""
    backups: str = ""
    tried_out: str = ""

    @property
    def usable(self) -> bool:
        """Whether the first tier is here: every patient of the list can be worked with."""
        return self.loading is None or self.loading.tier == "rest"
