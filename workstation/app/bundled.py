"""Decision support with the content that comes with the program: where there is no server at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date

from local_cache.cache import Cache
from workstation.app.content_keeper import bundled
from workstation.app.guidance import guidelines_of
from workstation.content import shipped
from workstation.operations.guidance import (
    ContentVersion,
    GuidelineText,
    RuleFigures,
    Volume,
)
from workstation.operations.support import Support


def bundled_support(cache: Cache, today: Callable[[], date]) -> Support:
    """Return decision support over a cache, forgetting what it read whenever that changes."""
    support = Support(records=cache, in_force=bundled, today=today, aside=asyncio.to_thread)
    cache.on_change(lambda changed: support.forget(changed.patients))
    return support


class BundledGuidance:
    """The guidelines that come with the program. Implements ``operations.guidance.Guidance``."""

    sees_figures = False

    def guidelines(self) -> Sequence[GuidelineText]:
        return guidelines_of(shipped.in_use())

    async def versions(self) -> Sequence[ContentVersion]:
        return ()

    async def approve(self, digest: str, decision: str) -> None:
        raise AssertionError("nothing here waits for approval")

    async def give_back(self, digest: str, reason: str) -> None:
        raise AssertionError("nothing here waits for approval")

    async def volume(self, digest: str) -> Volume | None:
        return None

    async def figures(self) -> Sequence[RuleFigures]:
        return ()
