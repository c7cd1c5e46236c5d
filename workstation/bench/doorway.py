"""The way in of an installation, and nothing else: what a start is measured on.

``python -m workstation.bench.doorway FOLDER`` says so in a line once the login field is painted,
then waits until it is ended. What only benches need is not loaded here: nobody starts with it.
"""

from __future__ import annotations

import ui  # noqa: F401  before all else: see ui/plain_import.py

# isort: split
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import qasync

from local_cache.machine import GivenSecret
from sync.client.connection import Connection
from ui.shell.window import MainWindow
from workstation.app.desktop import Settings, application
from workstation.app.device import Device
from workstation.app.gate import AppGate
from workstation.app.places import Places
from workstation.domain.clock import SystemClock

Answer = TypeVar("Answer")
NOWHERE = "http://127.0.0.1:9"
_MACHINE = bytes(32)


def run_with_screen(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run ``work`` on Qt's event loop; drawn to memory where there is no screen."""
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_LOGGING_RULES"] = "default.warning=false"  # of what it cannot do unseen
    app = application(Settings(dark=False))
    with qasync.QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        answer: Answer = loop.run_until_complete(work())
        loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    return answer


def a_gate(folder: Path, url: str = NOWHERE) -> AppGate:
    """Return the way in of an installation in ``folder``."""
    places = Places(folder)
    places.prepare()
    return AppGate(
        device=Device(places),
        clock=SystemClock(),
        machine=GivenSecret(_MACHINE),
        connect=lambda token: Connection(url, token=token),
    )


async def say_and_wait() -> None:
    """Say that it is painted, and wait until somebody ends the program."""
    print("painted", flush=True)  # noqa: T201  read by whoever started this
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def _show_login(folder: Path) -> None:
    window = MainWindow(gate=a_gate(folder))
    window.show()
    window.grab()
    await say_and_wait()


if __name__ == "__main__":
    run_with_screen(lambda: _show_login(Path(sys.argv[1])))
