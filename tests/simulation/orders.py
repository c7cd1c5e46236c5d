"""What a clinician sees of an entity: its sides, whether it is decided, what holds meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from workstation.domain.entity import EntityState
from workstation.domain.kinds import entity_state, open_raw, project
from workstation.domain.medication import OrderStatus, Standing, order_state
from workstation.domain.record import Record

Rank = Decimal
"""How much is given a day; nothing while stopped, held or paused. Less is safer."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One entity, as one screen shows it.

    ``rank``: None for what is no order. ``safest``: the sides because of which no more is given.
    """

    heads: frozenset[UUID]
    undecided: bool
    versions: frozenset[UUID]
    rank: Rank | None = None
    safest: frozenset[UUID] = frozenset()


class Reader:
    """Reads entities as the program does."""

    def look(self, records: Sequence[Record]) -> Look:
        """Return what is seen of one entity."""
        state = entity_state(records)
        row = project(state)
        look = Look(
            heads=frozenset(head.id for head in state.line.heads),
            undecided=row.undecided or row.status == "unreadable",  # said to be beyond this program
            versions=frozenset(version.id for version in state.line.versions),
        )
        return self.order(state, look) if state.family == "medication_order" else look

    def order(self, state: EntityState, look: Look) -> Look:
        """Add what holds of an order."""
        order = order_state(state)
        if any(side.daily_amount is None for side in order.sides):
            return look  # its prescription is not here, or was erased
        sides = dict(zip((head.id for head in state.line.heads), order.sides, strict=True))
        least = min(rank_of(side) for side in order.sides)
        return Look(
            heads=look.heads,
            undecided=look.undecided,
            versions=look.versions,
            rank=Decimal(0) if order.undecided and not least else rank_of(order.effective),
            safest=frozenset(head for head, side in sides.items() if rank_of(side) == least),
        )


def rank_of(side: Standing) -> Rank:
    """Return how much a side lets be given a day."""
    if side.status is not OrderStatus.ACTIVE:
        return Decimal(0)
    assert side.daily_amount is not None
    return side.daily_amount


def entities(raws: Iterable[bytes]) -> Mapping[UUID, list[Record]]:
    """Return records by the entity they are about."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for raw in raws:
        record = opened(raw)
        found[record.entity].append(record)
    return found


@lru_cache(maxsize=8_192)
def opened(raw: bytes) -> Record:
    """Open a record; once, for it never changes."""
    return open_raw(raw)
