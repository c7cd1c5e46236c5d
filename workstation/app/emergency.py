"""Records that are open in an emergency: each in a file whose key is nowhere but in memory.

The unit's own cache never holds any of it. When the time is up, when somebody closes it and when
the session ends, the file is closed and removed; after a crash what is left of it cannot be read by
anybody, and goes at the next start.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache, Changed, create_cache
from local_cache.engine import KEY_BYTES
from local_cache.lock import FileLock
from local_cache.problems import InUse
from sync.client.attachments import Courier
from sync.client.emergency import EmergencyWay
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.app.places import Places
from workstation.domain.clock import Clock, from_text, to_millis
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.open_in_emergency import InEmergency

LOOK_SECONDS = 5.0
"""Between two looks at the time."""
_FETCH_EVERY = 12
"""Looks: what has come since is fetched about once a minute."""
_SILENT = (NoContact, Refusal, ProtocolViolation)


KeepAttempt = Callable[[PatientId, str], Awaitable[None]]
"""Keep for the access log that a record was to be opened: whose, and the reason or nothing."""


class NoWay(Problem):
    """The record could not be opened in an emergency."""


@dataclass(frozen=True, kw_only=True, repr=False)
class _Open:
    opening: InEmergency
    cache: Cache
    shelf: AttachmentShelf
    courier: Courier
    epoch: str
    path: Path


class EmergencyKeeper:
    """One session's openings. Implements ``workstation.operations.open_in_emergency.Emergency``."""

    def __init__(
        self,
        *,
        way: EmergencyWay,
        unit: Cache,
        places: Places,
        clock: Clock,
        keep_attempt: KeepAttempt,
    ) -> None:
        self._way, self._unit, self._places, self._clock = way, unit, places, clock
        self._keep_attempt = keep_attempt
        self._attempts: set[tuple[PatientId, str]] = set()
        self._open: dict[PatientId, _Open] = {}
        self._revs: dict[PatientId, int] = {}
        self._changed: list[Callable[[frozenset[PatientId]], None]] = []
        self._closed: list[Callable[[PatientId], None]] = []
        self._looking: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    # What is open

    def of(self, patient: PatientId) -> InEmergency | None:
        held = self._open.get(patient)
        return held.opening if held is not None and self._is_on(held) else None

    def cache_of(self, patient: PatientId) -> Cache | None:
        """Return where the record is read while it is open."""
        held = self._open.get(patient)
        return held.cache if held is not None and self._is_on(held) else None

    def shelf_of(self, patient: PatientId) -> AttachmentShelf | None:
        """Return its attachments while it is open."""
        held = self._open.get(patient)
        return held.shelf if held is not None and self._is_on(held) else None

    def _is_on(self, held: _Open) -> bool:
        return to_millis(self._clock.now()) < held.opening.until

    def on_change(self, changed: Callable[[frozenset[PatientId]], None]) -> Callable[[], None]:
        """Have ``changed`` called when there is something new to read; returns how to stop it."""
        self._changed.append(changed)
        return lambda: self._changed.remove(changed)

    def subscribe(self, closed: Callable[[PatientId], None]) -> Callable[[], None]:
        self._closed.append(closed)
        return lambda: self._closed.remove(closed)

    # Opening

    def begin(self) -> None:
        """Remove what a crash has left, and look at the time from now on."""
        for path in self._places.root.glob("emergency-*.ronden"):
            with suppress(InUse):
                _remove(path)
        self._looking = asyncio.create_task(self._look_on(), name="emergency")

    async def open(self, patient: PatientId, reason: str, *, ground: str = "") -> InEmergency:
        async with self._opening:
            if (before := self._open.pop(patient, None)) is not None:
                await _let_go(before)
            try:
                return await self._opened(patient, reason, ground)
            except Refusal as refusal:
                raise _refused(refusal) from None
            except (NoContact, ProtocolViolation):
                await self.attempted(patient, reason)
                raise _no_contact() from None

    async def attempted(self, patient: PatientId, reason: str = "") -> None:
        if (patient, reason) not in self._attempts:
            await self._keep_attempt(patient, reason)
            self._attempts.add((patient, reason))

    async def _opened(self, patient: PatientId, reason: str, ground: str) -> InEmergency:
        hello = await self._way.hello()
        ahead = to_millis(self._clock.now()) - from_text(hello.now)
        told = await self._way.open(patient, reason)
        opening = InEmergency(
            patient=patient,
            until=from_text(told.until) + ahead,
            writes=await self._in_care(patient),
            ground=ground,
        )
        held = await self._made(opening, hello.epoch)
        try:
            head = await self._way.fetch(patient, held.cache, epoch=held.epoch)
            await held.cache.read_on()
        except BaseException:
            await _let_go(held)
            raise
        self._open[patient], self._revs[patient] = held, head
        self._attempts = {one for one in self._attempts if one[0] != patient}
        held.cache.on_change(self._tell)
        held.cache.on_change(lambda _changed: held.courier.wake())
        held.courier.start()
        self._tell(Changed(patients=frozenset({patient})))
        return opening

    async def _in_care(self, patient: PatientId) -> bool:
        return await self._unit.patient(patient) is not None

    async def look_for_care(self) -> None:
        """Let be written in what the unit has got in its care since it was opened."""
        for patient, held in tuple(self._open.items()):
            if held.opening.writes or not await self._in_care(patient):
                continue
            if self._open.get(patient) is held:
                now = replace(held.opening, writes=True)
                self._open[patient] = replace(held, opening=now)
                self._tell(Changed(patients=frozenset({patient})))

    async def _made(self, opening: InEmergency, epoch: str) -> _Open:
        path, key = self._places.in_emergency(os.urandom(8).hex()), os.urandom(KEY_BYTES)
        device = self._way.device
        await asyncio.to_thread(
            create_cache, path, key, device=device.name, incarnation=device.incarnation
        )
        cache = await Cache.open(path, key, clock=self._clock)
        shelf = AttachmentShelf(cache)
        courier = Courier(shelf=shelf, connection=self._way.connection, random=random.random)
        return _Open(
            opening=opening, cache=cache, shelf=shelf, courier=courier, epoch=epoch, path=path
        )

    def _tell(self, changed: Changed) -> None:
        for listener in tuple(self._changed):
            listener(changed.patients)

    # Keeping and closing

    async def _look_on(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            await self.look()
            if looks % _FETCH_EVERY == 0:
                await self.fetch_newer()

    async def look(self) -> None:
        """Let go of what has had its time."""
        for held in tuple(self._open.values()):
            if not self._is_on(held):
                await self._end(held.opening.patient)
        await self.look_for_care()

    async def fetch_newer(self) -> None:
        """Fetch what has come to the records since; without contact they stay as they are."""
        for patient, held in tuple(self._open.items()):
            try:
                self._revs[patient] = await self._way.fetch(
                    patient, held.cache, epoch=held.epoch, after=self._revs[patient]
                )
            except Refusal as refusal:
                if refusal.code == "not_allowed":  # it is over, by the server's own clock
                    await self._end(patient)
            except (NoContact, ProtocolViolation, Problem):
                continue  # what is here is shown; it is fetched the next time

    async def close(self, patient: PatientId) -> None:
        if patient in self._open:
            await self._end(patient)
            with suppress(*_SILENT):  # else it closes itself there at its time
                await self._way.close(patient)

    async def _end(self, patient: PatientId) -> None:
        held = self._open.pop(patient, None)
        if held is None:
            return
        self._revs.pop(patient, None)
        for listener in tuple(self._closed):
            listener(patient)
        await _let_go(held)
        self._tell(Changed(patients=frozenset({patient})))

    async def stop(self) -> None:
        """Close everything that is open: the session ends."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        for patient in tuple(self._open):
            await self.close(patient)


async def _let_go(held: _Open) -> None:
    await held.courier.stop()
    await held.cache.close()
    await asyncio.to_thread(_remove, held.path)


def _remove(path: Path) -> None:
    """Remove an opening's file and everything beside it.

    Raises:
        InUse: Another session has it open.
    """
    lock = FileLock(path)
    lock.release()
    for part in path.parent.glob(path.name + "*"):
        with suppress(OSError):  # on Windows a scanner may hold it: nobody can read it
            part.unlink()


def _no_contact() -> NoWay:
    return NoWay(
        _("The record could not be fetched now: there is no contact with the server."),
        _(
            "An emergency opening needs contact. What your unit cares for is read without it. If it"
            " cannot wait, call the unit that cares for the patient."
        ),
    )


def _refused(refusal: Refusal) -> NoWay:
    return NoWay(
        _("The record was not opened."),
        refusal.text or _("Your assignment does not permit it, or there is no such record."),
    )
