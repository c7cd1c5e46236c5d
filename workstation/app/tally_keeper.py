"""Delivers what was counted: kept before it is sent, and counted once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from sync.client import content as line
from sync.client.connection import Connection
from sync.protocol.content import Firing
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.app.content_keeper import Settings
from workstation.operations.tally import Key, Tally

_SETTING = "tally"


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    batch: str
    firings: tuple[Firing, ...]


@dataclass(kw_only=True)
class TallyKeeper:
    """One session's counts on their way. ``new_id``: names a report."""

    tally: Tally
    settings: Settings
    connection: Connection
    device: str
    new_id: Callable[[], UUID]

    async def deliver(self) -> None:
        """Send what was kept, then what was counted since; no contact leaves it for the next time."""
        if await self._send(await self._kept()) and len(self.tally):
            await self._send(await self.keep())

    async def keep(self) -> _Report | None:
        """Make what was counted durable; return the report it is in. One report waits at a time."""
        kept = await self._kept()
        if kept is not None or not len(self.tally):
            return kept
        counts = self.tally.take()
        report = _Report(batch=str(self.new_id()), firings=tuple(map(_firing, counts.items())))
        await self.settings.set(_SETTING, msgspec.json.encode(report).decode())
        return report

    async def _kept(self) -> _Report | None:
        text = (await self.settings.settings()).get(_SETTING)
        return msgspec.json.decode(text, type=_Report) if text else None

    async def _send(self, report: _Report | None) -> bool:
        if report is None:
            return True
        try:
            await line.report(
                self.connection, device=self.device, batch=report.batch, firings=report.firings
            )
        except (NoContact, Refusal, ProtocolViolation):
            return False
        await self.settings.set(_SETTING, "")
        return True


def _firing(counted: tuple[Key, int]) -> Firing:
    (day, rule, version, hook, outcome, reason), count = counted
    return Firing(
        day=day,
        rule=rule,
        version=version,
        hook=hook,
        outcome=outcome,
        reason=reason,
        count=count,
    )
