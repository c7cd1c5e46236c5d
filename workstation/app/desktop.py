"""The desktop application: Qt, its event loop, and the window around this installation's way in."""

from __future__ import annotations

import ui  # noqa: F401  before all else: see ui/plain_import.py

# isort: split
import asyncio
import faulthandler
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

import msgspec
import qasync
from PySide6 import __version__ as qt_words
from PySide6 import __version_info__ as qt_version
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from local_cache.key import calibrated
from local_cache.machine import KeyringSecret, MachineSecret
from sync.client.connection import Connection, InsecureAddress, check_address
from ui.shell.window import MainWindow
from ui.theme.theme import apply_theme
from ui.theme.tokens import DARK, LIGHT
from workstation.app.about import KeptPreferences, about_program
from workstation.app.content_signers import read_signers
from workstation.app.device import Device
from workstation.app.files import FILES
from workstation.app.gate import AppGate
from workstation.app.hardening import harden, harden_loop, tell_defects
from workstation.app.paper import saving_paper
from workstation.app.places import Places
from workstation.app.practice import PracticeLine
from workstation.app.region_search import region_search
from workstation.app.toolkit import check_toolkit
from workstation.content.statements import Signer
from workstation.domain.clock import Clock, SystemClock
from workstation.domain.problem import Problem
from workstation.domain.texts import _, current_language
from workstation.operations.about import Look

_log = logging.getLogger(__name__)
_QUIET = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
_DARK: dict[Look, bool | None] = {"system": None, "light": False, "dark": True}
_ROUNDS = (2_000, 5, 2_000)
"""New objects between rounds of garbage collection, and rounds between greater and whole ones;
Python's are 700, 10, 10. A greater one takes 3 ms; after 20 rounds of 20,000 it took 50.
"""
_WAIT_SECONDS = 0.001  # for another thread that computes, each time the screen wants to go on
_PAINTED_SECONDS = 0.3  # until the login field surely is on the screen
_MOST_FOR_A_GUESS_KIB = 256 * 1024  # of memory, while somebody unlocks: the screen must not wait


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``settings.json``: what IT or the user chose for this installation.

    ``content_signers``: path of the list of whose signatures count on clinical content.
    ``dark`` None: as the system. ``language`` empty: Swedish.
    """

    server: str = "http://127.0.0.1:8710"
    content_signers: str = ""
    dark: bool | None = None
    language: Literal["", "sv", "en"] = ""


def read_settings(places: Places) -> Settings:
    """Return the settings; defaults where there are none.

    Raises:
        Problem: The file is damaged.
    """
    try:
        return msgspec.json.decode(places.settings_file.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except msgspec.MsgspecError:
        raise Problem(
            _("The settings on this computer cannot be read: {path}").format(
                path=places.settings_file
            ),
            _("Correct the file, or remove it and name the server again with --server."),
        ) from None


def keep_settings(places: Places, settings: Settings) -> None:
    """Write the settings, in one move."""
    places.prepare()
    young = places.settings_file.with_suffix(".new")
    young.write_bytes(msgspec.json.encode(settings))
    os.replace(young, places.settings_file)


def _check_server(address: str) -> None:
    try:
        check_address(address)
    except InsecureAddress:
        raise Problem(
            _("Records do not travel to this address: {address}").format(address=address),
            _("Name the server's address with --server; it begins with https://."),
        ) from None


@dataclass(frozen=True, kw_only=True)
class Desktop:
    """How to run the application. ``demo``: text that says it is a demonstration, or empty.

    ``practice``: its line, in practice mode.
    """

    places: Places
    settings: Settings
    machine: MachineSecret
    clock: Clock
    demo: str = ""
    practice: PracticeLine | None = None


def gate_for(desktop: Desktop) -> AppGate:
    """Return the way in that this installation offers."""

    def connect(token: Callable[[], str]) -> Connection:
        line = desktop.practice
        transport = line.transport() if line is not None else None
        return Connection(desktop.settings.server, token=token, transport=transport)

    return AppGate(
        device=Device(desktop.places),
        clock=desktop.clock,
        machine=desktop.machine,
        connect=connect,
        paper=saving_paper,
        region=region_search,
        files=FILES,
        content_signers=_signers(desktop.settings),
        practice=desktop.practice,
        about=lambda: about_program(qt=qt_words, preferences=_preferences(desktop)),
        cost=lambda: calibrated(most_memory_kib=_MOST_FOR_A_GUESS_KIB),
    )


def _preferences(desktop: Desktop) -> KeptPreferences:
    settings = desktop.settings
    look: Look = "system" if settings.dark is None else "dark" if settings.dark else "light"

    def keep(look: Look, language: str) -> None:
        kept = read_settings(desktop.places) if desktop.places.settings_file.exists() else settings
        spoken: Literal["sv", "en"] = "en" if language == "en" else "sv"
        chosen = msgspec.structs.replace(kept, dark=_DARK[look], language=spoken)
        keep_settings(desktop.places, chosen)

    return KeptPreferences(
        look=look, language=settings.language or current_language(), keep=keep, dress=_dress
    )


def _dress(look: Look) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_theme(app, DARK if _is_dark(app, _DARK[look]) else LIGHT)


def _is_dark(app: QApplication, dark: bool | None) -> bool:  # noqa: FBT001  a setting
    return app.styleHints().colorScheme() is Qt.ColorScheme.Dark if dark is None else dark


def _signers(settings: Settings) -> tuple[Signer, ...]:
    return read_signers(Path(settings.content_signers)) if settings.content_signers else ()


def run_desktop(desktop: Desktop) -> int:
    """Open the window and work until it is closed; return the process's exit code."""
    harden()
    check_toolkit(qt=qt_version[:3], python=sys.version_info[:3], platform=sys.platform)
    desktop.places.prepare()
    faulthandler.enable()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    with event_loop(application(desktop.settings)) as loop:
        loop.run_until_complete(_until_closed(desktop))
    return 0


@contextmanager
def event_loop(app: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """Give the one loop of Qt and asyncio, and close it with everything that runs on it."""
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    harden_loop(loop)
    hooks = sys.get_asyncgen_hooks()
    # qasync leaves them out: a generator left behind is then closed by the garbage collector.
    sys.set_asyncgen_hooks(loop._asyncgen_firstiter_hook, loop._asyncgen_finalizer_hook)
    try:
        with loop:
            yield loop
            loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        sys.set_asyncgen_hooks(*hooks)


def application(settings: Settings) -> QApplication:
    """Return the one QApplication, dressed.

    What draws gives way at many of its calls of Qt, and whoever computes beside it (rules, reads)
    then goes on for a while: with Python's 5 ms a form of 5 ms took 15 while rules were judged.
    """
    sys.setswitchinterval(_WAIT_SECONDS)
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    qInstallMessageHandler(_qt_says)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Ronden")
    app.setQuitOnLastWindowClosed(False)  # closing a dialog is no wish to end the day
    apply_theme(app, DARK if _is_dark(app, settings.dark) else LIGHT)
    return app


def _qt_says(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Log what Qt complains of, but not what every platform without a screen says at each window."""
    if "propagateSizeHints" not in message:
        level = logging.INFO if kind in _QUIET else logging.WARNING
        _log.log(level, "Qt: %s", message)


def keep_for_good() -> None:
    """Take what start-up made out of the garbage collector's rounds: none of it ever goes.

    Else a round over all of it holds the event loop for about 50 ms, in the middle of somebody's
    word. Before anybody is let in: nothing of a record is among it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_ROUNDS)


async def _until_closed(desktop: Desktop) -> None:
    closed = asyncio.Event()
    gate = gate_for(desktop)
    window = MainWindow(gate=gate, notice=desktop.demo)
    keep_for_good()
    window.closed.connect(closed.set)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        # The machine is shut down: the window is closed as by hand, so that everything is kept.
        signal.signal(ending, lambda *_: loop.call_soon_threadsafe(window.close))
    window.show()
    stop_telling = tell_defects(window.defect_met)
    loading = loop.create_task(_load_the_rest(gate))
    try:
        await closed.wait()
    finally:
        loading.cancel()
        stop_telling()


async def _load_the_rest(gate: AppGate) -> None:
    """Load what a session needs beside somebody who types a password: opening finds it there."""
    await asyncio.sleep(_PAINTED_SECONDS)
    await asyncio.to_thread(import_module, "workstation.app.open_session")
    if gate.opened is None:  # else there is something of a record among what would be kept
        gc.freeze()


def this_desktop(places: Places, *, server: str = "") -> Desktop:
    """Return the desktop of this installation; a server named is remembered.

    Raises:
        Problem: The settings cannot be read, or records may not travel to the server named.
    """
    settings = read_settings(places)
    _check_server(server or settings.server)
    if server:
        settings = msgspec.structs.replace(settings, server=server)
        keep_settings(places, settings)
    return Desktop(places=places, settings=settings, machine=KeyringSecret(), clock=SystemClock())
