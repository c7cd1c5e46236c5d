"""Which published package counts on the server at this moment, by its statements and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from workstation.content import packages
from workstation.content.lifecycle import Choice, Offer, choose
from workstation.content.source import Content, ContentProblem
from workstation.content.statements import Roster, from_lines
from workstation.domain.clock import from_millis
from workstation.server.content import keys_of
from workstation.server.core import Core
from workstation.server.store import content as table


async def chosen(core: Core, trusted: Roster) -> Choice:
    """Return what is in force and what is to come."""
    read = await core.database.read(lambda c: (table.offered(c), table.statements(c)))
    now = from_millis(core.now)
    offers = [Offer(package=o.package, version=o.version, digest=o.digest) for o in read[0]]
    return await asyncio.to_thread(_choose, offers, read[1], trusted, now)


def _choose(
    offers: Sequence[Offer], lines: Sequence[bytes], trusted: Roster, now: datetime
) -> Choice:
    said = [signed for line in lines for signed in from_lines(line)]
    return choose(offers, said, trusted=trusted, now=now)


async def opened(core: Core, digest: str, trusted: Roster) -> Content | None:
    """Return a package's content; None where its signer is no longer trusted, or it is gone."""
    raw = await core.database.read(lambda c: table.raw_package(c, digest))
    return await asyncio.to_thread(_opened, raw, trusted)


def _opened(raw: bytes, trusted: Roster) -> Content | None:
    try:
        return packages.opened(raw, trusted=keys_of(trusted)) if raw else None
    except ContentProblem:
        return None
