"""What a session is opened from: who comes in, with which keys, over which line."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sync.client.connection import Connection
from workstation.app.damaged import SetAside
from workstation.app.device import Device
from workstation.app.door import Door
from workstation.app.keeping import Denial, Met
from workstation.app.press import Press
from workstation.content.statements import Signer as ContentSigner
from workstation.domain.block import Reader
from workstation.domain.clock import Clock, to_millis
from workstation.domain.directory import Person
from workstation.domain.ids import uuid7
from workstation.domain.record import Author, Signer
from workstation.operations.about import About
from workstation.operations.session import Files, LogReview, Paper, Practice, RegionSearch


@dataclass(frozen=True, kw_only=True, repr=False)
class Opening:
    """What a session is opened from. ``met``, ``denied``: what the server says later.

    ``anew``: how the unit's records are set aside where they can be fetched anew.
    """

    device: Device
    clock: Clock
    author: Author
    person: Person
    signer: Signer
    unit_key: bytes
    own_key: bytes
    own_path: Path
    met: Met
    denied: Denial
    door: Door
    connection: Connection
    anew: Callable[[SetAside], SetAside] = lambda aside: aside
    paper: Callable[[Press], Paper] | None = None
    region: Callable[[Connection], RegionSearch] | None = None
    log_review: Callable[[Connection], LogReview] | None = None
    content_signers: Sequence[ContentSigner] = ()
    rights: frozenset[str] = frozenset()
    files: Files | None = None
    practice: Practice | None = None
    about: About | None = None
    online_only: bool = False

    @property
    def reader(self) -> Reader:
        """For whom blocks are judged here."""
        return Reader(unit=self.author.unit, provider=self.author.provider)

    def new_id(self) -> UUID:
        """Make an id of this moment."""
        return uuid7(to_millis(self.clock.now()), os.urandom)
