"""Attachments: a document or picture that travels beside its record, named by its content.

The record says what it is, how large, and its SHA-256; the bytes have a way of their own and
never delay the text. What it is, is read from its first bytes, never from a file's name.
Limits: RIV request v2.2, attachments ≤ 10 MB together.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from workstation.domain.problem import Problem
from workstation.domain.record import Silent
from workstation.domain.texts import _

MOST_BYTES = 10 * 1024 * 1024
"""Of one attachment, and of all in one record together."""
LONGEST_TITLE = 200

MediaType = Literal["application/pdf", "image/jpeg", "image/png"]
HashText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]

_FIRST_BYTES: tuple[tuple[bytes, MediaType], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_LAST_BYTES: dict[MediaType, tuple[bytes, int]] = {
    "application/pdf": (b"%%EOF", 1024),
    "image/jpeg": (b"\xff\xd9", 64 * 1024),  # phones add trailers of their own
    "image/png": (b"IEND", 64),
}


class NotAttachable(Problem):
    """The file cannot be attached; nothing was kept of it."""


class Attachment(Silent, frozen=True, kw_only=True):
    """What a record says of one attachment. ``size`` in bytes; ``hash`` SHA-256 in hexadecimal."""

    hash: HashText
    size: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
    type: MediaType
    title: Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)] = ""


def media_type(content: bytes) -> MediaType | None:
    """Return what the bytes are, by how they begin and end; None for anything else."""
    for first, kind in _FIRST_BYTES:
        if content.startswith(first):
            last, within = _LAST_BYTES[kind]
            return kind if last in content[-within:] else None
    return None


def hash_of(content: bytes) -> str:
    """Return the name of the bytes: SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def described(content: bytes, title: str) -> Attachment:
    """Return what a record says of these bytes.

    Raises:
        NotAttachable: Empty, larger than 10 MB, cut off, or no PDF, JPEG or PNG.
    """
    if len(content) > MOST_BYTES:
        raise NotAttachable(
            _("The file is {size} MB; at most 10 MB can be attached.").format(
                size=_megabytes(len(content))
            ),
            _("Make it smaller, or attach the part that matters."),
        )
    kind = media_type(content)
    if kind is None:
        raise NotAttachable(
            _("The file is no whole PDF, JPEG or PNG."),
            _("Save it as PDF, JPEG or PNG and attach that. Nothing of it was kept."),
        )
    return Attachment(
        hash=hash_of(content), size=len(content), type=kind, title=title[:LONGEST_TITLE]
    )


def is_what_it_says(attachment: Attachment, content: bytes) -> bool:
    """Whether these are the bytes that the record names."""
    return (
        len(content) == attachment.size
        and hash_of(content) == attachment.hash
        and media_type(content) == attachment.type
    )


def check_together(attachments: Sequence[Attachment]) -> None:
    """Raise ``NotAttachable`` when the attachments of one record are more than 10 MB together."""
    total = sum(attachment.size for attachment in attachments)
    if total > MOST_BYTES:
        raise NotAttachable(
            _("The attachments are {size} MB together; at most 10 MB can be sent.").format(
                size=_megabytes(total)
            ),
            _("Take one away, or make them smaller."),
        )


def _megabytes(size: int) -> str:
    """Return MB with one decimal, rounded up so that the limit is never said to be met."""
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10},{tenths % 10}"


def size_words(size: int) -> str:
    """Return ``340 kB`` or ``2,4 MB``."""
    return f"{_megabytes(size)} MB" if size >= 1024 * 1024 else f"{-(-size // 1024)} kB"
