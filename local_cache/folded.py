"""What was folded is not folded again: the bytes of its records alone decide what an entity is.

Screens and rules read the same entities over and over, nearly always unchanged. Whoever gets the
same state twice gets the same object, and may know by that that nothing in it is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from workstation.domain.entity import EntityState
from workstation.domain.kind import Projection
from workstation.domain.kinds import Malformed, entity_state, open_raw, project
from workstation.domain.record import Record
from workstation.domain.watching import WatchRules

_MOST = 2_000  # entities: a long medication list with every value beside it, several times over
_NAME = "folded"
_Fold = tuple[EntityState, Projection]


class Folded:
    """States and rows by the bytes they were made of, those last asked for. For one thread.

    ``most``: how many entities are kept.
    """

    def __init__(self, *, most: int = _MOST) -> None:
        self._most = most
        self._kept: dict[tuple[bytes, ...], _Fold] = {}
        self._rules: WatchRules | None = None

    def of(self, raws: Sequence[bytes], rules: WatchRules) -> _Fold | None:
        """Return state and row of the entity whose records these are; None if none is readable."""
        if rules != self._rules:
            self._kept.clear()
            self._rules = rules
        digests = tuple(sha256(raw).digest() for raw in raws)
        fold = self._kept.pop(digests, None) or _fold(raws, rules)
        if fold is not None:
            self._kept[digests] = fold  # at the end: what was not asked for longest goes first
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return fold


def folded(connection: Connection) -> Folded:
    """Return what was folded on this connection: it is kept as long as the connection is."""
    kept = connection.info.get(_NAME)
    if not isinstance(kept, Folded):
        kept = connection.info[_NAME] = Folded()
    return kept


def readable(raws: Sequence[bytes]) -> list[Record]:
    """Return the records of these bytes that this program can read."""
    found = []
    for raw in raws:
        try:
            found.append(open_raw(raw))
        except Malformed:  # readable once, by another version of the program
            continue
    return found


def _fold(raws: Sequence[bytes], rules: WatchRules) -> _Fold | None:
    records = readable(raws)
    if not records:
        return None
    state = entity_state(records)
    return state, project(state, rules)
