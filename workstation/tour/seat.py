"""A workstation of the tour: a real window around a real session, on a line that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, qVersion

from local_cache.machine import GivenSecret, MachineSecret
from sync.client.connection import Connection
from sync.protocol import contact
from ui.kit.picture import render_to_png
from ui.shell.desk import Desk as WindowDesk
from ui.shell.window import MainWindow
from workstation.app.about import KeptPreferences, about_program
from workstation.app.device import Device
from workstation.app.gate import AppGate
from workstation.app.line import Line
from workstation.app.places import Places
from workstation.app.practice import PracticeLine
from workstation.app.region_search import region_search
from workstation.app.session_parts import Parts
from workstation.domain.clock import SystemClock
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.record import Record
from workstation.domain.texts import current_language
from workstation.operations.ports import Desk, Listed, PatientLine
from workstation.operations.session import Session

PATIENCE_SECONDS = 60.0
SIZE = QSize(1280, 800)
Condition = Callable[[], Awaitable[bool]]


@dataclass(kw_only=True)
class Seat:
    """Somebody in front of a workstation."""

    name: str
    gate: AppGate
    line: Line
    window: MainWindow
    password: str

    @property
    def opened(self) -> Parts:
        """What is open here and at work."""
        assert self.gate.opened is not None
        return self.gate.opened.parts

    @property
    def session(self) -> Session:
        """Who works here, with what they use."""
        assert self.gate.opened is not None
        return self.gate.opened.session

    @property
    def desk(self) -> Desk:
        """What records are written with here."""
        return self.session.desk

    @property
    def shown(self) -> WindowDesk:
        """The window's inside."""
        assert self.window.desk is not None
        return self.window.desk

    async def log_in(self, user: str) -> None:
        """Log in through the window, as somebody does."""
        self.window.login.admitted.emit(user, self.password)
        await until(lambda: self.window.desk is not None)

    async def listed(self, patient: PatientId, family: str) -> tuple[Listed, ...]:
        """Return what is here of a family."""
        return await self.session.records.listed(patient, family)

    async def state(self, patient: PatientId, entity: EntityId) -> EntityState | None:
        """Return an entity as it stands here."""
        found = await self.session.records.entity(patient, entity)
        return found.state if found else None

    async def has_sent_everything(self) -> bool:
        """Whether nothing waits to be sent."""
        unsent = await self.opened.cache.unsent()
        return unsent.local == 0 and unsent.sent == 0

    async def has_everything(self) -> bool:
        """Whether every record of the unit's patients is here."""
        status = self.opened.synchroniser.status
        standing = await self.opened.cache.standing()
        return (
            status.contact.line is contact.Line.CONNECTED
            and bool(standing.cursors)
            and not status.loading
        )

    async def is_disconnected(self) -> bool:
        """Whether the loss of the network has been noticed."""
        return not self.session.sync.status().connected

    async def is_sending(self) -> bool:
        """Whether some records are under way."""
        unsent = await self.opened.cache.unsent()
        return unsent.sent > 0

    async def close(self) -> None:
        """Close the window as somebody does, and wait until everything is kept and it has gone."""
        closed = asyncio.Event()
        self.window.closed.connect(closed.set)
        self.window.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await closed.wait()

    def having(self, record: Record) -> Condition:
        """Return whether a record is here, as a question to ask again."""

        async def has() -> bool:
            return await self.session.records.sealed(record.patient, record.id) is not None

        return has

    async def shows(self, patient: PatientLine, tab: str, entity: EntityId | None = None) -> None:
        """Open a record in the window, at a tab."""
        self.shown.open_patient(patient, tab, entity)
        await settle()

    async def picture(self, path: Path) -> None:
        """Save the window as it looks now."""
        await settle()
        loop = asyncio.get_running_loop()
        drawn: asyncio.Future[None] = loop.create_future()

        def draw() -> None:
            render_to_png(self.window, path, SIZE)
            drawn.set_result(None)

        loop.call_soon(draw)  # outside this task: drawing lets the window's own tasks go on
        await drawn


def a_seat(
    name: str,
    *,
    folder: Path,
    server: str,
    password: str,
    machine: MachineSecret | None = None,
    practice: PracticeLine | None = None,
) -> Seat:
    """Return a workstation with files of its own. Its machine secret is given: a demonstration."""
    places = Places(folder / name)
    places.prepare()
    line = practice or Line()

    def connect(token: Callable[[], str]) -> Connection:
        return Connection(server, token=token, transport=line.transport())

    gate = AppGate(
        device=Device(places),
        clock=SystemClock(),
        machine=machine or GivenSecret(name.encode().ljust(32, b".")),
        connect=connect,
        region=region_search,
        practice=practice,
        about=lambda: about_program(qt=qVersion() or "", preferences=_preferences()),
    )
    return Seat(name=name, gate=gate, line=line, window=MainWindow(gate=gate), password=password)


def _preferences() -> KeptPreferences:
    """Return what the place about the program offers; nothing is kept of what is chosen there."""
    return KeptPreferences(
        look="light",
        language=current_language(),
        keep=lambda _look, _language: None,
        dress=lambda _look: None,
    )


async def settle() -> None:
    """Let the window draw what has happened."""
    await asyncio.sleep(0.4)


async def until(so: Callable[[], bool]) -> None:
    """Wait until ``so``.

    Raises:
        TimeoutError: It never came.
    """

    async def asked() -> bool:
        return so()

    await eventually(asked)


async def eventually(so: Condition, *, within: float = PATIENCE_SECONDS) -> None:
    """Wait until ``so`` answers yes.

    Raises:
        TimeoutError: It never did.
    """
    async with asyncio.timeout(within):
        while not await so():  # noqa: ASYNC110  any condition, told by nobody
            await asyncio.sleep(0.02)


async def came(so: Condition, *, within: float = PATIENCE_SECONDS) -> bool:
    """Whether ``so`` answers yes in time."""
    try:
        await eventually(so, within=within)
    except TimeoutError:
        return False
    return True
