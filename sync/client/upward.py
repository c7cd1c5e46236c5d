"""The way up: what was saved here reaches the server. Runs beside the way down, never in front."""

from __future__ import annotations

from sync.client.core import Core, within
from sync.protocol.contact import wait_before_retry
from sync.protocol.messages import Outcome, PushRequest
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.push import BatchSize, settle, too_large
from sync.protocol.violation import ProtocolViolation
from workstation.domain.problem import Problem

LOOK_AGAIN_SECONDS = 15.0
"""The outbox is looked at this often whether or not somebody wrote: nothing waits for a write."""
PUSH_DEADLINE_SECONDS = 60.0


class Upward:
    """Pushes, oldest first, until nothing is left; then waits for more."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._size = BatchSize()
        self._failures = 0

    async def run(self) -> None:
        while True:
            pause = 0.0
            try:
                if await self._push_what_can_be():
                    continue
            except NoContact:
                self._size = self._size.after_a_cut()
                self._core.ask_for_hello()  # a cut is no outage; hello tells
                pause = self._backoff()
            except Refusal as refusal:
                pause = self._refused(refusal)
            except ProtocolViolation:
                self._core.refused("protocol")
                pause = self._backoff()
            except Problem as problem:
                self._core.trouble(problem.message)
                pause = self._backoff()
            if pause:
                await self._core.back.wait(pause)
            else:
                await self._core.saved.wait(LOOK_AGAIN_SECONDS)

    async def _push_what_can_be(self) -> bool:
        """Push one batch where that can succeed; return whether to go on at once."""
        await self._core.count_unsent()
        if not self._core.contact.may_push:
            return False
        epoch = (await self._core.store.standing()).epoch
        return bool(epoch) and await self._push_one_batch(epoch)

    async def _push_one_batch(self, epoch: str) -> bool:
        """Send the oldest records; return whether any of them was settled.

        May be cancelled or fail at any point: nothing leaves the outbox before the server has
        named it, and sending a record twice is harmless.
        """
        core, size = self._core, self._size
        batch = await core.store.next_batch(most=size.records, max_bytes=size.size)
        if not batch:
            return False
        try:
            reply = await within(
                PUSH_DEADLINE_SECONDS, core.server.push(PushRequest(epoch=epoch, groups=batch))
            )
        except Refusal as refusal:
            if refusal.code != "too_large" or len(batch) > 1:
                raise
            await core.store.settle(too_large(batch))
            return True
        core.heard()
        # The store may have adopted another epoch while the request was under way.
        epoch = (await core.store.standing()).epoch
        if reply.epoch != epoch:
            core.ask_for_hello()
        outcomes = settle(batch, reply, epoch=epoch)
        await core.store.settle(outcomes)
        self._size = size.after_success()
        self._failures = 0
        return any(_is_final(outcome) for outcome in outcomes)

    def _refused(self, refusal: Refusal) -> float:
        """Return how long to wait after the server refused the whole push."""
        if refusal.code == "wrong_epoch":
            self._core.ask_for_hello()
        elif refusal.code == "too_large":
            self._size = self._size.after_a_cut()
        elif refusal.code != "busy":
            self._core.refused(refusal.code)
        return self._backoff(refusal.after)

    def _backoff(self, at_least: float = 0.0) -> float:
        self._failures += 1
        return wait_before_retry(
            self._failures, random=self._core.timing.random(), at_least=at_least
        )


def _is_final(outcome: Outcome) -> bool:
    return outcome.verdict != "later"
