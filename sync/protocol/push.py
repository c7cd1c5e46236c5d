"""What a reply means for what was pushed, and how much to push at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from sync.protocol.messages import Group, Outcome, PushReply
from sync.protocol.violation import ProtocolViolation

MOST_RECORDS = 1_000
MOST_BYTES = 4_000_000
FEWEST_RECORDS = 10
FEWEST_BYTES = 20_000


class _Name(msgspec.Struct, frozen=True):
    id: str


_names = msgspec.json.Decoder(_Name)


def ids_of(batch: Sequence[Group]) -> tuple[str, ...]:
    """Return the record ids in a batch, in the order sent."""
    return tuple(_names.decode(op.raw).id for group in batch for op in group.ops)


def settle(batch: Sequence[Group], reply: PushReply, *, epoch: str) -> tuple[Outcome, ...]:
    """Decide what a reply means for the batch it answers.

    Only records named in the reply are settled. What was saved while the request was under way
    is not in ``batch`` and is never touched; a quarantined record is kept and shown, never
    dropped. A reply of another epoch than the store's settles nothing: the revisions it names
    belong to another history, and sending again is harmless.

    Raises:
        ProtocolViolation: The reply names a record that was not sent, names one twice, or
            acknowledges one without saying where it stands.
    """
    if reply.epoch != epoch:
        return ()
    asked = frozenset(ids_of(batch))
    named = Counter(outcome.id for outcome in reply.outcomes)
    if unknown := len(named.keys() - asked):
        raise ProtocolViolation(f"the reply names {unknown} records that were not sent")
    if torn := sum(count > 1 for count in named.values()):
        raise ProtocolViolation(f"the reply names {torn} records more than once")
    for outcome in reply.outcomes:
        if outcome.verdict in ("applied", "known") and outcome.rev < 1:
            raise ProtocolViolation(f"a record is {outcome.verdict} without a revision")
    return reply.outcomes


def too_large(batch: Sequence[Group]) -> tuple[Outcome, ...]:
    """Return the outcomes for a batch that no server takes: kept, shown, out of the others' way."""
    return tuple(
        Outcome(id=record, verdict="quarantined", why="too_large") for record in ids_of(batch)
    )


@dataclass(frozen=True, kw_only=True)
class BatchSize:
    """How much one push may carry. Halved when a push was cut, doubled when one came through:
    on a line that breaks every few seconds small pushes still arrive, and every one counts.
    """

    records: int = MOST_RECORDS
    size: int = MOST_BYTES

    def after_a_cut(self) -> BatchSize:
        return BatchSize(
            records=max(FEWEST_RECORDS, self.records // 2), size=max(FEWEST_BYTES, self.size // 2)
        )

    def after_success(self) -> BatchSize:
        return BatchSize(
            records=min(MOST_RECORDS, self.records * 2), size=min(MOST_BYTES, self.size * 2)
        )
