"""Switching user at the real window: one locks, the other types name and password, and is in.

Both have logged in on this computer before, so each has keys here; the server is a process of
its own. Until the other is in, everything of the first stays open and hidden.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import Qt

from ui.shell.window import MainWindow
from workstation.bench.crowd import crowd_records
from workstation.bench.doorway import a_gate, run_with_screen
from workstation.bench.hands import CTRL, Hands, Lost
from workstation.bench.house import COLLEAGUE, OTHER_USER, PASSWORD, USER, House, running
from workstation.bench.measurer import BENCH_AUTHOR

_PATIENTS = 300
_SHOWN_SECONDS, _LOAD_SECONDS = 0.2, 3.0
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_PEOPLE = ((OTHER_USER, COLLEAGUE), (USER, BENCH_AUTHOR.hsa_id))


def switches(rounds: int) -> tuple[list[int], list[float]]:
    """Return keys beside typing, and seconds from the first key to usable, of every switch."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        with running(folder / "server", crowd_records(_PATIENTS)) as house:
            return run_with_screen(lambda: _switch(folder / "seat", house, rounds))


async def _switch(folder: Path, house: House, rounds: int) -> tuple[list[int], list[float]]:
    gate = a_gate(folder, house.url)
    window = MainWindow(gate=gate)
    window.show()
    window.activateWindow()
    await asyncio.sleep(_SHOWN_SECONDS)
    window.login.begin()
    await _come_in(window, USER, BENCH_AUTHOR.hsa_id)
    await asyncio.sleep(_LOAD_SECONDS)  # the first load of this small unit
    actions, seconds = [], []
    await _lock_and_let_in(window, *_PEOPLE[0])  # the first time here: keys are made
    for number in range(rounds):
        began = time.perf_counter()
        actions.append(await _lock_and_let_in(window, *_PEOPLE[(number + 1) % 2]))
        seconds.append(time.perf_counter() - began)
    window.hide()
    if window.desk is not None:
        await window.desk.finish()
        window.desk.close()
    if gate.opened is not None:
        await gate.leave(gate.opened.session)
    return actions, seconds


async def _lock_and_let_in(window: MainWindow, user: str, person: str) -> int:
    """Lock, go back to the name, and log in as somebody else; return the keys it took."""
    hands = Hands(window)
    await hands.press(Qt.Key.Key_L, CTRL)
    await hands.press(Qt.Key.Key_Backtab, _SHIFT)
    return hands.actions + await _come_in(window, user, person)


async def _come_in(window: MainWindow, user: str, person: str) -> int:
    hands = Hands(window)
    await hands.write(user)
    await hands.press(Qt.Key.Key_Return)
    await hands.write(PASSWORD)
    await hands.press(Qt.Key.Key_Return)
    if window.desk is None or window.desk.session.desk.author.hsa_id != person:
        raise Lost("another than who logged in has the screen")
    return hands.actions
