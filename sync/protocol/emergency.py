"""Emergency opening (nödöppning): a record outside the unit's care, for a while and for a reason.

| route                 | request        | reply          |
|-----------------------|----------------|----------------|
| POST /emergency/open  | OpenRequest    | Opened         |
| POST /emergency/close | CloseRequest   | 204            |

While it is open, the one who opened it reads the record through ``POST /sync/stream``, in the
assignment it was opened in; it is in no feed and nobody else's. It is a line of its own in the access
log, which the patient sees, and flagged for review.
"""

from __future__ import annotations

from uuid import UUID

from sync.protocol.messages import Message

SHORTEST_REASON = 10
LONGEST_REASON = 500
"""Characters."""
OPEN_HOURS = 4
"""How long it stays open where nobody closes it."""


class OpenRequest(Message, frozen=True, kw_only=True):
    """``reason``: why it cannot wait, in the person's own words; the patient will read it."""

    patient: UUID
    reason: str


class Opened(Message, frozen=True, kw_only=True):
    """``until``: RFC 3339; it closes itself then."""

    until: str


class CloseRequest(Message, frozen=True, kw_only=True):
    """Close it before its time."""

    patient: UUID
