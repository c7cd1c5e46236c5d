"""Who built on what: the order of an entity's versions and the heads nobody has built on.

A pure function of the set of records: arrival order, duplicates and clocks change nothing.
More than one head is a fork, and stays one until a record names all of them as its bases.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from workstation.domain.ids import RecordId
from workstation.domain.record import Record

State = TypeVar("State")


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """The versions of one entity.

    Attributes:
        versions: Every version after all of its bases; otherwise by time and id.
        heads: Versions that no other version builds on, in the same order.
        missing: Bases that are not among the records, as with a partly loaded chart.
    """

    versions: tuple[Record, ...]
    heads: tuple[Record, ...]
    missing: frozenset[RecordId]

    @property
    def forked(self) -> bool:
        """Whether two versions stand side by side."""
        return len(self.heads) > 1


def lineage(records: Iterable[Record]) -> Lineage:
    """Order the versions of one entity. A cycle (only a forger makes one) is cut, not followed."""
    by_id = {record.id: record for record in records}
    waiting = {r.id: {b for b in r.bases if b in by_id and b != r.id} for r in by_id.values()}
    built_on_by: dict[RecordId, list[RecordId]] = {}
    for record_id, bases in waiting.items():
        for base in bases:
            built_on_by.setdefault(base, []).append(record_id)
    versions = _topological(by_id, waiting, built_on_by)
    known = frozenset(by_id)
    return Lineage(
        versions=versions,
        heads=tuple(v for v in versions if not built_on_by.get(v.id)),
        missing=frozenset(b for r in by_id.values() for b in r.bases if b not in known),
    )


def _topological(
    by_id: dict[RecordId, Record],
    waiting: dict[RecordId, set[RecordId]],
    built_on_by: dict[RecordId, list[RecordId]],
) -> tuple[Record, ...]:
    ready = [(by_id[i].order, i) for i, bases in waiting.items() if not bases]
    heapq.heapify(ready)
    done: list[Record] = []
    left = {i: set(bases) for i, bases in waiting.items()}
    while len(done) < len(by_id):
        if not ready:  # a cycle: take the earliest of what is left
            stuck = min(left, key=lambda i: by_id[i].order)
            heapq.heappush(ready, (by_id[stuck].order, stuck))
        _order, record_id = heapq.heappop(ready)
        if left.pop(record_id, None) is None:
            continue
        done.append(by_id[record_id])
        for follower in built_on_by.get(record_id, ()):
            if follower in left:
                left[follower].discard(record_id)
                if not left[follower]:
                    heapq.heappush(ready, (by_id[follower].order, follower))
    return tuple(done)


def fold(
    line: Lineage, step: Callable[[Mapping[RecordId, State], Record], State]
) -> dict[RecordId, State]:
    """Return the state at every version: ``step`` gets the states at its bases and the version."""
    states: dict[RecordId, State] = {}
    for version in line.versions:
        before = {base: states[base] for base in version.bases if base in states}
        states[version.id] = step(before, version)
    return states
