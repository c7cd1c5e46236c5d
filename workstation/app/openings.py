"""Tells the server's access log which records were opened here: kept first, told once, however late."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec

from local_cache.cache import Cache
from local_cache.openings import forget_openings, keep_opening, waiting_openings
from sync.client.connection import Connection
from sync.client.core import within
from sync.protocol.openings import (
    MOST_OPENINGS,
    Opening,
    OpeningsReceived,
    OpeningsReport,
    signed_opening,
)
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.app.delivering import Delivering
from workstation.domain.clock import Clock, to_millis
from workstation.domain.ids import PatientId
from workstation.domain.log_words import ATTEMPTED
from workstation.domain.record import Author, Signer

_DEADLINE_SECONDS = 20.0


class OpeningKeeper(Delivering):
    """One session's openings, and those that others left in the unit's cache."""

    def __init__(
        self,
        *,
        cache: Cache,
        connection: Connection,
        author: Author,
        device: str,
        signer: Signer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        super().__init__("openings")
        self._cache, self._connection = cache, connection
        self._author, self._device, self._signer = author, device, signer
        self._clock, self._new_id = clock, new_id
        self._open: PatientId | None = None

    async def opened(self, patient: PatientId) -> None:
        """Keep that a record was opened; durable when this returns. What is open stays one opening."""
        if patient == self._open:
            return
        self._open = patient
        await self._keep(patient)

    async def revealed(self, patient: PatientId) -> None:
        """Keep that somebody had shown whose information is blocked; durable when this returns."""
        await self._keep(patient, what="blocks")

    async def printed(self, patient: PatientId, *, in_emergency: bool) -> None:
        """Keep that something of a record was printed; durable when this returns."""
        await self._keep(patient, what="print in emergency" if in_emergency else "print")

    async def attempted(self, patient: PatientId, reason: str) -> None:
        """Keep that a record was to be opened in an emergency, without contact; durable then."""
        await self._keep(patient, what=ATTEMPTED, reason=reason)

    async def _keep(self, patient: PatientId, *, what: str = "", reason: str = "") -> None:
        opening = Opening(
            id=self._new_id(),
            patient=patient,
            at=to_millis(self._clock.now()),
            person=self._author.hsa_id,
            assignment=self._author.assignment,
            unit=self._author.unit,
            provider=self._author.provider,
            device=self._device,
            what=what,
            reason=reason,
        )
        await keep_opening(self._cache, opening.id, signed_opening(opening, self._signer))
        self.wake()

    async def deliver(self) -> bool:
        """Tell everything that waits; False where it must be tried again."""
        while openings := await waiting_openings(self._cache, most=MOST_OPENINGS):
            asked = self._connection.ask(
                "/log/openings", OpeningsReport(openings=openings), OpeningsReceived
            )
            try:
                received = set((await within(_DEADLINE_SECONDS, asked)).ids)
            except (NoContact, ProtocolViolation, Refusal):
                return False
            sent = {msgspec.json.decode(one.raw, type=Opening).id for one in openings}
            if not received & sent:
                return False
            await forget_openings(self._cache, sorted(received & sent))
        return True
