"""Carries attachments, beside the records and never in front of them: up when signed, down when wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sync.client.connection import Connection
from sync.client.core import Alarm, within
from sync.protocol.attachments import (
    FetchReply,
    FetchRequest,
    KeepReply,
    KeepRequest,
    OfferReply,
    OfferRequest,
    Outgoing,
    Shelf,
    Wanted,
    is_piece,
    piece,
    pieces_of,
)
from sync.protocol.contact import wait_before_retry
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.problem import Problem

_Answer = TypeVar("_Answer")
LOOK_AGAIN_SECONDS = 30.0
PIECE_DEADLINE_SECONDS = 60.0


class Courier:
    """Carries one attachment after the other for as long as it runs.

    A loss of contact, a refusal or a bad answer puts it off, and the others go first.
    """

    def __init__(
        self, *, shelf: Shelf, connection: Connection, random: Callable[[], float]
    ) -> None:
        self._shelf, self._connection, self._random = shelf, connection, random
        self._alarm = Alarm()
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self.run(), name="attachments")

    async def stop(self) -> None:
        """End it; what was not carried is carried the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """There may be something to carry, or a line to carry it on."""
        self._alarm.ring()

    async def run(self) -> None:
        while True:
            if not await self.carry_one():
                await self._alarm.wait(LOOK_AGAIN_SECONDS)

    async def carry_one(self) -> bool:
        """Carry one attachment up or down; return whether to go on at once."""
        try:
            moved = await self._send_one() or await self._fetch_one()
        except (NoContact, ProtocolViolation, Problem):
            await self._rest(0.0)
            return False
        except Refusal as refusal:
            await self._rest(refusal.after)
            return False
        self._failures = 0
        return moved

    async def _rest(self, at_least: float) -> None:
        self._failures += 1
        seconds = wait_before_retry(self._failures, random=self._random(), at_least=at_least)
        await self._alarm.wait(seconds)

    async def _send_one(self) -> bool:
        out = await self._shelf.outgoing()
        if out is None:
            return False
        name = out.attachment.hash
        try:
            await self._send(out)
        except Refusal as refusal:
            if refusal.code in ("malformed", "not_allowed", "too_large"):
                await self._shelf.put_off(out.patient, name)  # the others first
            raise
        await self._shelf.sent(out.patient, name)
        return True

    async def _send(self, out: Outgoing) -> None:
        """Send the pieces that the server lacks; it says itself when it has the whole."""
        said = out.attachment
        offer = OfferRequest(p=out.patient, hash=said.hash, size=said.size, type=said.type)
        reply = await self._ask("/attachments/offer", offer, OfferReply)
        whole, have = reply.whole, set(reply.have)
        for n in range(pieces_of(said.size)) if not whole else ():
            if n in have:
                continue
            kept = KeepRequest(p=out.patient, hash=said.hash, n=n, data=piece(out.content, n))
            whole = (await self._ask("/attachments/piece", kept, KeepReply)).whole
        if not whole:
            raise ProtocolViolation("an attachment that is never whole")

    async def _fetch_one(self) -> bool:
        wanted = await self._shelf.next_wanted()
        if wanted is None:
            return False
        try:
            content = await self._fetch(wanted)
        except Refusal:
            # Its sender has not sent it yet, or it is no longer ours to read: others first.
            await self._shelf.put_off(wanted.patient, wanted.attachment.hash)
            raise
        if not await self._shelf.arrived(wanted.patient, wanted.attachment, content):
            await self._shelf.put_off(wanted.patient, wanted.attachment.hash)
            raise ProtocolViolation("an attachment that is not what it is said to be")
        return True

    async def _fetch(self, wanted: Wanted) -> bytes:
        said, found = wanted.attachment, bytearray()
        for n in range(pieces_of(said.size)):
            asked = FetchRequest(p=wanted.patient, hash=said.hash, n=n)
            reply = await self._ask("/attachments/fetch", asked, FetchReply)
            if reply.size != said.size or not is_piece(said.size, n, reply.data):
                raise ProtocolViolation("a piece that does not fit")
            found += reply.data
        return bytes(found)

    async def _ask(self, path: str, question: object, answer: type[_Answer]) -> _Answer:
        return await within(PIECE_DEADLINE_SECONDS, self._connection.ask(path, question, answer))
