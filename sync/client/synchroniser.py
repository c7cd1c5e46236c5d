"""The engine: keeps this workstation's store and the record server as one, whatever the line does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from sync.client.core import Core, Device, Timing
from sync.client.downward import Downward
from sync.client.listening import Listening
from sync.client.upward import Upward
from sync.protocol.messages import Position
from sync.protocol.ports import Server, Store
from sync.protocol.status import Status
from workstation.domain.defect import in_log

_log = logging.getLogger(__name__)
_AFTER_A_DEFECT_SECONDS = 30.0


def _nobody(_: object) -> None:
    """Nobody wants to know."""


class Synchroniser:
    """Runs the way up, the way down and the wake-ups beside each other.

    Nothing waits for it and it waits for nobody: ``start`` returns at once, every loss of
    contact is noticed, shown in ``status`` and retried. It may be stopped or killed at any
    moment; what is durable is in the store.

    Args:
        units: HSA-ids of the units this workstation follows.
        changed: Called with every new status.
        arrived: Called with the patients that something new has come of.
        content: Called with the revision of the clinical content whenever the server tells it.
    """

    def __init__(
        self,
        *,
        store: Store,
        server: Server,
        timing: Timing,
        device: Device,
        units: Sequence[str],
        changed: Callable[[Status], None] = _nobody,
        arrived: Callable[[frozenset[UUID]], None] = _nobody,
        content: Callable[[int], None] = _nobody,
    ) -> None:
        self._core = Core(
            store=store, server=server, timing=timing, changed=changed, arrived=arrived
        )
        self._down = Downward(self._core, device, units)
        self._up = Upward(self._core)
        self._content = content
        self._ears = Listening(self._core, notice=self._notice, probe=self._down.probe)
        self._task: asyncio.Task[None] | None = None

    @property
    def status(self) -> Status:
        return self._core.status

    def start(self) -> None:
        """Begin to synchronise on the running event loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self.run())
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End it; a write to the store under way is whole or not at all."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def run(self) -> None:
        """Synchronise until cancelled. What is raised is a defect."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._down.run())
            loops.create_task(self._up.run())
            loops.create_task(self._ears.run())

    def wake(self) -> None:
        """Something was saved: send it now where there is contact, and count what is unsent."""
        self._core.saved.ring()

    def retry_now(self) -> None:
        """Try again now: the network is said to be back, or somebody has logged in."""
        self._core.try_again_now()

    def prioritise(self, patient: UUID) -> None:
        """Somebody opened a chart that is not complete: fetch it before anything else."""
        self._down.open_chart(patient)

    def follow(self, units: Sequence[str]) -> None:
        """Follow these units and no others; what was not sent is kept until it is."""
        self._down.follow(units)

    def _notice(self, position: Position) -> None:
        self._down.notice(position)
        if position.content:
            self._content(position.content)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A defect of ours must not leave a ward without synchronising: begin anew, later."""
        if task.cancelled() or task is not self._task or (defect := task.exception()) is None:
            return
        _log.error("synchronising ended by a defect; it begins anew: %s", in_log(defect))
        task.get_loop().call_later(_AFTER_A_DEFECT_SECONDS, self._begin_anew, task)

    def _begin_anew(self, ended: asyncio.Task[None]) -> None:
        if self._task is ended:
            self.start()
