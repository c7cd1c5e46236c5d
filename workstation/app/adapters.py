"""The parts as the screens want them: how delivery goes, who works where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from local_cache.cache import Cache
from sync.client.synchroniser import Synchroniser
from sync.protocol.contact import Line
from sync.protocol.status import Status
from workstation.domain.directory import Directory, Person, Unit
from workstation.domain.ids import HsaId
from workstation.operations.content_words import content_words, is_current, is_old
from workstation.operations.session import OutboxLine, SyncStatus, Unsubscribe
from workstation.operations.support import InForce


class Delivery:
    """The truth about sync for the status line and the outbox. Implements ``SyncView``."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._listeners: list[Callable[[], None]] = []
        self._synchroniser: Synchroniser | None = None
        self._in_force: InForce | None = None
        self._denied = False
        self.now: Callable[[], int] = lambda: 0

    def content_changed(self, in_force: InForce) -> None:
        """Take over what judges now and what comes next; tell everybody who listens."""
        self._in_force = in_force
        for listener in tuple(self._listeners):
            listener()

    def denied(self) -> None:
        """Take note that the server lets this person in no more."""
        self._denied = True
        for listener in tuple(self._listeners):
            listener()

    def attach(self, synchroniser: Synchroniser) -> None:
        """Take the synchroniser whose status is told."""
        self._synchroniser = synchroniser

    def changed(self, _status: Status) -> None:
        """Tell everybody who listens."""
        for listener in tuple(self._listeners):
            listener()

    def status(self) -> SyncStatus:
        if self._synchroniser is None:
            return self._with_content(SyncStatus(connected=False))
        now = self._synchroniser.status
        unsent = now.unsent
        told = SyncStatus(
            connected=now.contact.line is Line.CONNECTED,
            contact_at=now.contact.last,
            local=unsent.local if unsent else 0,
            sent=unsent.sent if unsent else 0,
            attention=unsent.attention if unsent else 0,
            refusal=now.contact.refusal if now.contact.line is Line.REFUSED else "",
            denied=self._denied,
            trouble=now.trouble,
            backups=now.backups,
            tried_out=now.tried_out,
        )
        return self._with_content(told)

    def _with_content(self, status: SyncStatus) -> SyncStatus:
        """Add which content judges, and how old it is: always in sight, never a reason to stop."""
        if self._in_force is None:
            return status
        words = content_words(self._in_force, self.now())
        current = is_current(self._in_force) and not is_old(self._in_force, self.now())
        return replace(status, content_version=words, content_current=current)

    def subscribe(self, changed: Callable[[], None]) -> Unsubscribe:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    async def outbox(self, *, limit: int) -> Sequence[OutboxLine]:
        return await self._cache.outbox(limit=limit)

    def try_now(self) -> None:
        if self._synchroniser is not None:
            self._synchroniser.retry_now()


class KnownUnits:
    """The directory as it was when the server was last met. Implements ``Units``."""

    def __init__(self, directory: Directory) -> None:
        self.take(directory)

    def take(self, directory: Directory) -> None:
        """Take over a newer directory."""
        self._units = {unit.hsa_id: unit for unit in directory.units}
        self._people = {person.hsa_id: person for person in directory.people}

    def unit(self, hsa_id: HsaId) -> Unit | None:
        return self._units.get(hsa_id)

    def units(self) -> Sequence[Unit]:
        return tuple(self._units.values())

    def person(self, hsa_id: HsaId) -> Person | None:
        return self._people.get(hsa_id)
