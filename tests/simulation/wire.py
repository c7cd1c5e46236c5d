"""What older and newer programs say to each other: the same messages, and what one does not know.

A newer peer says more in every message; an older one must take what it knows and leave the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    EraseLine,
    LeaveLine,
)

M = TypeVar("M")
_LATER = b',"added_in_version_2":{"list":[1,"\xc3\xa5"],"none":null}}'
_LINES = (EntryLine, EnterLine, LeaveLine, EraseLine, AtLine, EndLine)


def as_newer(message: M) -> M:
    """Return a message as it arrives when a newer program said it: with more in it."""
    whole = msgspec.json.encode(message)
    added = whole[:-1] + (_LATER if len(whole) > 2 else _LATER[1:].join((b"", b"")))
    kind: Any = _Lines if isinstance(message, _LINES) else type(message)
    read: M = msgspec.json.decode(added, type=kind)
    return read


_Lines = EntryLine | EnterLine | LeaveLine | EraseLine | AtLine | EndLine


@dataclass(frozen=True, kw_only=True)
class Wire:
    """Between one workstation and the server: which of the two is the newer program."""

    newer_client: bool = False
    newer_server: bool = False

    def asked(self, request: M) -> M:
        """Return the request as the server reads it."""
        return as_newer(request) if self.newer_client else request

    def told(self, reply: M) -> M:
        """Return the reply as the workstation reads it."""
        return as_newer(reply) if self.newer_server else reply


SAME = Wire()
