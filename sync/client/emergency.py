"""The way to a record opened in an emergency: ask for it, read the whole of it, give it back."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.client.connection import Connection
from sync.client.core import Device, within
from sync.client.http import HttpServer
from sync.protocol.emergency import CloseRequest, Opened, OpenRequest
from sync.protocol.messages import (
    EndLine,
    EntryLine,
    Head,
    HelloReply,
    HelloRequest,
    Span,
    StreamRequest,
)
from sync.protocol.ports import NoContact, Refusal, SentSpan
from sync.protocol.violation import ProtocolViolation

HELLO_SECONDS = 10.0
RECORD_SECONDS = 60.0
IN_EMERGENCY = "emergency"
"""What the opening is called where a store expects the name of a unit."""


class Shelf(Protocol):
    """What the record is put in: a store of its own, with nothing else in it."""

    async def take_manifest(
        self, unit: str, *, first_pos: int, heads: list[Head], complete: bool
    ) -> None: ...

    async def apply_streams(self, spans_sent: list[SentSpan]) -> None: ...


@dataclass(frozen=True, kw_only=True, repr=False)
class EmergencyWay:
    """Speaks to the server as the workstation that ``device`` names."""

    connection: Connection
    device: Device

    async def hello(self) -> HelloReply:
        """Return the server's epoch and its time.

        Raises:
            NoContact, Refusal: As they say.
        """
        device = self.device
        asked = HelloRequest(
            device=device.name, incarnation=device.incarnation, program=device.program
        )
        return await within(HELLO_SECONDS, HttpServer(self.connection).hello(asked))

    async def open(self, patient: UUID, reason: str) -> Opened:
        """Have the record opened to who is logged in.

        Raises:
            NoContact, Refusal: As they say; it is not open.
        """
        asked = OpenRequest(patient=patient, reason=reason)
        return await within(HELLO_SECONDS, self.connection.ask("/emergency/open", asked, Opened))

    async def close(self, patient: UUID) -> None:
        """Close it before its time.

        Raises:
            NoContact, Refusal: As they say; it closes itself at its time.
        """
        asked = CloseRequest(patient=patient)
        await within(HELLO_SECONDS, self.connection.tell("/emergency/close", asked))

    async def fetch(self, patient: UUID, shelf: Shelf, *, epoch: str, after: int = 0) -> int:
        """Put every record after revision ``after`` on the shelf; return the head's revision.

        Raises:
            NoContact, Refusal: As they say; ``not_allowed`` where it is open no more.
            ProtocolViolation: What came is no record of this patient.
        """
        while True:
            spans = (Span(p=patient, first=after + 1),)
            asked = StreamRequest(epoch=epoch, spans=spans, whole=True)
            entries, end = await within(RECORD_SECONDS, self._span(asked))
            if end.gone:
                raise Refusal("not_allowed")
            if end.p != patient or any(entry.p != patient for entry in entries):
                raise ProtocolViolation("a record of another patient in a span")
            if entries:
                head = Head(p=patient, rev=end.rev, hash=end.hash)
                await shelf.take_manifest(IN_EMERGENCY, first_pos=0, heads=[head], complete=True)
                await shelf.apply_streams([(entries, end)])
            if end.last >= end.rev or not entries:
                return max(after, end.last)
            after = end.last

    async def _span(self, asked: StreamRequest) -> tuple[list[EntryLine], EndLine]:
        entries: list[EntryLine] = []
        async with aclosing(HttpServer(self.connection).stream(asked)) as blocks:
            async for block in blocks:
                for line in block:
                    if isinstance(line, EndLine):
                        return entries, line
                    entries.append(line)
        raise NoContact
