"""Compare a unit's copy with the server's, and hand the difference to the store."""

from __future__ import annotations

from collections.abc import Sequence

from sync.client.core import Core, within
from sync.protocol.compare import (
    BUCKETS,
    MOST_BUCKETS_ONE_BY_ONE,
    differing,
    differing_buckets,
)
from sync.protocol.messages import Head, HeadsReply, HeadsRequest, ManifestReply, ManifestRequest
from sync.protocol.ports import Refusal

DEADLINE_SECONDS = 60.0


async def compare(core: Core, unit: str, *, epoch: str) -> int:
    """Heal the unit's copy; return how many records were queued again.

    The position is read before the heads: what changes meanwhile comes by the feed once more.

    Raises:
        Refusal: ``wrong_epoch`` when the server was restored once more meanwhile.
    """
    theirs = await _ask(core, HeadsRequest(unit=unit), epoch)
    own = await core.store.heads(unit)
    buckets = differing_buckets(own, theirs)
    if len(buckets) > MOST_BUCKETS_ONE_BY_ONE:
        heads, buckets = await _all_heads(core, unit, epoch), tuple(range(BUCKETS))
    else:
        heads = await _heads_in(core, unit, buckets, epoch)
    named = differing(own, heads, buckets)
    again = await core.store.rejoin(unit, named, pos=theirs.pos)
    if named:
        core.arrived(frozenset(head.p for head in named))
    return again


async def _ask(core: Core, request: HeadsRequest, epoch: str) -> HeadsReply:
    reply = await within(DEADLINE_SECONDS, core.server.heads(request))
    core.heard()
    same_epoch(reply, epoch)
    return reply


async def _heads_in(core: Core, unit: str, buckets: Sequence[int], epoch: str) -> tuple[Head, ...]:
    heads: list[Head] = []
    for bucket in buckets:
        heads += (await _ask(core, HeadsRequest(unit=unit, bucket=bucket), epoch)).heads
    return tuple(heads)


async def _all_heads(core: Core, unit: str, epoch: str) -> tuple[Head, ...]:
    heads: list[Head] = []
    more = True
    while more:
        after = heads[-1].p if heads else None
        request = ManifestRequest(unit=unit, after=after)
        reply = await within(DEADLINE_SECONDS, core.server.manifest(request))
        core.heard()
        same_epoch(reply, epoch)
        heads += reply.patients
        more = reply.more and bool(reply.patients)
    return tuple(heads)


def same_epoch(reply: HeadsReply | ManifestReply, epoch: str) -> None:
    """Raise ``Refusal`` (``wrong_epoch``) where the reply is of another epoch than asked in."""
    if reply.epoch != epoch:
        raise Refusal("wrong_epoch")
