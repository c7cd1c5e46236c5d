"""Opening a chart in the real window, and a keystroke in a note beside it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from ui.shell.desk import Desk
from ui.shell.window import MainWindow
from workstation.bench import Measured, at_most
from workstation.bench.crowd import a_long_chart, crowd
from workstation.bench.doorway import run_with_screen
from workstation.bench.material import stream_of
from workstation.bench.sitting import a_desk, fill, open_chart
from workstation.bench.timing import percentile
from workstation.bench.watchdog import MOST_MS, watching

_PROMISED = {2_000: 200, 10_000: 300}
_CROWDS = (100, 5_000)
_PARTS = ("overview", "journal")
_TIMES = 12
_KEYS = 120
_TEXT = "Mår bättre i dag. Ingen blödning, ingen feber. Fortsatt behandling enligt plan. "


def run() -> Iterator[Measured]:
    """Measure p95 of opening, by length of the chart and number of patients; and typing."""
    for patients in _CROWDS:
        for records in _PROMISED:
            with tempfile.TemporaryDirectory() as folder:
                yield from _one(Path(folder), records, patients)


def _one(folder: Path, records: int, patients: int) -> Iterator[Measured]:
    patient, chart = a_long_chart(records)
    others = list(crowd(patients))
    asyncio.run(fill(folder, [*others, stream_of(patient, chart)]))
    other = others[0].head.p
    opened, away, typed = run_with_screen(lambda: _sit(folder, patient, other))
    for part, taken in opened.items():
        what = f"open {records} records at its {part}, {patients} patients, p95"
        yield at_most("chart", what, percentile(taken, 0.95), "ms", _PROMISED[records])
    what = f"longest block while opening {records} records, {patients} patients, p95"
    yield at_most("chart", what, percentile(away, 0.95), "ms", MOST_MS)
    if patients == _CROWDS[0]:
        what = f"keystroke painted in a note beside {records} records, p95"
        yield at_most("chart", what, percentile(typed, 0.95), "ms", 16)


async def _sit(
    folder: Path, patient: UUID, other: UUID
) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Return the milliseconds of each opening by part, of its longest block, of each keystroke."""
    opened: dict[str, list[float]] = {part: [] for part in _PARTS}
    away: list[float] = []
    async with a_desk(folder) as (window, desk):
        for part in _PARTS:
            await open_chart(window, desk, patient, part)
            for _number in range(_TIMES):
                await open_chart(window, desk, other, part)
                with watching() as dog:
                    opened[part].append(await open_chart(window, desk, patient, part))
                away.append(dog.longest_ms)
        return opened, away, await _type(window, desk)


async def _type(window: MainWindow, desk: Desk) -> list[float]:
    """Return the milliseconds of each keystroke until the window is drawn with it."""
    desk.menu.run("note:day")
    await desk.tasks.finish()
    edits = window.findChildren(QPlainTextEdit)
    edit = next(e for e in edits if e.isVisible() and not e.isReadOnly())
    taken = []
    for number in range(_KEYS):
        letter = _TEXT[number % len(_TEXT)]
        began = time.perf_counter()
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(edit, event)
        edit.grab()
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0)
    await desk.tasks.finish()
    return taken
