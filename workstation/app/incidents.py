"""Sends a person's reports about the program: kept first, sent when there is contact, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from local_cache.person import PersonFile
from sync.client.connection import Connection
from sync.client.core import within
from sync.protocol.incidents import IncidentReceived
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.app.delivering import Delivering
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport

_DEADLINE_SECONDS = 20.0
_BEGUN = "incident_begun"
_FINAL = frozenset({"malformed", "too_large", "not_allowed"})
"""Refusals of this very report; any other passes, and it is tried again."""


class IncidentKeeper(Delivering):
    """One session's reports on their way. Implements ``Incidents``."""

    def __init__(self, person_file: PersonFile, connection: Connection) -> None:
        super().__init__("incidents")
        self._file = person_file
        self._connection = connection
        self._listeners: list[Callable[[], object]] = []
        self._sending = asyncio.Lock()
        self._refused: set[UUID] = set()

    async def keep(self, report: KeptReport) -> None:
        """Make a report durable here, then send it when that can be done."""
        await self._file.keep_incident(report)
        self._tell()
        self.wake()

    async def all(self) -> Sequence[KeptReport]:
        return await self._file.incidents()

    async def begun(self) -> Mapping[str, str]:
        text = (await self._file.settings()).get(_BEGUN)
        return msgspec.json.decode(text, type=dict[str, str]) if text else {}

    async def keep_begun(self, content: Mapping[str, str]) -> None:
        await self._file.set(_BEGUN, msgspec.json.encode(dict(content)).decode() if content else "")

    def subscribe(self, changed: Callable[[], object]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    async def deliver(self) -> bool:
        """Send what is not received, the oldest first; False where it must be tried again.

        What was sent and never answered is sent again: the server knows it by its id. What was
        refused is tried once more in each session, by when the server may have been mended.
        """
        async with self._sending:
            for report in reversed(await self._file.incidents()):
                is_done = report.state is Delivery.RECEIVED or report.id in self._refused
                if not is_done and not await self._send(report):
                    return False
            return True

    async def _send(self, report: KeptReport) -> bool:
        await self._settle(report, Delivery.SENT)
        try:
            asked = self._connection.ask("/incidents", report.report, IncidentReceived)
            answer = await within(_DEADLINE_SECONDS, asked)
        except (NoContact, ProtocolViolation):
            await self._settle(report, Delivery.LOCAL)
            return False
        except Refusal as refusal:
            if refusal.code not in _FINAL:
                await self._settle(report, Delivery.LOCAL)
                return False
            self._refused.add(report.id)
            await self._settle(report, Delivery.ATTENTION)
            return True
        if answer.id != report.id:
            await self._settle(report, Delivery.LOCAL)
            return False
        await self._settle(report, Delivery.RECEIVED, answer.at)
        return True

    async def _settle(self, report: KeptReport, state: Delivery, at: int | None = None) -> None:
        await self._file.settle_incident(report.id, state, at)
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
