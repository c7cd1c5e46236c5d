"""Reports that something went wrong with the program (avvikelserapport). No part of any record.

| route           | request        | reply            |
|-----------------|----------------|------------------|
| POST /incidents | IncidentReport | IncidentReceived |

Sending a report again is harmless: the first one with an id is kept, and the reply is the same.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sync.protocol.messages import Message, Whole

MOST_CHARACTERS = 4_000
"""In each of the two texts."""
MOST_IN_A_NAME = 64
"""Characters of ``screen``, ``program`` and ``trace``."""

Harm = Literal["no", "could", "did", "unknown"]
"""Whether a patient was harmed by it: no, it could have, it did, nobody knows."""


class IncidentReport(Message, frozen=True, kw_only=True):
    """``at``: when it was written, ms UTC. ``trace``: names a defect as the log does, or empty."""

    id: UUID
    at: Whole
    happened: str
    expected: str
    harm: Harm
    screen: str = ""
    program: str = ""
    trace: str = ""


class IncidentReceived(Message, frozen=True, kw_only=True):
    """``at``: when the server stored it, ms UTC."""

    id: UUID
    at: Whole
