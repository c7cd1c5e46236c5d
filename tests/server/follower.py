"""A unit's cache that follows the store without HTTP: the real cache, the real server's answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from local_cache.cache import Cache, create_cache
from sync.protocol.compare import digest_of
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EntryLine,
    ManifestRequest,
    PullLine,
    PullRequest,
    StreamLine,
    StreamRequest,
)
from workstation.access.actor import Staff
from workstation.domain.clock import Clock
from workstation.server import syncing
from workstation.server.core import Core

KEY = bytes(range(32))


class Follower:
    """One unit's workstation as far as its cache goes."""

    def __init__(self, core: Core, actor: Staff, cache: Cache) -> None:
        self.core, self.actor, self.cache = core, actor, cache

    async def begins(self) -> None:
        """Take the unit's list, and everything in it."""
        await self.cache.adopt_epoch(self.core.epoch)
        asked = ManifestRequest(unit=self.actor.unit)
        reply = await syncing.manifest(self.core, self.actor, asked)
        await self.cache.take_manifest(
            self.actor.unit, first_pos=reply.pos, heads=reply.patients, complete=True
        )
        await self.fetches()

    async def contact(self) -> None:
        """Pull what is new, fetch what is wanted, and agree with the server."""
        await self.core.settle_feeds()
        cursors = dict((await self.cache.standing()).cursors)
        asked = PullRequest(epoch=self.core.epoch, cursors=cursors)
        page = await syncing.pull(self.core, self.actor, asked)
        lines = [msgspec.json.decode(line, type=PullLine) for line in page.splitlines()]
        await self.cache.apply_page(lines)
        await self.fetches()
        heads = await self.cache.heads(self.actor.unit)
        (end,) = (line for line in lines if isinstance(line, AtLine))
        assert end.digest == digest_of(heads)

    async def fetches(self) -> None:
        """Fetch until nothing more is wanted."""
        while spans := await self.cache.wanted(most=50):
            asked = StreamRequest(epoch=self.core.epoch, spans=spans)
            first, others = await syncing.stream(self.core, self.actor, asked)
            whole = first + b"".join([page async for page in others] if others else [])
            entries: list[EntryLine] = []
            for line in whole.splitlines():
                told = msgspec.json.decode(line, type=StreamLine)
                if isinstance(told, EndLine):
                    await self.cache.apply_stream(entries, told)
                    entries = []
                else:
                    entries.append(told)

    async def notes(self, patient: UUID) -> list[str]:
        """Return the texts of the patient's notes, as the chart lists them, oldest first."""
        listed = await self.cache.listed(patient, "note")  # type: ignore[arg-type]
        found = sorted(listed, key=lambda one: one.state.first.order)
        return [one.state.current.body.sections[0].text for one in found]  # type: ignore[attr-defined]


@asynccontextmanager
async def following(core: Core, actor: Staff, path: Path, clock: Clock) -> AsyncGenerator[Follower]:
    """Give a unit's cache that has everything the server gives it."""
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=clock)
    try:
        follower = Follower(core, actor, cache)
        await follower.begins()
        yield follower
    finally:
        await cache.close()
