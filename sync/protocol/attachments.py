"""Attachments on the wire: offered, carried piece by piece, fetched piece by piece.

They have a way of their own beside push and pull, so that ten megabytes never stand in front of
a line of text. What is named by its SHA-256 is the same everywhere: offering twice, sending a
piece twice and fetching again are harmless, and a broken line goes on where it was.

| route                     | request      | reply      |
|---------------------------|--------------|------------|
| POST /attachments/offer   | OfferRequest | OfferReply |
| POST /attachments/piece   | KeepRequest  | KeepReply  |
| POST /attachments/fetch   | FetchRequest | FetchReply |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol
from uuid import UUID

import msgspec

from sync.protocol.messages import Message
from workstation.domain.attachment import MOST_BYTES, Attachment, HashText, MediaType

PIECE_BYTES = 256 * 1024
MOST_BYTES_IN_A_KEEP = 512 * 1024
"""A body of ``/attachments/piece``: one piece in base64 and what names it."""
Size = Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
Place = Annotated[int, msgspec.Meta(ge=0, lt=-(-MOST_BYTES // PIECE_BYTES))]


class OfferRequest(Message, frozen=True, kw_only=True):
    """An attachment of patient ``p`` that a record names: is it wanted, and what is missing of it?"""

    p: UUID
    hash: HashText
    size: Size
    type: MediaType


class OfferReply(Message, frozen=True, kw_only=True):
    """``whole``: all of it is there and durable. ``have``: the pieces that are."""

    whole: bool = False
    have: tuple[int, ...] = ()


class KeepRequest(Message, frozen=True, kw_only=True):
    """Piece ``n`` of an attachment that was offered; all but the last are ``PIECE_BYTES`` long."""

    p: UUID
    hash: HashText
    n: Place
    data: bytes


class KeepReply(Message, frozen=True, kw_only=True):
    """``whole``: that was the last one; the bytes are what their name says."""

    whole: bool = False


class FetchRequest(Message, frozen=True, kw_only=True):
    """Piece ``n`` of an attachment is wanted."""

    p: UUID
    hash: HashText
    n: Place = 0


class FetchReply(Message, frozen=True, kw_only=True):
    """The piece, and the size of the whole."""

    size: int
    data: bytes


def pieces_of(size: int) -> int:
    """Return how many pieces an attachment of ``size`` bytes has."""
    return -(-size // PIECE_BYTES)


def piece(content: bytes, n: int) -> bytes:
    """Return piece ``n`` of the bytes."""
    return content[n * PIECE_BYTES : (n + 1) * PIECE_BYTES]


def is_piece(size: int, n: int, data: bytes) -> bool:
    """Whether ``data`` has the length that piece ``n`` of ``size`` bytes has."""
    last = pieces_of(size) - 1
    if not 0 <= n <= last:
        return False
    return len(data) == (size - last * PIECE_BYTES if n == last else PIECE_BYTES)


@dataclass(frozen=True, kw_only=True, repr=False)
class Outgoing:
    """An attachment that waits to be sent."""

    patient: UUID
    attachment: Attachment
    content: bytes


@dataclass(frozen=True, kw_only=True, repr=False)
class Wanted:
    """An attachment that somebody waits to see."""

    patient: UUID
    attachment: Attachment


class Shelf(Protocol):
    """Where attachments lie on this computer: ``local_cache.attachments``."""

    async def outgoing(self) -> Outgoing | None: ...

    async def sent(self, patient: UUID, name: str) -> None: ...

    async def put_off(self, patient: UUID, name: str) -> None: ...

    async def next_wanted(self) -> Wanted | None: ...

    async def arrived(self, patient: UUID, attachment: Attachment, content: bytes) -> bool: ...
