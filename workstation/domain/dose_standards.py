"""Units' own standard times for doses, as published: by unit, else by what kind of unit it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workstation.domain.dose_times import CUSTOMARY, DoseTimes
from workstation.domain.ids import HsaId


@dataclass(frozen=True, kw_only=True)
class Standard:
    """Times for the ``units`` named, for every unit of ``types``, or without either for all."""

    times: DoseTimes
    units: frozenset[HsaId] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Standards:
    """What is published. The closest counts: the unit's own, its kind's, then everybody's."""

    rows: Sequence[Standard] = field(default=())

    def of(self, unit: HsaId, type_: str = "") -> DoseTimes:
        """Return a unit's times; the customary ones where nothing is published for it."""
        own = (row for row in self.rows if unit in row.units)
        kind = (row for row in self.rows if not row.units and type_ in row.types)
        rest = (row for row in self.rows if not row.units and not row.types)
        found = next((row for rows in (own, kind, rest) for row in rows), None)
        return found.times if found is not None else CUSTOMARY
