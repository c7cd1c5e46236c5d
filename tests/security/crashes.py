"""Defects of ours, made on purpose: exceptions whose text quotes the record, at every place."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.security.needles import COMMENT, NUMBER
from workstation.access.actor import Actor
from workstation.server import lookups, own_record
from workstation.server.core import Core

CRASH_WORDS = f"krascha {NUMBER}"
"""Asking the server for patients with this text meets a defect."""


class Defect(Exception):
    """Quotes what it should not."""


def quoting() -> Defect:
    """Return a defect that quotes the record, as a careless one would."""
    return Defect(f"kan inte läsa {COMMENT} hos {NUMBER}")


def arm() -> None:
    """Put defects into the server's handlers, where the test asks for them."""
    if not os.environ.get("CRASHES"):
        return
    found, news = lookups.find, own_record.news

    async def find(core: Core, actor: Actor, text: str, *, limit: int) -> Any:
        if text == CRASH_WORDS:
            raise quoting()
        return await found(core, actor, text, limit=limit)

    async def breaking(core: Core, actor: Actor) -> AsyncIterator[bool]:
        await news(core, actor)
        return _broken()

    patch = pytest.MonkeyPatch()
    patch.setattr(lookups, "find", find)
    patch.setattr(own_record, "news", breaking)


async def _broken() -> AsyncIterator[bool]:
    yield True
    raise quoting()


class _Unwilling:
    def __del__(self) -> None:
        raise quoting()


async def _background() -> None:
    raise quoting()


def _at_once() -> None:
    raise quoting()


async def everywhere_but_in_tasks() -> None:
    """Meet a defect in a slot, in the loop, in a forgotten task, in a thread and in a finaliser."""
    from PySide6.QtCore import QTimer  # the server has none

    loop = asyncio.get_running_loop()
    QTimer.singleShot(0, _at_once)
    loop.call_soon(_at_once)
    forgotten = loop.create_task(_background())
    thread = threading.Thread(target=_at_once)
    thread.start()
    await asyncio.to_thread(thread.join)
    _Unwilling()
    await asyncio.sleep(0.2)
    assert forgotten.done()
    del forgotten
    await asyncio.sleep(0.1)
