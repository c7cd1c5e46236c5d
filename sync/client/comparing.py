"""Compare a unit's copy with the server's, and hand the difference to the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import aclosing

from sync.client.core import Core, within
from sync.protocol.compare import (
    BUCKETS,
    MOST_BUCKETS_ONE_BY_ONE,
    differing,
    differing_buckets,
    to_prove,
    with_forks,
)
from sync.protocol.messages import (
    EndLine,
    Head,
    HeadsReply,
    HeadsRequest,
    ManifestReply,
    ManifestRequest,
    Span,
    StreamRequest,
)
from sync.protocol.plan import MOST_SPANS
from sync.protocol.ports import Refusal
from sync.protocol.violation import ProtocolViolation

DEADLINE_SECONDS = 60.0


async def compare(core: Core, unit: str, *, followed: Iterable[str], epoch: str) -> int:
    """Heal the unit's copy; return how many records were queued again.

    ``followed``: every unit the store follows: a patient may be known through another one.
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
    known = [head for each in followed for head in await core.store.heads(each)]
    ends = await _prove(core, to_prove(known, named), epoch)
    named = with_forks(known, named, ends)
    again = await core.store.rejoin(unit, named, pos=theirs.pos)
    if named:
        core.arrived(frozenset(head.p for head in named))
    return again


async def _prove(core: Core, spans: Sequence[Span], epoch: str) -> list[EndLine]:
    """Ask what the server's chains were at our heads."""
    ends: list[EndLine] = []
    for start in range(0, len(spans), MOST_SPANS):
        request = StreamRequest(epoch=epoch, spans=tuple(spans[start : start + MOST_SPANS]))
        ends += await within(DEADLINE_SECONDS, _ends(core, request))
    if {end.p for end in ends} != {span.p for span in spans}:
        raise ProtocolViolation("a stream without an end")
    return ends


async def _ends(core: Core, request: StreamRequest) -> list[EndLine]:
    async with aclosing(core.server.stream(request)) as blocks:
        return [line async for block in blocks for line in block if isinstance(line, EndLine)]


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
