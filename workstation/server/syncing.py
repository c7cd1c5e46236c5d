"""The reading half of sync: hello, pull, manifest, stream, heads and wake-ups, each within scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from sync.protocol import digest as digests
from sync.protocol.messages import (
    MOST_BYTES_IN_A_PAGE,
    MOST_ENTRIES_IN_A_PAGE,
    PROTOCOL,
    Head,
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    Position,
    PullRequest,
    StreamRequest,
)
from sync.protocol.ports import patient_bucket
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, Decision, Relation, relation_to_unit
from workstation.access.scope import scope_of
from workstation.domain.block import Reader
from workstation.domain.clock import to_text
from workstation.domain.ids import HsaId
from workstation.server.backup.neglect import last_drill, neglect
from workstation.server.content import CONTENT
from workstation.server.core import Core, NotAllowed, WrongEpoch
from workstation.server.store import content as published
from workstation.server.store import feed, reading, sessions

_MOST_PATIENTS_IN_A_MANIFEST = 5_000
_QUIET_SECONDS = 2.0
"""How often a silent line of events says that it is alive."""


class TooOldProgram(Exception):
    """The caller speaks no protocol that is spoken here. It may still push."""


async def hello(core: Core, actor: Actor, request: HelloRequest) -> HelloReply:
    """Say who answers, and which units the caller may follow.

    Raises:
        TooOldProgram: No common protocol.
    """
    await _followed(core, actor, ())
    assert isinstance(actor, Staff)
    if PROTOCOL not in request.protocols:
        raise TooOldProgram
    seen = sessions.Device(
        name=request.device, incarnation=request.incarnation, program=request.program
    )
    now = core.now
    if not await core.database.peek(lambda c: sessions.knows_device(c, seen, now=now)):
        await core.database.write(lambda c: sessions.see_device(c, seen, now=now))
    return HelloReply(
        epoch=core.epoch,
        now=to_text(core.now),
        protocol=PROTOCOL,
        units=(actor.unit,),
        backups=neglect(core.backups, epoch=core.epoch, now=core.now),
        tried_out=last_drill(core.backups),
    )


async def pull(core: Core, actor: Actor, request: PullRequest) -> bytes:
    """Return a page of what is new, as lines.

    Raises:
        NotAllowed: A unit is not the caller's, or there is none.
        WrongEpoch: The cursors belong to another epoch.
    """
    decision = await _followed(core, actor, request.cursors)
    _same_epoch(core, request.epoch)
    most = max(min(request.max_bytes, MOST_BYTES_IN_A_PAGE), 1)
    now = core.now
    page = await core.database.read_on(
        lambda c: reading.look_at_feeds(c, request.cursors, most_bytes=most),
        lambda c, units: reading.pull(
            c, units, most_entries=MOST_ENTRIES_IN_A_PAGE, most_bytes=most, now=now
        ),
    )
    if page.patients:
        await core.log(actor, "Läsa", "pull", basis=decision.basis, patients=page.patients)
    return page.lines


async def manifest(core: Core, actor: Actor, request: ManifestRequest) -> ManifestReply:
    """Return a page of a unit's patients with their heads."""
    decision = await _followed(core, actor, (request.unit,))
    limit = max(min(request.limit, _MOST_PATIENTS_IN_A_MANIFEST), 1)
    await core.settle_feeds()
    (pos, digest), heads = await core.database.read(
        lambda c: (
            feed.position(c, request.unit),
            reading.heads_of(c, request.unit, after=request.after, limit=limit + 1),
        )
    )
    patients = heads[:limit]
    if patients:
        touched = [head.p for head in patients]
        await core.log(actor, "Läsa", "manifest", basis=decision.basis, patients=touched)
    return ManifestReply(
        epoch=core.epoch,
        pos=pos,
        digest=digests.to_hex(digest),
        patients=patients,
        more=len(heads) > limit,
    )


async def stream(
    core: Core, actor: Actor, request: StreamRequest
) -> tuple[bytes, AsyncIterator[bytes] | None]:
    """Return the first page of lines of the spans asked for, and an iterator over the others.

    A page is in the access log before it is given out. Scope is looked at for every page.
    """
    decision = await _followed(core, actor, ())
    _same_epoch(core, request.epoch)
    asked = _asked(core, actor, whole=request.whole)
    page, left = await core.database.read_on(
        lambda c: reading.look_at_spans(c, asked, request.spans),
        lambda c, tracks: _read_on(c, asked, tracks),
    )
    await _log_stream(core, actor, decision, page.patients)
    told = set(page.patients)
    return page.lines, _pages(core, actor, decision, left, told, request) if left else None


def _asked(core: Core, actor: Actor, *, whole: bool) -> reading.Asked:
    person = None
    if whole and isinstance(actor, Staff):
        person = Reader(unit=actor.unit, provider=actor.provider, person=actor.person)
    return reading.Asked(scope=scope_of(actor), now=core.now, person=person)


_Read = tuple[reading.Page, list[reading.Track]]


def _read_on(connection: Connection, asked: reading.Asked, left: Sequence[reading.Track]) -> _Read:
    return reading.read_on(
        connection,
        asked,
        left,
        most_entries=MOST_ENTRIES_IN_A_PAGE,
        most_bytes=MOST_BYTES_IN_A_PAGE,
    )


async def _pages(
    core: Core,
    actor: Actor,
    decision: Decision,
    left: Sequence[reading.Track],
    told: set[UUID],
    request: StreamRequest,
) -> AsyncIterator[bytes]:
    while left:
        asked = _asked(core, actor, whole=request.whole)
        page, left = await core.database.read(
            lambda c, left=left, asked=asked: _read_on(c, asked, left)  # type: ignore[misc]
        )
        fresh = [patient for patient in page.patients if patient not in told]
        await _log_stream(core, actor, decision, fresh)
        told.update(fresh)
        yield page.lines


async def _log_stream(
    core: Core, actor: Actor, decision: Decision, patients: Sequence[UUID]
) -> None:
    """Log whose records go out: those opened in an emergency on that ground, the others on theirs."""
    opened = actor.opened if isinstance(actor, Staff) else frozenset()
    ordinary = [patient for patient in patients if patient not in opened]
    if ordinary:
        await core.log(actor, "Läsa", "stream", basis=decision.basis, patients=ordinary)
    if len(ordinary) < len(patients):
        ground = await core.allowed(actor, Action.READ_RECORD, Relation.EMERGENCY)
        rest = [patient for patient in patients if patient in opened]
        await core.log(actor, "Läsa", "emergency", basis=ground.basis, patients=rest)


async def heads(core: Core, actor: Actor, request: HeadsRequest) -> HeadsReply:
    """Return sub-sums or heads of a unit, to compare copies by."""
    decision = await _followed(core, actor, (request.unit,))
    await core.settle_feeds()
    (pos, digest), found = await core.database.read(
        lambda c: (feed.position(c, request.unit), reading.heads_of(c, request.unit))
    )
    sums: tuple[str, ...] = ()
    some: tuple[Head, ...] = ()
    if request.bucket is None:
        sums = reading.sums_of(found)
    else:
        some = tuple(h for h in found if patient_bucket(h.p) == request.bucket)
        touched = [head.p for head in some]
        await core.log(actor, "Läsa", "heads", basis=decision.basis, patients=touched)
    return HeadsReply(
        epoch=core.epoch, pos=pos, digest=digests.to_hex(digest), sums=sums, heads=some
    )


async def events(core: Core, actor: Actor) -> AsyncIterator[Position | None]:
    """Yield where the caller's unit is: at once, then whenever it moves; None when all is quiet."""
    await _followed(core, actor, ())
    assert isinstance(actor, Staff)
    return _positions(core, actor.unit)


async def _positions(core: Core, unit: HsaId) -> AsyncIterator[Position | None]:
    listening = core.hub.listen((unit, CONTENT), quiet_seconds=_QUIET_SECONDS)
    at, content = await core.database.read(
        lambda c: (feed.position(c, unit)[0], published.revision(c))
    )
    yield Position(u=unit, pos=at, content=content)
    async for news in listening:
        if news.get(unit, 0) > at or news.get(CONTENT, 0) > content:
            at, content = max(at, news.get(unit, 0)), max(content, news.get(CONTENT, 0))
            yield Position(u=unit, pos=at, content=content)
        else:
            yield None


async def _followed(core: Core, actor: Actor, units: Sequence[str] | dict[str, int]) -> Decision:
    """Return the decision for every unit asked for, or the actor's own when none is."""
    asked = list(units) or [actor.unit if isinstance(actor, Staff) else ""]
    decisions = [
        await core.allowed(actor, Action.FOLLOW_UNIT, relation_to_unit(actor, HsaId(unit)))
        for unit in asked
    ]
    return decisions[0]


def _same_epoch(core: Core, epoch: str) -> None:
    if epoch != core.epoch:
        raise WrongEpoch


__all__ = [
    "NotAllowed",
    "TooOldProgram",
    "WrongEpoch",
    "events",
    "heads",
    "hello",
    "manifest",
    "pull",
    "stream",
]
