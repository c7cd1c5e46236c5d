"""Which stretches of a patient's stream are here, and whether they join. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class Parted(Exception):
    """The chain of hashes does not join what is here: the server's history is not ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Revisions ``low`` to ``high``, all here; the chain's hash before ``low`` and at ``high``."""

    low: int
    high: int
    before: bytes
    after: bytes


def joined(
    held: Sequence[Held], *, first: int, before: bytes, hashes: Sequence[bytes]
) -> tuple[Held, ...]:
    """Add revisions ``first``, ``first + 1`` … with the chain's ``hashes`` at each.

    Returns stretches in order, neighbours made one.

    Raises:
        Parted: Where the new ones touch or overlap what is here, the hashes differ.
    """
    if not hashes:
        return tuple(held)
    at: Mapping[int, bytes] = dict(enumerate((before, *hashes), start=first - 1))
    last = first + len(hashes) - 1
    low, high, begin, end = first, last, before, hashes[-1]
    kept: list[Held] = []
    for each in held:
        if each.high < first - 1 or each.low > last + 1:
            kept.append(each)
            continue
        _check(at, each)
        if each.low < low:
            low, begin = each.low, each.before
        if each.high > high:
            high, end = each.high, each.after
    kept.append(Held(low=low, high=high, before=begin, after=end))
    return tuple(sorted(kept, key=lambda each: each.low))


def missing(held: Iterable[tuple[int, int]], head_rev: int) -> tuple[tuple[int, int], ...]:
    """Return the stretches from 1 to ``head_rev`` that are not in ``held``, newest first."""
    gaps: list[tuple[int, int]] = []
    following = 1
    for low, high in held:
        if low > following:
            gaps.append((following, low - 1))
        following = high + 1
    if following <= head_rev:
        gaps.append((following, head_rev))
    return tuple(reversed(gaps))


def _check(at: Mapping[int, bytes], each: Held) -> None:
    if at.get(each.low - 1, each.before) != each.before:
        raise Parted("the chain does not join what follows")
    if at.get(each.high, each.after) != each.after:
        raise Parted("the chain does not join what comes before")
