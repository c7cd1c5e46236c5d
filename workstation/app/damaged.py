"""A damaged file at the way in: what is in danger, and the way on that deletes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from local_cache.engine import move_aside
from local_cache.problems import Damaged
from workstation.domain.clock import Clock
from workstation.domain.texts import _
from workstation.operations.session import FileDamaged

Opened = TypeVar("Opened")
SetAside = Callable[[Path], Awaitable[None]]


def setting_aside(clock: Clock) -> SetAside:
    """Return how a file is moved out of the way, under a name that says when."""

    async def set_aside(path: Path) -> None:
        await asyncio.to_thread(lambda: move_aside(path, now=clock.now()))

    return set_aside


async def unit_records(
    opening: Coroutine[Any, Any, Opened], path: Path, *, set_aside: SetAside
) -> Opened:
    """Return what ``opening`` the unit's records gives.

    Raises:
        FileDamaged: They cannot be read; with contact they are fetched anew.
    """
    try:
        return await opening
    except Damaged:
        raise FileDamaged(
            _("The unit's records on this computer are damaged and cannot be read."),
            _(
                "Nothing is deleted. Put the damaged file aside, and the records are fetched anew"
                " from the server. What was written here and not yet sent is still in that file:"
                " tell IT about it."
            ),
            action=_("Put the file aside and fetch anew"),
            set_aside=lambda: set_aside(path),
        ) from None


async def own_file(
    opening: Coroutine[Any, Any, Opened], path: Path, *, set_aside: SetAside
) -> Opened:
    """Return what ``opening`` the person's own file gives.

    Raises:
        FileDamaged: It cannot be read; the records are not concerned.
    """
    try:
        return await opening
    except Damaged:
        raise FileDamaged(
            _("Your drafts and settings on this computer are damaged and cannot be read."),
            _(
                "The records are unharmed. Put the damaged file aside to go on without it. It is"
                " not deleted: IT may be able to save drafts from it."
            ),
            action=_("Put the file aside and go on"),
            set_aside=lambda: set_aside(path),
        ) from None
