"""What the simulated clinic needs of a store besides the protocol: to write, and to look inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from sync.protocol.ports import Store
from workstation.domain.record import Sealed


class Shelf(Store, Protocol):
    """A store that survives crashes and can be looked into at any moment."""

    @property
    def epoch(self) -> str: ...

    @property
    def cursors(self) -> Mapping[str, int]: ...

    @property
    def rejoined(self) -> int:
        """How often copies were taken over after a comparison."""
        ...

    async def save(self, records: Sequence[Sealed]) -> None: ...

    def shown(self, patient: UUID) -> Mapping[UUID, bytes]:
        """Return what the screen shows of a patient, by record id."""
        ...

    def followed(self) -> set[UUID]: ...

    def members_of(self, unit: str) -> set[UUID]: ...

    def copy_of(self, patient: UUID) -> tuple[int, Mapping[int, bytes]]:
        """Return the head revision and the bodies by revision, empty where erased."""
        ...

    def kept(self) -> set[UUID]:
        """Return the patients of whom anything of the server's is kept."""
        ...

    def stay_of(self, patient: UUID) -> int:
        """Return a number that is another one once a followed patient has left and come back."""
        ...

    def waiting(self) -> list[str]:
        """Return for every record in the outbox why it waits for a person, empty if it does not."""
        ...

    def received(self, record: UUID) -> bool:
        """Whether the server has acknowledged a record that was saved here."""
        ...

    def let_go(self) -> None:
        """Close it: the story is over."""
        ...

    def sent_bodies(self, patient: UUID) -> Mapping[int, bytes]:
        """Return by revision what is kept of what was sent."""
        ...
