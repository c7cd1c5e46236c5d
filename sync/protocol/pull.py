"""What a page of the feed means for a store: what is new in it, and that nothing is missing.

Positions are gapless per unit, revisions gapless per patient: a page with a hole is never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sync.protocol.messages import AtLine, EnterLine, EntryLine, EraseLine, LeaveLine, PullLine

Change = EntryLine | EnterLine | LeaveLine | EraseLine


class Hole(Exception):
    """A position of a unit, or a revision of one of its patients, is missing. Nothing was stored.

    ``what``: ``position`` or ``revision``; ``expected`` and ``found`` are the numbers.
    """

    def __init__(
        self, what: Literal["position", "revision"], *, unit: str, expected: int, found: int
    ) -> None:
        super().__init__(f"{what} {expected} is missing before {found}")
        self.what = what
        self.unit = unit
        self.expected = expected
        self.found = found


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that may be stored, in one transaction.

    Attributes:
        changes: What is new in its unit, in order. An entry may have come already through
            another unit or a stream; it is never beyond the patient's head + 1.
        cursors: The new position of every unit that moved.
    """

    changes: tuple[Change, ...]
    cursors: Mapping[str, int]


def check_page(
    lines: Sequence[PullLine],
    *,
    cursors: Mapping[str, int],
    told_of: Callable[[str, UUID], int | None],
) -> Page:
    """Decide what of a page is new; the page may be cut short at any line.

    Lines at or before a cursor are known and left out (a late or repeated reply), so are lines
    of units that are not followed. An entry at or below what this unit has told of its patient
    is known too: it came with the list, or before the patient entered.

    Args:
        cursors: The store's position in every unit it follows.
        told_of: The revision this unit's list and feed have told of a patient, None when the
            patient is not in the unit: then its entries are left out (it left before the list
            was read).

    Raises:
        Hole: A position or a revision is missing.
    """
    reached = dict(cursors)
    shares: dict[tuple[str, UUID], int | None] = {}
    changes: list[Change] = []
    for line in lines:
        if line.u not in reached:
            continue
        if isinstance(line, AtLine):
            _check_end(line, reached[line.u])
        elif line.pos > reached[line.u]:
            _check_position(line, reached[line.u])
            reached[line.u] = line.pos
            if _is_new(line, shares, told_of):
                changes.append(line)
    moved = {unit: pos for unit, pos in reached.items() if pos != cursors[unit]}
    return Page(changes=tuple(changes), cursors=moved)


def _check_end(line: AtLine, reached: int) -> None:
    """A unit that is said to be further than its lines reached has lost lines on the way."""
    if line.pos > reached and not line.too_old:
        raise Hole("position", unit=line.u, expected=reached + 1, found=line.pos)


def _check_position(line: Change, reached: int) -> None:
    if line.pos != reached + 1:
        raise Hole("position", unit=line.u, expected=reached + 1, found=line.pos)


def _is_new(
    line: Change,
    shares: dict[tuple[str, UUID], int | None],
    told_of: Callable[[str, UUID], int | None],
) -> bool:
    """Follow what the unit tells of the patient through the page; return whether it is new."""
    key = (line.u, line.p)
    known = shares[key] if key in shares else told_of(*key)
    match line:
        case EnterLine(rev=rev):
            shares[key] = max(known or 0, rev)
        case LeaveLine():
            shares[key] = None
        case EntryLine(rev=rev):
            if known is None or rev <= known:
                return False
            if rev != known + 1:
                raise Hole("revision", unit=line.u, expected=known + 1, found=rev)
            shares[key] = rev
    return True


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reply says of the units themselves.

    Attributes:
        whole: Every unit asked for has its end.
        more: More lines wait; ask again at once.
        digests: Digest (hex) by unit whose end was told with nothing more waiting.
        too_old: Units whose feed no longer reaches back to our cursor: compare copies.
        behind: Units where the server stands before our cursor: it was restored, or this reply
            is a late one.
    """

    whole: bool
    more: bool
    digests: Mapping[str, str]
    too_old: frozenset[str]
    behind: frozenset[str]


def told(lines: Sequence[PullLine], *, cursors: Mapping[str, int]) -> Told:
    """Read the ends of a reply to a pull from ``cursors``."""
    ends = [line for line in lines if isinstance(line, AtLine) and line.u in cursors]
    return Told(
        whole={end.u for end in ends} == cursors.keys(),
        more=any(end.more for end in ends),
        digests={end.u: end.digest for end in ends if end.digest and not end.more},
        too_old=frozenset(end.u for end in ends if end.too_old),
        behind=frozenset(end.u for end in ends if not end.too_old and end.pos < cursors[end.u]),
    )


def patients_in(lines: Sequence[PullLine]) -> frozenset[UUID]:
    """Return the patients that a page speaks of."""
    return frozenset(line.p for line in lines if not isinstance(line, AtLine))
