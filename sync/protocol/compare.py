"""Two copies of a unit compared: the digest, 256 sub-sums, then only the patients that differ.

Used when the feed cannot say what happened: after a restore of the server (new epoch), when a
cursor is older than the feed reaches, and when digests stay different while nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sync.protocol.digest import moved, patient_digest, to_hex
from sync.protocol.messages import EndLine, Head, HeadsReply, Span
from sync.protocol.ports import patient_bucket
from sync.protocol.violation import ProtocolViolation

BUCKETS = 256
MOST_BUCKETS_ONE_BY_ONE = 16
"""Above this the whole list in pages costs fewer requests than the buckets one by one."""


def digest_of(heads: Iterable[Head]) -> str:
    """Return the unit digest (hex) of these heads."""
    total = 0
    for head in heads:
        total = moved(total, before=0, after=_share(head))
    return to_hex(total)


def sums_of(heads: Iterable[Head]) -> tuple[str, ...]:
    """Return the 256 sub-sums (hex) of these heads."""
    sums = [0] * BUCKETS
    for head in heads:
        bucket = patient_bucket(head.p)
        sums[bucket] = moved(sums[bucket], before=0, after=_share(head))
    return tuple(to_hex(total) for total in sums)


def differing_buckets(own: Sequence[Head], theirs: HeadsReply) -> tuple[int, ...]:
    """Return the buckets where the copies differ.

    Raises:
        ProtocolViolation: The reply does not carry 256 sub-sums.
    """
    if len(theirs.sums) != BUCKETS:
        raise ProtocolViolation(f"{len(theirs.sums)} sub-sums instead of {BUCKETS}")
    return tuple(
        bucket
        for bucket, (ours, other) in enumerate(zip(sums_of(own), theirs.sums, strict=True))
        if ours != other
    )


def differing(
    own: Iterable[Head], theirs: Iterable[Head], buckets: Iterable[int]
) -> tuple[Head, ...]:
    """Return the server's head of every patient in ``buckets`` where the copies differ.

    A patient the server does not have in this unit is named with revision 0.
    """
    asked = frozenset(buckets)
    ours = {head.p: head for head in own if patient_bucket(head.p) in asked}
    others = {head.p: head for head in theirs if patient_bucket(head.p) in asked}
    changed = [head for p, head in others.items() if not _same(ours.get(p), head)]
    lost = [Head(p=p, rev=0, hash="") for p in ours if p not in others]
    return tuple(sorted((*changed, *lost), key=lambda head: head.p.bytes))


def to_prove(own: Iterable[Head], named: Iterable[Head]) -> tuple[Span, ...]:
    """Return what to ask for to learn whether the server's longer streams continue ours.

    The end of such a span says what the server's chain was at our head (``before``).
    """
    furthest = _furthest(own)
    revs = {head.p: furthest[head.p].rev for head in named if head.p in furthest}
    return tuple(
        Span(p=head.p, first=revs[head.p] + 1, last=revs[head.p] + 1)
        for head in named
        if 0 < revs.get(head.p, 0) < head.rev
    )


def _furthest(own: Iterable[Head]) -> dict[UUID, Head]:
    """Return the furthest head of each patient: another unit may have told more of it."""
    return {head.p: head for head in sorted(own, key=lambda head: head.rev)}


def with_forks(
    own: Iterable[Head], named: Iterable[Head], ends: Iterable[EndLine]
) -> tuple[Head, ...]:
    """Return the heads to rejoin with: a stream that does not continue ours comes twice.

    First with revision 0 (the server does not have *our* stream: all of it is queued again),
    then with the server's head, as a patient that enters.
    """
    hashes = {p: head.hash for p, head in _furthest(own).items()}
    forked = {end.p for end in ends if end.gone or end.before != hashes.get(end.p)}
    heads: list[Head] = []
    for head in named:
        if head.p in forked:
            heads.append(Head(p=head.p, rev=0, hash=""))
        heads.append(head)
    return tuple(heads)


def _same(one: Head | None, other: Head) -> bool:
    return one is not None and one.rev == other.rev and one.hash == other.hash


def _share(head: Head) -> int:
    return patient_digest(head.p, head.rev, bytes.fromhex(head.hash) if head.rev else b"")


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """Units whose digest differs from the server's although nothing waits.

    One look proves nothing: a patient followed through two units may be ahead in one of them.
    Two looks with the same three figures do.
    """

    seen: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)

    def after(
        self, *, positions: Mapping[str, int], ours: Mapping[str, str], theirs: Mapping[str, str]
    ) -> Suspicion:
        """Take note of a pull that had nothing more to bring; units that agree, or are left, are cleared."""
        kept = {
            unit: figures
            for unit, figures in self.seen.items()
            if unit in positions and unit not in theirs
        }
        for unit, digest in theirs.items():
            if unit in positions and ours.get(unit, "") != digest:
                kept[unit] = (positions[unit], ours.get(unit, ""), digest)
        return Suspicion(seen=kept)

    def confirmed(self, before: Suspicion) -> frozenset[str]:
        """Return the units that looked exactly the same at the look before."""
        return frozenset(unit for unit, now in self.seen.items() if before.seen.get(unit) == now)
