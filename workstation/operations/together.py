"""Several operations stored as one: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.record import Sealed
from workstation.operations.ports import Records
from workstation.operations.reading_through import ReadingThrough


class Together(ReadingThrough):
    """Stands in for the store while several operations write; ``store`` then writes once.

    Implements ``Records``. Reading goes to the store itself: an operation does not see what
    another has just written.
    """

    def __init__(self, records: Records) -> None:
        super().__init__(records)
        self._records = records
        self._sealed: list[Sealed] = []

    async def save(self, records: Sequence[Sealed]) -> None:
        """Keep the records until ``store``."""
        self._sealed.extend(records)

    async def store(self) -> None:
        """Store everything that was written, in one transaction.

        Raises:
            workstation.domain.problem.Problem: Nothing was stored.
        """
        await self._records.save(self._sealed)

    @property
    def written(self) -> tuple[Sealed, ...]:
        """What waits to be stored, in the order of writing."""
        return tuple(self._sealed)
