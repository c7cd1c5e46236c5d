"""The mark beside the database: a server that ends while it is written ends well."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from workstation.domain.clock import SystemClock
from workstation.server.epoch_file import read_mark
from workstation.server.opening import Place, open_store


async def test_a_mark_that_is_still_being_written_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(database=str(tmp_path / "record.db"), key_file=tmp_path / "record.key")
    store = await open_store(place, clock=SystemClock(), random=os.urandom)
    begun, go_on, beside = threading.Event(), threading.Event(), [0, 0]
    fsync = os.fsync

    def slowly(descriptor: int) -> None:
        beside[0] += 1
        beside[1] = max(beside)
        begun.set()
        go_on.wait(10)
        fsync(descriptor)
        beside[0] -= 1

    monkeypatch.setattr(os, "fsync", slowly)
    store._written = None  # there is something to write
    writing = asyncio.create_task(store.write_mark())
    await asyncio.to_thread(begun.wait)
    writing.cancel()  # as the end of the server does
    ending = asyncio.create_task(store.close())
    await asyncio.sleep(0.3)
    go_on.set()
    await ending

    assert beside == [0, 1]
    assert read_mark(place.mark) is not None
    assert not place.mark.with_name("record.db.mark.new").exists()
