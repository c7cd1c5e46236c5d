"""The two encrypted files of a session: the unit's records, and the person's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from local_cache.cache import Cache, create_cache
from local_cache.lifts import end_lifts
from local_cache.person import PersonFile
from workstation.app.damaged import own_file, setting_aside, unit_records
from workstation.app.opening import Opening

_FIRST_LOOK = 1


@dataclass(frozen=True, kw_only=True, repr=False)
class SessionFiles:
    """Both are open, and were readable when they were opened."""

    cache: Cache
    own: PersonFile

    async def close(self) -> None:
        """Close both; everything written stays durable."""
        try:
            await self.own.close()
        finally:
            await self.cache.close()


async def open_files(opening: Opening) -> SessionFiles:
    """Open the unit's records, made where there are none yet, and the person's own file.

    Raises:
        workstation.operations.session.FileDamaged: A file cannot be read; it can be set aside.
        workstation.domain.problem.Problem: A file cannot be opened; it is left as it is.
    """
    aside = setting_aside(opening.clock)
    path = opening.device.places.unit_cache(opening.author.unit)
    cache = await unit_records(_open_cache(opening, path), path, set_aside=opening.anew(aside))
    try:
        own = await own_file(_open_own(opening), opening.own_path, set_aside=aside)
    except BaseException:
        await cache.close()
        raise
    return SessionFiles(cache=cache, own=own)


async def _open_cache(opening: Opening, path: Path) -> Cache:
    await asyncio.to_thread(_make_if_new, opening, path)
    cache = await Cache.open(path, opening.unit_key, clock=opening.clock)
    try:
        await cache.standing()
        await end_lifts(cache, opening.reader)
        await cache.latest_time()
        await cache.patients_of(opening.author.unit, limit=_FIRST_LOOK)
    except BaseException:
        await cache.close()
        raise
    return cache


def _make_if_new(opening: Opening, path: Path) -> None:
    if path.exists():
        return
    device = opening.device.read().name
    incarnation = opening.device.next_incarnation()
    create_cache(path, opening.unit_key, device=device, incarnation=incarnation)


async def _open_own(opening: Opening) -> PersonFile:
    """Open the person's own file and look into it: what is damaged is found at the way in."""
    own = await PersonFile.open(opening.own_path, opening.own_key)
    try:
        await own.settings()
        await own.all()
    except BaseException:
        await own.close()
        raise
    return own
