"""Messages about what waits: lists as the server has them, unmatched answers, and stand-ins.

| route                    | request         | reply                      |
|--------------------------|-----------------|----------------------------|
| POST /waiting/page       | PageRequest     | WaitingPage                |
| POST /waiting/overdue    | PageRequest     | WaitingPage                |
| POST /waiting/others     | PageRequest     | WaitingPage                |
| POST /waiting/counts     | PageRequest     | Counts                     |
| POST /waiting/stand-in   | StandInRequest  | 204                        |
| GET  /answers            | –               | Answers                    |
| POST /answers/document   | AnswerRequest   | the document as it came    |
| POST /answers/settle     | SettleRequest   | Settled                    |
"""

from __future__ import annotations

from uuid import UUID

from sync.protocol.messages import Message
from workstation.domain.directory import StandIn
from workstation.domain.ids import EntityId, PatientId


class PageRequest(Message, frozen=True, kw_only=True):
    """A page of a unit's list. ``reasons`` only for ``/waiting/page``."""

    unit: str = ""
    reasons: tuple[str, ...] = ()
    limit: int = 100
    offset: int = 0


class Waiting(Message, frozen=True, kw_only=True):
    """One line. Times are ms UTC; ``urgency`` 0 immediate to 3 routine."""

    patient: UUID
    entity: UUID
    family: str
    type: str
    status: str
    title: str
    sender: str
    receiver: str
    reason: str
    urgency: int
    unit: str
    person: str = ""
    since: int
    due: int | None = None


class WaitingPage(Message, frozen=True, kw_only=True):
    """Lines in the order of the list."""

    lines: tuple[Waiting, ...]


class Counts(Message, frozen=True, kw_only=True):
    """How many wait, by reason."""

    counts: dict[str, int]


class StandInRequest(Message, frozen=True, kw_only=True):
    """Who stands in for whom."""

    stand_in: StandIn


class UnmatchedAnswer(Message, frozen=True, kw_only=True):
    """One answer that belongs to no order.

    Attributes:
        id: The document's hash (hex) and the answer's number in it.
        why: As ``workstation.domain.results.Unmatched``.
        title: What it says it is. ``numbers``: the identity numbers in it, as they stand there.
        requisition: The order's number in it. ``performer``: who sent it.
        received_at: ms UTC.
        patient, order: What it was compared with, where something was found.
    """

    id: str
    why: str
    title: str = ""
    numbers: str = ""
    requisition: str = ""
    performer: str = ""
    received_at: int = 0
    patient: PatientId | None = None
    order: EntityId | None = None

    @property
    def attachable(self) -> bool:
        """Whether it can become part of a record at all: it can be read, and fits."""
        return self.why not in ("broken", "too_large", "pending")


class Answers(Message, frozen=True, kw_only=True):
    """Answers that belong to no order, the oldest first."""

    answers: tuple[UnmatchedAnswer, ...]


class AnswerRequest(Message, frozen=True, kw_only=True):
    """An answer in the unit's list, by its id."""

    id: str


class SettleRequest(Message, frozen=True, kw_only=True):
    """Attach it to this order of this patient; without them set it aside. ``how``: why, in words."""

    id: str
    how: str
    patient: UUID | None = None
    order: UUID | None = None


class Settled(Message, frozen=True, kw_only=True):
    """``done`` false: it is not in the list any more, or cannot be attached."""

    done: bool
