"""The part of the cache that lists what waits: ``workstation.operations.referral_lists``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from local_cache import reading, waiting
from workstation.domain.ids import HsaId
from workstation.operations.ports import WorkLine
from workstation.operations.referral_lists import INBOX, WATCHED, ReferralLine

Answer = TypeVar("Answer")


class _Reader(Protocol):
    """The cache that this is a part of."""

    async def _read(self, ask: Callable[[Connection], Answer]) -> Answer: ...

    async def read_on(self) -> None: ...

    def _now(self) -> int: ...


class WaitingPages:
    """Lists of what waits. Nothing may be said to wait or not before everything has been read."""

    async def work(
        self: _Reader, *, unit: HsaId, person: HsaId, limit: int
    ) -> tuple[WorkLine, ...]:
        await self.read_on()
        now = self._now()

        def ask(c: Connection) -> tuple[WorkLine, ...]:
            cover = waiting.cover(c, person=person, unit=unit, now=now)
            return reading.work(c, unit=unit, person=person, now=now, limit=limit, cover=cover)

        return await self._read(ask)

    async def inbox(
        self: _Reader,
        unit: HsaId,
        *,
        reasons: Sequence[str] = INBOX,
        person: HsaId | None = None,
        limit: int,
        offset: int = 0,
    ) -> tuple[ReferralLine, ...]:
        await self.read_on()
        return await self._read(
            lambda c: waiting.page(c, unit, reasons, person=person, limit=limit, offset=offset)
        )

    async def watched(
        self: _Reader, unit: HsaId, *, person: HsaId | None = None, limit: int, offset: int = 0
    ) -> tuple[ReferralLine, ...]:
        await self.read_on()
        return await self._read(
            lambda c: waiting.watched(c, unit, WATCHED, person=person, limit=limit, offset=offset)
        )

    async def overdue(self: _Reader, unit: HsaId, *, limit: int) -> tuple[ReferralLine, ...]:
        await self.read_on()
        now = self._now()
        return await self._read(lambda c: waiting.overdue(c, unit, now=now, limit=limit))

    async def unmatched(self: _Reader, unit: HsaId, *, limit: int) -> tuple[ReferralLine, ...]:
        await self.read_on()
        return await self._read(
            lambda c: waiting.page(c, unit, ("unmatched",), person=None, limit=limit, offset=0)
        )

    async def list_counts(self: _Reader, unit: HsaId) -> Mapping[str, int]:
        await self.read_on()
        now = self._now()
        return await self._read(lambda c: waiting.counts(c, unit, now=now))
