"""A clinic to tell stories about: a real server, real workstations with real caches, a line to cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_cache.machine import GivenSecret, MachineSecret
from sync.client.connection import Connection
from tests.builders import GRACE
from tests.server.running import PASSWORD, Running
from workstation.app.device import Device
from workstation.app.gate import AppGate
from workstation.app.line import Line
from workstation.app.places import Places
from workstation.app.session_parts import Parts
from workstation.domain.clock import Clock, SystemClock
from workstation.domain.entity import EntityState
from workstation.domain.ids import PatientId
from workstation.domain.note import Note, Section
from workstation.domain.record import Record
from workstation.operations.ports import Delivery, Desk, Listed
from workstation.operations.save_note import save_note
from workstation.operations.session import Session

_PATIENCE_SECONDS = 20.0


@dataclass(kw_only=True)
class Seat:
    """A workstation. ``sit`` lets somebody in; what they do goes through real operations."""

    places: Places
    gate: AppGate
    line: Line
    session: Session | None = None

    @property
    def desk(self) -> Desk:
        assert self.session is not None
        return self.session.desk

    @property
    def opened(self) -> Parts:
        assert self.gate.opened is not None
        return self.gate.opened.parts

    async def sit(self, user: str, password: str = PASSWORD) -> Session:
        """Log in with the first assignment."""
        admitted = await self.gate.admit(user, password)
        self.session = await self.gate.enter(admitted, admitted.choices[0])
        return self.session

    async def leave(self) -> None:
        """Log out and close everything."""
        if self.session is not None:
            await self.gate.leave(self.session)
            self.session = None

    async def writes(self, text: str, *, patient: PatientId = GRACE) -> Record:
        """Save a note with that text."""
        assert self.session is not None
        note = Note(type="bes", title="Besök", sections=(Section(text=text),))
        return await save_note(note, patient=patient, records=self.session.records, desk=self.desk)

    async def notes(self, patient: PatientId = GRACE) -> list[str]:
        """Return the texts of the patient's notes, newest first."""
        assert self.session is not None
        listed = await self.session.records.listed(patient, "note")
        return [text_of(each.state) for each in listed]

    async def sees(self, text: str, *, patient: PatientId = GRACE) -> None:
        """Wait until a note with that text is here; fail when it does not come."""

        async def there() -> bool:
            return text in await self.notes(patient)

        await eventually(there)

    async def has_sent_everything(self) -> None:
        """Wait until nothing is left to send."""

        async def received() -> bool:
            unsent = await self.opened.cache.unsent()
            return unsent.local == 0 and unsent.sent == 0

        await eventually(received)

    async def delivery_of(self, record: Record) -> Delivery:
        """Return how far a record has come."""
        assert self.session is not None
        listed: Listed | None = await self.session.records.entity(record.patient, record.entity)
        assert listed is not None
        return listed.delivery


def text_of(state: EntityState) -> str:
    """Return the text of a note as it stands."""
    body = state.current.body
    assert isinstance(body, Note)
    return body.sections[0].text


async def eventually(
    so: Callable[[], Awaitable[bool]], *, within: float = _PATIENCE_SECONDS
) -> None:
    """Wait until ``so`` answers yes.

    Raises:
        TimeoutError: It did not, in time.
    """
    async with asyncio.timeout(within):
        while not await so():  # noqa: ASYNC110  any condition, told by nobody
            await asyncio.sleep(0.02)


@dataclass(kw_only=True)
class Clinic:
    """Workstations around one running server."""

    running: Running
    folder: Path
    clock: Clock = field(default_factory=SystemClock)
    seats: list[Seat] = field(default_factory=list)

    def seat(self, name: str, *, machine: MachineSecret | None = None) -> Seat:
        """Return a workstation by name, with files of its own; the same name is the same machine."""
        places = Places(self.folder / name)
        places.prepare()
        line = Line()

        def connect(token: Callable[[], str]) -> Connection:
            return Connection(self.running.url, token=token, transport=line.transport())

        gate = AppGate(
            device=Device(places),
            clock=self.clock,
            machine=machine or GivenSecret(name.encode().ljust(32, b".")),
            connect=connect,
        )
        seat = Seat(places=places, gate=gate, line=line)
        self.seats.append(seat)
        return seat

    async def close(self) -> None:
        """Everybody leaves."""
        for seat in self.seats:
            await seat.leave()


@asynccontextmanager
async def a_clinic(running: Running, folder: Path) -> AsyncIterator[Clinic]:
    """Give a clinic around a running server, and close it."""
    clinic = Clinic(running=running, folder=folder)
    try:
        yield clinic
    finally:
        await clinic.close()
