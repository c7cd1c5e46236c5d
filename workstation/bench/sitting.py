"""A person at the real window, on this computer's own files, without a network.

As a program of its own it is what memory is measured on: ``python -m workstation.bench.sitting
FOLDER PATIENT`` says so in a line once that chart is painted. Then it waits until it is ended.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from local_cache.cache import Cache, create_cache
from sync.client.connection import Connection
from sync.protocol.login import LoginReply
from ui.shell.desk import Desk
from ui.shell.window import MainWindow
from workstation.app.desktop import keep_for_good
from workstation.app.device import Device
from workstation.app.door import Door
from workstation.app.open_session import open_session
from workstation.app.opening import Opening
from workstation.app.places import Places
from workstation.bench.doorway import NOWHERE, a_gate, run_with_screen, say_and_wait
from workstation.bench.measurer import BENCH_AUTHOR, KEY, SIGNER, UNIT
from workstation.domain.clock import SystemClock
from workstation.domain.directory import Person
from workstation.domain.ids import PatientId

if TYPE_CHECKING:  # what makes the records of a region is not loaded where memory is measured
    from workstation.bench.material import Stream

_PERSON = Person(
    hsa_id=BENCH_AUTHOR.hsa_id,
    name=BENCH_AUTHOR.name,
    profession="physician",
    title=BENCH_AUTHOR.title,
)


async def fill(folder: Path, charts: Iterable[Stream]) -> None:
    """Make this computer's file of the unit, with these charts whole in it."""
    places = Places(folder)
    places.prepare()
    path = places.unit_cache(UNIT)
    create_cache(path, KEY, device="bench", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SystemClock())
    whole = list(charts)
    try:
        heads = [chart.head for chart in whole]
        await cache.take_manifest(UNIT, first_pos=0, heads=heads, complete=True)
        for chart in whole:
            await cache.apply_stream(chart.entries, chart.end)
    finally:
        await cache.close()


@asynccontextmanager
async def a_desk(folder: Path) -> AsyncIterator[tuple[MainWindow, Desk]]:
    """Open the window with a session on the files in ``folder``; nobody answers on the line."""
    places = Places(folder)
    tokens: list[Door] = []
    connection = Connection(NOWHERE, token=lambda: tokens[0].token if tokens else "")
    tokens.append(Door(connection, device="bench"))

    async def met(_reply: LoginReply) -> None:
        """Nobody is met."""

    async def nobody() -> None:
        """Nobody is there to deny anything."""

    opened = await open_session(
        Opening(
            device=Device(places),
            clock=SystemClock(),
            author=BENCH_AUTHOR,
            person=_PERSON,
            signer=SIGNER,
            unit_key=KEY,
            own_key=KEY,
            own_path=places.person_file(BENCH_AUTHOR.hsa_id),
            met=met,
            denied=nobody,
            door=tokens[0],
            connection=connection,
        )
    )
    window = MainWindow(gate=a_gate(folder))
    keep_for_good()
    try:
        window.show()
        window.enter(opened.session)
        assert window.desk is not None
        await window.desk.tasks.finish()
        yield window, window.desk
    finally:
        window.hide()
        if window.desk is not None:
            await window.desk.finish()
            window.desk.close()
        await opened.close()


async def open_chart(window: MainWindow, desk: Desk, patient: UUID, tab: str) -> float:
    """Open a chart at one of its parts; return the milliseconds until all of it is painted."""
    line = await desk.session.records.patient(PatientId(patient))
    assert line is not None
    began = time.perf_counter()
    desk.open_patient(line, tab, None)
    await desk.tasks.finish()
    window.grab()
    return (time.perf_counter() - began) * 1000


async def _show_chart(folder: Path, patient: UUID) -> None:
    async with a_desk(folder) as (window, desk):
        await open_chart(window, desk, patient, "overview")
        await open_chart(window, desk, patient, "journal")
        await say_and_wait()


if __name__ == "__main__":
    where, whom = Path(sys.argv[1]), UUID(sys.argv[2])
    run_with_screen(lambda: _show_chart(where, whom))
